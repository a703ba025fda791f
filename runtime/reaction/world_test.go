package reaction_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/reaction"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// patience bounds every wait.
const patience = 30 * time.Second

// source is a store as runners follow it.
type source interface {
	runtime.Store
	runtime.Subscriber
}

// world is a store, and the ledger in its database.
type world[T any] struct {
	t      testing.TB
	ctx    context.Context
	store  source
	db     projection.Database[T]
	append reaction.AppendIn[T]
	// again opens the ledger as another process would.
	again func() projection.Database[T]
	// path is that of the file, if it is one.
	path string
}

// onBoth tells a story on PostgreSQL and on SQLite.
func onBoth(t *testing.T, pg func(*world[*pgmodel.Tx]), lite func(*world[*sqlitemodel.Tx])) {
	t.Run("postgres", func(t *testing.T) { pg(onPostgres(t)) })
	t.Run("sqlite", func(t *testing.T) { lite(onSQLite(t)) })
}

func onPostgres(t testing.TB) *world[*pgmodel.Tx] {
	ctx, dsn := within(t), pgtest.Database(t)
	store, err := postgres.Open(ctx, dsn, postgres.WithMigrations())
	check(t, err)
	t.Cleanup(func() { _ = store.Close() })
	open := func() projection.Database[*pgmodel.Tx] {
		db, err := pgmodel.Open(ctx, dsn)
		check(t, err)
		t.Cleanup(db.Close)
		check(t, db.Setup(ctx))
		return db
	}
	return &world[*pgmodel.Tx]{t, ctx, store, open(), postgres.AppendIn[*pgmodel.Tx](store), open, ""}
}

func onSQLite(t testing.TB) *world[*sqlitemodel.Tx] {
	ctx, path := within(t), filepath.Join(t.TempDir(), "events.db")
	store, err := sqlite.Open(ctx, path)
	check(t, err)
	t.Cleanup(func() { _ = store.Close() })
	open := func() projection.Database[*sqlitemodel.Tx] {
		db, err := sqlitemodel.Open(ctx, path, sqlitemodel.WithSynchronous(sqlitemodel.Full))
		check(t, err)
		t.Cleanup(func() { _ = db.Close() })
		check(t, db.Setup(ctx))
		return db
	}
	return &world[*sqlitemodel.Tx]{t, ctx, store, open(), sqlite.AppendIn[*sqlitemodel.Tx](store), open, path}
}

func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 4*patience)
	t.Cleanup(cancel)
	return ctx
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// place appends an order, and returns its stream.
func (w *world[T]) place(cause runtime.Cause, customer string) runtime.StreamID {
	w.t.Helper()
	stream := orders.OrderStream(uuid.New())
	w.placeIn(stream, cause, customer)
	return stream
}

func (w *world[T]) placeIn(stream runtime.StreamID, cause runtime.Cause, customer string) runtime.Position {
	w.t.Helper()
	out, err := w.store.Append(w.ctx, stream, runtime.ExpectAny(), cause, orders.OrderPlaced{Customer: customer, AmountCents: 1, Currency: "EUR"})
	check(w.t, err)
	return out.Position
}

// fast makes what waits wait little.
var fast = []projection.Option{
	projection.WithPoll(20 * time.Millisecond),
	projection.WithRetries(projection.Retries{Attempts: 3, Base: time.Millisecond, Max: 10 * time.Millisecond}),
	projection.WithLogger(slog.New(slog.DiscardHandler)),
}

// run runs reactions in db until the test ends or stop is called.
func (w *world[T]) run(db projection.Database[T], reactions []projection.Projection[T], opts ...projection.Option) (stop func()) {
	w.t.Helper()
	registry, err := runtime.NewRegistry(orders.Schema())
	check(w.t, err)
	runner, err := projection.NewRunner(w.store, db, registry, reactions, append(fast[:len(fast):len(fast)], opts...)...)
	check(w.t, err)
	ctx, cancel := context.WithCancel(w.ctx)
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
	})
	w.t.Cleanup(stop)
	return stop
}

// until waits for a condition.
func (w *world[T]) until(what string, holds func() bool) {
	w.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); !holds(); <-tick.C {
		if time.Now().After(end) {
			w.t.Fatalf("%s: waited in vain", what)
		}
	}
}

// all returns the events of a type.
func (w *world[T]) all(types ...string) []runtime.Record {
	w.t.Helper()
	var out []runtime.Record
	for rec, err := range w.store.ReadAll(w.ctx, 0, runtime.Filter{Types: types}) {
		check(w.t, err)
		out = append(out, rec)
	}
	return out
}

// untilThere waits until there are n events of a type, and returns them.
func (w *world[T]) untilThere(n int, kind string) (found []runtime.Record) {
	w.t.Helper()
	w.until(fmt.Sprintf("%d events %s", n, kind), func() bool {
		found = w.all(kind)
		return len(found) >= n
	})
	return found
}

// settled waits until all shards of a reaction have come to the end of the store.
func (w *world[T]) settled(id string) {
	w.t.Helper()
	w.until(id+" is at the end", func() bool {
		head, _, err := w.store.Head(w.ctx)
		check(w.t, err)
		at, err := w.position(id)
		return err == nil && at >= head
	})
}

// position is where the slowest shard of a reaction's live version stands.
func (w *world[T]) position(id string) (at runtime.Position, err error) {
	err = w.db.Ledger(w.ctx, func(l projection.Ledger) error {
		shards, err := l.Shards(w.ctx, w.live(l, id))
		at = -1
		for i := range shards {
			if at < 0 || shards[i].Position < at {
				at = shards[i].Position
			}
		}
		return err
	})
	return at, err
}

func (w *world[T]) live(l projection.Ledger, id string) projection.Version {
	versions, err := l.Versions(w.ctx, id)
	check(w.t, err)
	for _, v := range versions {
		if v.State == projection.Live {
			return v
		}
	}
	return projection.Version{}
}

func (w *world[T]) letters(id string) (found []projection.Letter) {
	w.t.Helper()
	check(w.t, w.db.Ledger(w.ctx, func(l projection.Ledger) (err error) {
		found, err = l.Letters(w.ctx, projection.LetterQuery{Projection: id})
		return err
	}))
	return found
}

// shipment is the stream of what follows from an order.
func shipment(f *projection.Fact) runtime.StreamID {
	return runtime.StreamOf("Shipment", f.Stream.ID())
}

// ships answers an order with a parcel that names its customer.
func ships(_ context.Context, f *projection.Fact) ([]reaction.Emission, error) {
	customer := f.Data.(orders.OrderPlaced).Customer
	return []reaction.Emission{{Stream: shipment(f), Event: orders.OrderShipped{Carrier: customer}}}, nil
}

// shipping is the reaction of most stories.
func (w *world[T]) shipping(handle reaction.Handle, opts ...reaction.Option) []projection.Projection[T] {
	return []projection.Projection[T]{reaction.New("shipping", []string{orders.TypeOrderPlaced}, w.append, handle, opts...)}
}
