package projectiontest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/projection"
)

// patience bounds every wait of the suite.
const patience = 30 * time.Second

// world is a store with events, and a database that follows it.
type world[T Tx] struct {
	t      *testing.T
	ctx    context.Context
	target Target[T]
	store  Store
	db     projection.Database[T]
}

func newWorld[T Tx](t *testing.T, target Target[T]) *world[T] {
	ctx, cancel := context.WithTimeout(context.Background(), 4*patience)
	t.Cleanup(cancel)
	w := &world[T]{t: t, ctx: ctx, target: target, store: target.Store(t), db: target.New(t)}
	check(t, "set up", w.db.Setup(ctx)) // stories read before a runner has begun
	return w
}

func registry(t testing.TB, schemas ...*runtime.Schema) *runtime.Registry {
	t.Helper()
	if len(schemas) == 0 {
		schemas = append(schemas, orders.Schema())
	}
	r, err := runtime.NewRegistry(schemas...)
	check(t, "registry", err)
	return r
}

// place, ship and cancel are the events of most stories.
func place(customer string, cents int64) runtime.Event {
	return orders.OrderPlaced{Customer: customer, AmountCents: cents, Currency: "EUR"}
}

func ship() runtime.Event { return orders.OrderShipped{Carrier: "post"} }

func cancelled() runtime.Event { return orders.OrderCancelled{Reason: "changed my mind"} }

func stream(id string) runtime.StreamID { return runtime.StreamOf(orders.CategoryOrder, id) }

// append writes events to one stream and returns the last position.
func (w *world[T]) append(id string, events ...runtime.Event) runtime.Position {
	w.t.Helper()
	out, err := w.store.Append(w.ctx, stream(id), runtime.ExpectAny(), runtime.Root(), events...)
	check(w.t, "append to "+id, err)
	return out.Position
}

// fill writes n events over several streams and returns the last position.
func (w *world[T]) fill(n, streams int) (last runtime.Position) {
	w.t.Helper()
	for i := range n {
		last = w.append(fmt.Sprint("s", i%streams), ship())
	}
	return last
}

// unreadable imports a record that is of a version which the registry does not know.
func (w *world[T]) unreadable(id string) runtime.Position {
	w.t.Helper()
	return w.raw(id, orders.TypeOrderPlaced, 3, `{"customer":"late","amount_cents":1,"currency":"EUR"}`)
}

// returned imports a record that means two events: shipped and cancelled.
func (w *world[T]) returned(id string) runtime.Position {
	w.t.Helper()
	return w.raw(id, orders.TypeOrderReturned, 1, `{"carrier":"post","reason":"broken"}`)
}

func (w *world[T]) raw(id, wireType string, version int, data string) runtime.Position {
	w.t.Helper()
	rec := runtime.Record{Data: []byte(data)}
	rec.ID, rec.Correlation, rec.Causation = uuid.New(), uuid.New(), uuid.New()
	rec.Type, rec.Version, rec.Stream = wireType, version, stream(id)
	rec.Headers = map[string]string{"traceparent": "00-1"}
	done, err := w.store.Import(w.ctx, func(yield func(runtime.Record, error) bool) { yield(rec, nil) })
	check(w.t, "import", err)
	return done.Position
}

// process is a runner under way.
type process[T Tx] struct {
	*projection.Runner[T]
	t    *testing.T
	stop func()
}

// quick are options under which nothing takes long.
func quick(opts ...projection.Option) []projection.Option {
	return append([]projection.Option{
		projection.WithPoll(3 * time.Millisecond),
		projection.WithRetries(projection.Retries{Attempts: 5, Base: time.Millisecond, Max: 5 * time.Millisecond}),
		projection.WithBatching(projection.Batching{Facts: 7, Bytes: 1 << 20, Time: time.Second}),
		projection.WithLogger(slog.New(slog.DiscardHandler)),
	}, opts...)
}

// start runs projections on the world's database until stop, or the end of the test.
func (w *world[T]) start(projections []projection.Projection[T], opts ...projection.Option) *process[T] {
	w.t.Helper()
	return w.startOn(w.db, registry(w.t), projections, opts...)
}

func (w *world[T]) startOn(db projection.Database[T], reg *runtime.Registry, projections []projection.Projection[T], opts ...projection.Option) *process[T] {
	w.t.Helper()
	r, err := projection.NewRunner(w.store, db, reg, projections, quick(opts...)...)
	check(w.t, "new runner", err)
	ctx, cancel := context.WithCancel(w.ctx)
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil && !errors.Is(err, errCrash) {
			w.t.Errorf("run: %v", err)
		}
	})
	w.t.Cleanup(stop)
	return &process[T]{r, w.t, stop}
}

// caughtUp waits until the live version of a projection has come as far as position.
func (w *world[T]) caughtUp(id string, position runtime.Position) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	if err := projection.WaitFor(ctx, w.db, id, position); err != nil {
		w.t.Fatalf("%v\n%s", err, w.state())
	}
}

// state prints the ledger, for failures.
func (w *world[T]) state() string {
	var b strings.Builder
	_ = w.db.Ledger(context.WithoutCancel(w.ctx), func(l projection.Ledger) error {
		versions, err := l.Versions(w.ctx, "")
		for _, v := range versions {
			shards, _ := l.Shards(w.ctx, v)
			fmt.Fprintf(&b, "%+v\n  %+v\n", v, shards)
		}
		return err
	})
	return b.String()
}

// versions returns those of a projection by number.
func (w *world[T]) versions(id string) []projection.Version {
	w.t.Helper()
	var out []projection.Version
	check(w.t, "versions", w.db.Ledger(w.ctx, func(l projection.Ledger) (err error) {
		out, err = l.Versions(w.ctx, id)
		return err
	}))
	return out
}

func (w *world[T]) shards(v projection.Version) []projection.Shard {
	w.t.Helper()
	var out []projection.Shard
	check(w.t, "shards", w.db.Ledger(w.ctx, func(l projection.Ledger) (err error) {
		out, err = l.Shards(w.ctx, v)
		return err
	}))
	return out
}

func (w *world[T]) letters(q projection.LetterQuery) []projection.Letter {
	w.t.Helper()
	var out []projection.Letter
	check(w.t, "letters", w.db.Ledger(w.ctx, func(l projection.Ledger) (err error) {
		out, err = l.Letters(w.ctx, q)
		return err
	}))
	return out
}

// eventually waits for a condition.
func (w *world[T]) eventually(what string, condition func() bool) {
	w.t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(3 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-deadline:
			w.t.Fatalf("never: %s\n%s", what, w.state())
		case <-tick.C:
		}
	}
}

func check(t testing.TB, action string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", action, err)
	}
}
