package sqlitemodel_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// shipped counts shipments by stream, and refuses a carrier.
func shipped() projection.Projection[*sqlitemodel.Tx] {
	return projection.Projection[*sqlitemodel.Tx]{
		ID: "shipped", Digest: "1", Types: []string{orders.TypeOrderShipped},
		Handler: sqlitemodel.Handwritten{
			Names: []string{"shipped"},
			Make: func(ctx context.Context, tx *sqlitemodel.Tx) error {
				_, err := tx.ExecContext(ctx, "CREATE TABLE "+tx.Table("shipped")+" (stream TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT")
				return err
			},
			One: func(ctx context.Context, tx *sqlitemodel.Tx, f *projection.Fact) error {
				if f.Data.(orders.OrderShipped).Carrier == "pigeon" {
					return errors.New("no pigeons")
				}
				_, err := tx.ExecContext(ctx, "INSERT INTO "+tx.Table("shipped")+" VALUES (?, 1) ON CONFLICT DO UPDATE SET n = n + 1", f.Stream.String())
				return err
			},
		},
	}
}

// inlineStore opens a store that keeps shipped up to date in its own file.
func inlineStore(t *testing.T, path string) (*sqlite.Store, *sqlitemodel.DB) {
	t.Helper()
	ctx := context.Background()
	var inline *projection.Inline[*sqlitemodel.Tx]
	store, err := sqlite.Open(ctx, path, sqlite.WithInline(func(ctx context.Context, conn *sql.Conn, rec runtime.Record) error {
		return inline.Apply(ctx, func(v projection.Version) *sqlitemodel.Tx { return sqlitemodel.InConn(conn, v) }, []runtime.Record{rec})
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	db := openAt(t, path)
	registry, err := runtime.NewRegistry(orders.Schema())
	if err != nil {
		t.Fatal(err)
	}
	inline, err = projection.OpenInline(ctx, store, db, registry, []projection.Projection[*sqlitemodel.Tx]{shipped()})
	if err != nil {
		t.Fatal(err)
	}
	return store, db
}

func ship(store *sqlite.Store, carriers ...string) error {
	var events []runtime.Event
	for _, c := range carriers {
		events = append(events, orders.OrderShipped{Carrier: c})
	}
	_, err := store.Append(context.Background(), runtime.StreamOf("Order", "1"), runtime.ExpectAny(), runtime.Root(), events...)
	return err
}

func count(t *testing.T, db *sqlitemodel.DB) (n int) {
	t.Helper()
	if err := db.QueryRowContext(context.Background(), "SELECT coalesce(sum(n), 0) FROM shipped").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestInlineRowsAreThereWhenTheAppendReturns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	plain, err := sqlite.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(ship(plain, "a", "b", "c"), plain.Close()); err != nil {
		t.Fatal(err)
	}
	total := 3 // what was there before is built
	for range 2 {
		store, db := inlineStore(t, path)
		for range 3 {
			if err := ship(store, "post", "post"); err != nil {
				t.Fatal(err)
			}
			if total += 2; count(t, db) != total {
				t.Fatalf("%d shipped, want %d", count(t, db), total)
			}
		}
		if err := projection.WaitFor(context.Background(), db, "shipped", 1<<40); err != nil {
			t.Errorf("wait for what is never behind: %v", err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestInlineFailureRefusesTheAppend(t *testing.T) {
	store, db := inlineStore(t, filepath.Join(t.TempDir(), "x.db"))
	if err := ship(store, "post", "pigeon"); err == nil {
		t.Error("appended what the handler fails on")
	}
	head, _, err := store.Head(context.Background())
	if err != nil || head != 0 || count(t, db) != 0 {
		t.Errorf("head %d, %d shipped, %v", head, count(t, db), err)
	}
	if err := ship(store, "post"); err != nil || count(t, db) != 1 {
		t.Errorf("%d shipped, %v", count(t, db), err)
	}
}

func TestAVersionThatWasInlineIsNotSwappedBack(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	path := filepath.Join(t.TempDir(), "events.db")
	store, db := inlineStore(t, path)
	if _, err := store.Append(ctx, runtime.StreamOf("Order", "1"), runtime.ExpectNew(), runtime.Root(), orders.OrderShipped{Carrier: "DHL"}); err != nil {
		t.Fatal(err)
	}
	added, err := projection.Rebuild(ctx, db, "shipped")
	if err != nil {
		t.Fatal(err)
	}
	registry, err := runtime.NewRegistry(orders.Schema())
	if err != nil {
		t.Fatal(err)
	}
	runner, err := projection.NewRunner(store, openAt(t, path), registry, []projection.Projection[*sqlitemodel.Tx]{shipped()})
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(running) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	if err := projection.Swap(ctx, db, "shipped", added.Number); err != nil {
		t.Fatal(err)
	}
	if err := projection.SwapBack(ctx, db, "shipped"); !errors.Is(err, projection.ErrInline) {
		t.Errorf("swapped back: %v", err)
	}
}
