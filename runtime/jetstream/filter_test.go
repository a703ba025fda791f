package jetstream_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

const (
	placedOnly  = orders.TypeOrderPlaced + ".*"
	shippedOnly = orders.TypeOrderShipped + ".*"
)

// ofTypes returns the consumer "mailer" of some types and filters.
func ofTypes[T any](t testing.TB, b *broker, h *handler[T], types, filters []string, opts ...delivery.Option) *delivery.Consumer[T] {
	t.Helper()
	source, err := jetstream.NewSource(b.js, "mailer", []string{"EVENTS"}, jetstream.WithFilters(filters...))
	check(t, "new source", err)
	opts = append([]delivery.Option{delivery.WithLogger(quiet()), delivery.WithRunner(quick()...), delivery.WithGuard(5 * time.Millisecond)}, opts...)
	c, err := delivery.NewConsumer(source, h.target.db, registry(t), projection.Projection[T]{ID: "mailer", Types: types, Handler: h}, opts...)
	check(t, "new consumer", err)
	return c
}

func bothTypes() []string { return []string{orders.TypeOrderPlaced, orders.TypeOrderShipped} }

// place appends an OrderPlaced.
func place(t testing.TB, store *memstore.Store, id string) {
	t.Helper()
	_, err := store.Append(context.Background(), stream(id), runtime.ExpectAny(), runtime.Root(), orders.OrderPlaced{Customer: "ann"})
	check(t, "append", err)
}

// ended waits for what ends by itself.
func ended(t testing.TB, done chan error) error {
	t.Helper()
	select {
	case err := <-done:
		return err
	case <-time.After(await.Patience):
		t.Fatal("it goes on")
		return nil
	}
}

func TestConsumerEndsWhereItsFiltersKeepOutWhatItHandles(t *testing.T) {
	b, store, to := newBroker(t), memstore.New(), onSQLite(t)
	events := b.stream("EVENTS")
	h := &handler[*sqlitemodel.Tx]{target: to}
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	place(t, store, "a")
	done := ends(t, ofTypes(t, b, h, bothTypes(), []string{placedOnly}).Run)
	await.Until(t, "a row", func() bool { return len(to.rows(t)) == 1 })
	add(t, store, 1, "a") // the first of its type
	var filter *delivery.FilterError
	if err := ended(t, done); !errors.As(err, &filter) || !slices.Equal(filter.Types, []string{orders.TypeOrderShipped}) {
		t.Errorf("run: %v", err)
	}
	await.Until(t, "messages", func() bool { return messagesIn(t, events) == 2 })
	if err := ended(t, ends(t, ofTypes(t, b, h, bothTypes(), []string{placedOnly}).Run)); !errors.As(err, &filter) {
		t.Errorf("run again: %v", err)
	}
}

func TestSparseConsumerMayHandleWhatItsFiltersKeepOut(t *testing.T) {
	b, store, to := newBroker(t), memstore.New(), onSQLite(t)
	b.stream("EVENTS")
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	place(t, store, "a")
	add(t, store, 1, "a")
	place(t, store, "b")
	stop := background(t, ofTypes(t, b, &handler[*sqlitemodel.Tx]{target: to}, bothTypes(), []string{placedOnly}, delivery.Sparse()).Run)
	await.Until(t, "rows", func() bool { return len(to.rows(t)) == 2 })
	check(t, "stop", stop())
}

// What a narrower filter kept out lies in front of the offset: a wider one would never
// see it, and where it was the end of its stream no version would be found missing.
func TestConsumerWhoseFiltersHaveChangedStopsUntilItIsRestarted(t *testing.T) {
	b, store, to := newBroker(t), memstore.New(), onSQLite(t)
	b.stream("EVENTS")
	h := &handler[*sqlitemodel.Tx]{target: to}
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	place(t, store, "a")
	add(t, store, 1, "a")
	place(t, store, "b")
	stop := background(t, ofTypes(t, b, h, []string{orders.TypeOrderPlaced}, []string{placedOnly}).Run)
	await.Until(t, "rows", func() bool { return len(to.rows(t)) == 2 })
	check(t, "stop", stop())
	wider := ofTypes(t, b, h, bothTypes(), []string{shippedOnly, placedOnly})
	err := ended(t, ends(t, wider.Run))
	if !errors.Is(err, runtime.ErrStoreRewound) || !strings.Contains(err.Error(), "was read by other filters") {
		t.Fatalf("run: %v", err)
	}
	check(t, "restart", delivery.Restart(t.Context(), to.db, "mailer", "EVENTS"))
	stop = background(t, wider.Run)
	await.Until(t, "the rest", func() bool { return len(to.rows(t)) >= 3 })
	check(t, "stop", stop())
	if rows := to.rows(t); !slices.Equal(rows, []string{"Order-a@1", "Order-b@1", "Order-a@2"}) {
		t.Errorf("rows %v", rows)
	}
}

