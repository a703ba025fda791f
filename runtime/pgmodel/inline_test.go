package pgmodel_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
)

var errPigeon = errors.New("no pigeons")

// shipped counts shipments by stream, keeps the position of the last, and refuses a carrier.
func shipped() projection.Projection[*pgmodel.Tx] {
	return projection.Projection[*pgmodel.Tx]{
		ID: "shipped", Digest: "1", Types: []string{orders.TypeOrderShipped},
		Handler: pgmodel.Handwritten{
			Names: []string{"shipped"},
			Make: func(ctx context.Context, tx *pgmodel.Tx) error {
				_, err := tx.Exec(ctx, "CREATE TABLE "+tx.Table("shipped")+" (stream text PRIMARY KEY, n bigint NOT NULL, position bigint NOT NULL)")
				return err
			},
			One: func(_ context.Context, tx *pgmodel.Tx, f *projection.Fact) error {
				if f.Data.(orders.OrderShipped).Carrier == "pigeon" {
					return errPigeon
				}
				tx.Queue("INSERT INTO "+tx.Table("shipped")+" AS s VALUES ($1, 1, $2) ON CONFLICT (stream) DO UPDATE SET n = s.n + 1, position = $2",
					f.Stream.String(), int64(f.Position))
				return nil
			},
		},
	}
}

// inlineStore opens a store that keeps shipped up to date in its own database.
func inlineStore(t *testing.T, dsn string) (*postgres.Store, *pgxpool.Pool) {
	t.Helper()
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	db, err := pgmodel.New(pool)
	if err != nil {
		t.Fatal(err)
	}
	var inline *projection.Inline[*pgmodel.Tx]
	store, err := postgres.New(ctx, pool, postgres.WithMigrations(), postgres.WithInline(func(ctx context.Context, tx pgx.Tx, records []runtime.Record) error {
		return inline.Apply(ctx, func(v projection.Version) *pgmodel.Tx { return db.InTx(tx, v) }, records)
	}))
	if err != nil {
		t.Fatal(err)
	}
	registry, err := runtime.NewRegistry(orders.Schema())
	if err != nil {
		t.Fatal(err)
	}
	inline, err = projection.OpenInline(ctx, store, db, registry, []projection.Projection[*pgmodel.Tx]{shipped()})
	if err != nil {
		t.Fatal(err)
	}
	return store, pool
}

func ship(stream string, expect runtime.Expect, cause runtime.Cause, store *postgres.Store, carriers ...string) (runtime.Appended, error) {
	var events []runtime.Event
	for _, c := range carriers {
		events = append(events, orders.OrderShipped{Carrier: c})
	}
	return store.Append(context.Background(), runtime.StreamOf("Order", stream), expect, cause, events...)
}

func counted(t *testing.T, pool *pgxpool.Pool) (n, last int64) {
	t.Helper()
	if err := pool.QueryRow(context.Background(), "SELECT coalesce(sum(n), 0)::bigint, coalesce(max(position), 0) FROM shipped").Scan(&n, &last); err != nil {
		t.Fatal(err)
	}
	return n, last
}

func TestInlineRowsAreThereWhenTheAppendReturns(t *testing.T) {
	store, pool := inlineStore(t, pgtest.Database(t))
	cause := runtime.Root().WithCommand(uuid.New())
	for range 2 { // the second time it is a duplicate, without an effect
		done, err := ship("1", runtime.ExpectAny(), cause, store, "post", "post")
		if n, last := counted(t, pool); err != nil || n != 2 || last != int64(done.Position) {
			t.Errorf("%d shipped up to %d, appended %+v, %v", n, last, done, err)
		}
	}
	if _, err := ship("1", runtime.ExpectNew(), runtime.Root(), store, "post"); !errors.As(err, new(*runtime.ConflictError)) {
		t.Errorf("conflict: %v", err)
	}
	if n, _ := counted(t, pool); n != 2 {
		t.Errorf("%d shipped after a conflict", n)
	}
}

func TestInlineFailureRefusesTheAppend(t *testing.T) {
	store, pool := inlineStore(t, pgtest.Database(t))
	if _, err := ship("1", runtime.ExpectNew(), runtime.Root(), store, "post", "pigeon"); !errors.Is(err, errPigeon) {
		t.Errorf("appended what the handler fails on: %v", err)
	}
	head, _, err := store.Head(context.Background())
	if n, _ := counted(t, pool); err != nil || head != 0 || n != 0 {
		t.Errorf("head %d, %d shipped, %v", head, n, err)
	}
	if _, err := ship("1", runtime.ExpectNew(), runtime.Root(), store, "post"); err != nil {
		t.Error(err)
	}
}

func TestInlineRowsKeepUpWithRivalsTransactionsAndImports(t *testing.T) {
	store, pool := inlineStore(t, pgtest.Database(t))
	ctx := context.Background()
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 20 {
				if _, err := ship(fmt.Sprint((w+i)%3), runtime.ExpectAny(), runtime.Root(), store, "post"); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		_, err := store.InTx(tx).Append(ctx, runtime.StreamOf("Order", "1"), runtime.ExpectExists(), runtime.Root(), orders.OrderShipped{Carrier: "post"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var copies []runtime.Record
	for rec, err := range store.Load(ctx, runtime.StreamOf("Order", "1")) {
		if err != nil {
			t.Fatal(err)
		}
		rec.ID, rec.Stream = uuid.New(), runtime.StreamOf("Order", "copy")
		copies = append(copies, rec)
	}
	if _, err := store.Import(ctx, func(yield func(runtime.Record, error) bool) {
		for _, rec := range copies {
			if !yield(rec, nil) {
				return
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	if n, _ := counted(t, pool); n != int64(81+len(copies)) {
		t.Errorf("%d shipped, want %d", n, 81+len(copies))
	}
}
