package jetstream_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// remade gives the stream another life, with the same messages in other places.
func remade(t testing.TB, b *broker, store *memstore.Store) {
	t.Helper()
	check(t, "delete", b.js.DeleteStream(context.Background(), "EVENTS"))
	events := b.stream("EVENTS")
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	await.Until(t, "messages", func() bool { return messagesIn(t, events) == 10 })
}

// madeAnew fails unless err ends a consumer, speaks of the stream, and names the way out.
func madeAnew(t testing.TB, err error) {
	t.Helper()
	var anew *projection.RewoundError
	if !errors.As(err, &anew) || anew.Stored == anew.Actual {
		t.Fatalf("run: %v", err)
	}
	for _, want := range []string{"partition EVENTS of consumer mailer was made anew", "restart the consumer"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

func TestConsumerStopsWhereItsStreamWasMadeAnewUntilItIsRestarted(t *testing.T) {
	everywhere(t, func(t *testing.T) { anew(t, onSQLite(t)) }, func(t *testing.T) { anew(t, onPostgres(t)) })
}

func anew[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	b.stream("EVENTS")
	h := &handler[T]{target: to}
	stopRelay := relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	add(t, store, 5, "a")
	stop := consume(t, b, h, []string{"EVENTS"})
	await.Until(t, "rows", func() bool { return len(to.rows(t)) == 5 })
	check(t, "stop", stop())
	check(t, "stop the relay", stopRelay())
	add(t, store, 5, "b")
	remade(t, b, store)
	within, cancel := context.WithTimeout(t.Context(), await.Patience)
	defer cancel()
	madeAnew(t, consumer(t, b, h, []string{"EVENTS"}).Run(within))
	if err := delivery.Restart(t.Context(), to.db, "mailer", "OTHER"); !errors.Is(err, projection.ErrUnknownProjection) {
		t.Errorf("restart in a partition that there never was: %v", err)
	}
	check(t, "restart", delivery.Restart(t.Context(), to.db, "mailer", "EVENTS"))
	stop = consume(t, b, h, []string{"EVENTS"})
	await.Until(t, "the rest", func() bool { return len(to.rows(t)) >= 10 })
	check(t, "stop", stop())
	onceInOrder(t, to.rows(t), 5, "a", "b")
}

func TestRunningConsumerStopsWhenItsStreamIsMadeAnew(t *testing.T) {
	b, store, to := newBroker(t), memstore.New(), onSQLite(t)
	b.stream("EVENTS")
	stopRelay := relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	add(t, store, 10, "a")
	ended := make(chan error, 1)
	running := consumer(t, b, &handler[*sqlitemodel.Tx]{target: to}, []string{"EVENTS"}, delivery.WithGuard(5*time.Millisecond))
	background(t, func(ctx context.Context) error { ended <- running.Run(ctx); return nil })
	await.Until(t, "rows", func() bool { return len(to.rows(t)) == 10 })
	check(t, "stop the relay", stopRelay())
	remade(t, b, store)
	select {
	case err := <-ended:
		madeAnew(t, err)
	case <-time.After(await.Patience):
		t.Fatal("the consumer goes on in another stream")
	}
}

func TestConsumerWhoseLettersWaitIsNotRestarted(t *testing.T) {
	b, store, to := newBroker(t), memstore.New(), onSQLite(t)
	b.stream("EVENTS")
	h := &handler[*sqlitemodel.Tx]{target: to}
	h.do(func(context.Context, *projection.Fact) error { return errors.New("not now") })
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	add(t, store, 1, "a")
	stop := consume(t, b, h, []string{"EVENTS"})
	await.Until(t, "a letter", func() bool { return len(lettersIn(t, to.db)) == 1 })
	check(t, "stop", stop())
	if err := delivery.Restart(t.Context(), to.db, "mailer", "EVENTS"); !errors.Is(err, delivery.ErrLetters) {
		t.Errorf("restart: %v", err)
	}
}

// Messages that were dropped before they were read: the consumer stops, says how it goes
// on, and goes on there when it is told to. Streams that lack a version wait.
func TestConsumerGoesOnWithoutWhatWasDroppedWhenItIsRestarted(t *testing.T) {
	everywhere(t, func(t *testing.T) { behindAGap(t, onSQLite(t)) }, func(t *testing.T) { behindAGap(t, onPostgres(t)) })
}

func behindAGap[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	events := b.stream("EVENTS")
	h := &handler[T]{target: to}
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	add(t, store, 2, "a", "b")
	await.Until(t, "messages", func() bool { return messagesIn(t, events) == 4 })
	check(t, "purge", events.Purge(t.Context())) // all of them: there is no oldest one to begin with
	within, cancel := context.WithTimeout(t.Context(), await.Patience)
	defer cancel()
	for range 2 {
		err := consumer(t, b, h, []string{"EVENTS"}).Run(within)
		if !errors.Is(err, runtime.ErrRetentionGap) || !strings.Contains(err.Error(), "restart mailer.EVENTS") {
			t.Fatalf("run: %v", err)
		}
	}
	check(t, "restart", delivery.Restart(t.Context(), to.db, "mailer", "EVENTS"))
	for range 2 { // it is told once
		check(t, "stop", consumeUntilAt(t, b, h, "EVENTS", 4)())
	}
	stop := consumeUntilAt(t, b, h, "EVENTS", 4)
	add(t, store, 2, "c", "a")
	await.Until(t, "rows and letters", func() bool { return len(to.rows(t)) == 2 && len(lettersIn(t, to.db)) == 2 })
	check(t, "skip", delivery.Skip(t.Context(), to.db, "mailer", stream("a"), 2))
	await.Until(t, "the rest", func() bool { return len(to.rows(t)) == 4 })
	check(t, "stop", stop())
}

// consumeUntilAt runs the consumer, and blocks until its offset is one.
func consumeUntilAt[T any](t testing.TB, b *broker, h *handler[T], partition string, at delivery.Offset) (stop func() error) {
	t.Helper()
	c := consumer(t, b, h, []string{partition})
	stop = background(t, c.Run)
	await.Until(t, "the offset", func() bool {
		lags, err := c.Lag(context.Background())
		return err == nil && len(lags) == 1 && lags[0].At == at
	})
	return stop
}

// A server that was restored, or whose disk lost what it had confirmed, would give new
// messages offsets that were read.
func TestConsumerStopsWhereItsStreamHasLostItsEnd(t *testing.T) {
	everywhere(t, func(t *testing.T) { receded(t, onSQLite(t)) }, func(t *testing.T) { receded(t, onPostgres(t)) })
}

func receded[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	b.stream("EVENTS")
	h := &handler[T]{target: to}
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	add(t, store, 5, "a")
	check(t, "stop", consumeUntilAt(t, b, h, "EVENTS", 5)())
	check(t, "move", to.db.Ledger(t.Context(), func(l projection.Ledger) error { // as if two more had been there
		return l.ReplaceShards(t.Context(), projection.Version{ID: "mailer.EVENTS", Number: 1}, []projection.Shard{{Last: projection.Slots - 1, Position: 7}})
	}))
	within, cancel := context.WithTimeout(t.Context(), await.Patience)
	defer cancel()
	err := consumer(t, b, h, []string{"EVENTS"}).Run(within)
	if !errors.Is(err, runtime.ErrStoreRewound) || !strings.Contains(err.Error(), "restart mailer.EVENTS") {
		t.Fatalf("run: %v", err)
	}
	check(t, "restart", delivery.Restart(t.Context(), to.db, "mailer", "EVENTS"))
	stop := consumeUntilAt(t, b, h, "EVENTS", 5)
	add(t, store, 1, "a")
	await.Until(t, "rows", func() bool { return len(to.rows(t)) == 6 })
	check(t, "stop", stop())
	onceInOrder(t, to.rows(t), 6, "a")
}