func TestFiltersInAnotherOrderAreTheSame(t *testing.T) {
	b, store, to := newBroker(t), memstore.New(), onSQLite(t)
	b.stream("EVENTS")
	h := &handler[*sqlitemodel.Tx]{target: to}
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	for n, filters := range [][]string{{placedOnly, shippedOnly}, {shippedOnly, placedOnly}} {
		add(t, store, 1, "a")
		stop := background(t, ofTypes(t, b, h, bothTypes(), filters).Run)
		await.Until(t, "a row", func() bool { return len(to.rows(t)) == n+1 })
		check(t, "stop", stop())
	}
}

// A consumer that handles one type, and is not sparse, waits for the versions that its
// filter keeps out.
func TestVersionsThatAFilterKeepsOutAreWaitedFor(t *testing.T) {
	b, store, to := newBroker(t), memstore.New(), onSQLite(t)
	b.stream("EVENTS")
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	place(t, store, "a")
	add(t, store, 1, "a")
	stop := background(t, ofTypes(t, b, &handler[*sqlitemodel.Tx]{target: to}, []string{orders.TypeOrderShipped}, []string{shippedOnly}).Run)
	await.Until(t, "a letter", func() bool { return len(lettersIn(t, to.db)) == 1 })
	if text := lettersIn(t, to.db)[0].Error; !strings.Contains(text, "waits for version 1") {
		t.Errorf("the letter says %q", text)
	}
	check(t, "stop", stop())
}

func TestUnfitStreamsAndFiltersAreRefusedAndNamed(t *testing.T) {
	for _, c := range []struct {
		name, want string
		filters    []string
		change     func(*natsjs.StreamConfig)
	}{
		{"filter of no subject", `no subject that filter "oders.>" lets through`, []string{"orders.>", "oders.>"}, func(*natsjs.StreamConfig) {}},
		{"work queue", "retention is not limits", nil, func(c *natsjs.StreamConfig) { c.Retention = natsjs.WorkQueuePolicy }},
		{"interest", "retention is not limits", nil, func(c *natsjs.StreamConfig) { c.Retention = natsjs.InterestPolicy }},
		{"latest of each subject", "max_msgs_per_subject", nil, func(c *natsjs.StreamConfig) { c.MaxMsgsPerSubject = 1 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBroker(t)
			b.stream("EVENTS", c.change)
			source, err := jetstream.NewSource(b.js, "mailer", []string{"EVENTS"}, jetstream.WithFilters(c.filters...))
			check(t, "new source", err)
			check(t, "follow", source.Follow(t.Context(), "mailer", func(ctx context.Context, p delivery.Partition) {
				_, err := p.Open(ctx, 0)
				refusedFor(t, err, c.want)
			}))
			if c.filters == nil {
				_, err := jetstream.NewSink(b.js, "EVENTS").Open(t.Context(), delivery.Owner{Relay: "outgoing"})
				refusedFor(t, err, c.want)
			}
		})
	}
}

func refusedFor(t testing.TB, err error, want string) {
	t.Helper()
	var refused *jetstream.StreamError
	if !errors.As(err, &refused) || refused.Stream != "EVENTS" || !strings.Contains(refused.Reason, want) {
		t.Errorf("open: %v", err)
	}
}

// A stream that lacks the subject of an event holds its relay up, until it has it: the
// ledger says why meanwhile.
func TestRelayThatIsHeldUpSaysWhyInTheLedger(t *testing.T) {
	b, store, to, log := newBroker(t), memstore.New(), onSQLite(t), &await.Log{}
	events := b.stream("EVENTS", func(c *natsjs.StreamConfig) { c.Subjects = []string{placedOnly} })
	relay(t, store, to.db, jetstream.NewSink(b.js, "EVENTS"), projection.WithLogger(log.Logger()))
	add(t, store, 1, "a")
	want := "as " + orders.TypeOrderShipped + ".Order-a to stream EVENTS: stream EVENTS takes " + placedOnly + " only"
	await.Until(t, "a note", func() bool { return strings.Contains(pausedIn(t, to.db), want) })
	if !log.Has(want) {
		t.Error("the log does not say it")
	}
	config := events.CachedInfo().Config
	config.Subjects = append(config.Subjects, shippedOnly)
	_, err := b.js.UpdateStream(t.Context(), config)
	check(t, "update", err)
	await.Until(t, "a message", func() bool { return messagesIn(t, events) == 1 })
	await.Until(t, "no note", func() bool { return pausedIn(t, to.db) == "" })
}

// pausedIn returns why the relay stands still.
func pausedIn(t testing.TB, db projection.Control) (reason string) {
	t.Helper()
	check(t, "ledger", db.Ledger(context.Background(), func(l projection.Ledger) error {
		shards, err := l.Shards(context.Background(), projection.Version{ID: "outgoing", Number: 1})
		for i := range shards {
			reason = shards[i].Paused
		}
		return err
	}))
	return reason
}
