package jetstream_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/projection"
)

// held keeps a handler in its first call until release, or until its time is over.
type held struct {
	inside, over, release chan struct{}
	calls                 atomic.Int64
}

func hold[T any](h *handler[T]) *held {
	s := &held{inside: make(chan struct{}), over: make(chan struct{}), release: make(chan struct{})}
	h.do(func(ctx context.Context, _ *projection.Fact) error {
		if s.calls.Add(1) > 1 {
			return nil
		}
		close(s.inside)
		select {
		case <-s.release:
			return nil
		case <-ctx.Done():
			close(s.over)
			return ctx.Err()
		}
	})
	return s
}

// The broker drops messages while the consumer is busy: it says that this will
// happen, and stops when it did, without waiting for its next start.
func TestRunningConsumerWarnsOfMessagesThatWillBeDroppedAndStopsWhenTheyWere(t *testing.T) {
	everywhere(t, func(t *testing.T) { guarded(t, onSQLite(t)) }, func(t *testing.T) { guarded(t, onPostgres(t)) })
}

func guarded[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	events := b.stream("EVENTS")
	h, log := &handler[T]{target: to}, &await.Log{}
	busy := hold(h)
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	add(t, store, 50, "a")
	await.Until(t, "messages", func() bool { return messagesIn(t, events) == 50 })
	source, err := jetstream.NewSource(b.js, "mailer", []string{"EVENTS"}, jetstream.WithMaxPending(2))
	check(t, "new source", err)
	ended := make(chan error, 1)
	running := consumerOf(t, source, h, delivery.WithWindow(1), delivery.WithGuard(5*time.Millisecond), delivery.WithLogger(log.Logger()))
	background(t, func(ctx context.Context) error { ended <- running.Run(ctx); return nil })
	<-busy.inside
	check(t, "purge", events.Purge(context.Background(), natsjs.WithPurgeSequence(2)))
	await.Until(t, "a warning", func() bool { return log.Has("about to drop") })
	select {
	case err := <-ended:
		t.Fatalf("ended before anything was lost: %v", err)
	default:
	}
	check(t, "purge", events.Purge(context.Background(), natsjs.WithPurgeSequence(40)))
	select {
	case err := <-ended:
		var gap *runtime.RetentionGapError
		if !errors.As(err, &gap) || gap.FirstKept != 40 {
			t.Errorf("run: %v", err)
		}
	case <-time.After(await.Patience):
		t.Fatal("the consumer goes on where messages are lost")
	}
}

// A handler that takes too long has failed: its event waits, what follows in the
// stream waits behind it, and others go on.
func TestHandlerPastItsDeadlineHasFailedAndIsTriedAgain(t *testing.T) {
	everywhere(t, func(t *testing.T) { deadline(t, onSQLite(t)) }, func(t *testing.T) { deadline(t, onPostgres(t)) })
}

func deadline[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	b.stream("EVENTS")
	h := &handler[T]{target: to}
	var cured atomic.Bool
	h.do(func(ctx context.Context, f *projection.Fact) error {
		if f.Stream == stream("slow") && !cured.Load() {
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	})
	relay(t, store, to.db, jetstream.NewSink(b.js, "EVENTS"))
	stop := consume(t, b, h, []string{"EVENTS"}, delivery.WithWindow(3), delivery.WithHandlerTimeout(10*time.Millisecond))
	add(t, store, 3, "slow", "quick")
	await.Until(t, "the others", func() bool { return len(to.rows(t)) == 3 && len(lettersIn(t, to.db)) == 3 })
	if letter := lettersIn(t, to.db)[0]; !strings.Contains(letter.Error, "longer than 10ms") {
		t.Errorf("the letter says %q", letter.Error)
	}
	cured.Store(true)
	await.Until(t, "the rest", func() bool { return len(to.rows(t)) >= 6 })
	check(t, "stop", stop())
	onceInOrder(t, to.rows(t), 3, "slow", "quick")
}

// A version that will never come is skipped by an operator.
func TestSkippedVersionIsNoLongerWaitedFor(t *testing.T) {
	everywhere(t, func(t *testing.T) { skipped(t, onSQLite(t)) }, func(t *testing.T) { skipped(t, onPostgres(t)) })
}

func skipped[T any](t *testing.T, to target[T]) {
	b := newBroker(t)
	b.stream("EVENTS", func(c *natsjs.StreamConfig) { c.Subjects = []string{"x.>"} })
	h := &handler[T]{target: to}
	stop := consume(t, b, h, []string{"EVENTS"})
	all := records("a", 4)
	publish(t, b, "EVENTS", "x", all[0], all[2], all[3])
	await.Until(t, "two wait", func() bool { return len(to.rows(t)) == 1 && len(lettersIn(t, to.db)) == 2 })
	if letter := lettersIn(t, to.db)[0]; !strings.Contains(letter.Error, "waits for version 2") {
		t.Errorf("the letter says %q", letter.Error)
	}
	check(t, "skip", delivery.Skip(context.Background(), to.db, "mailer", stream("a"), 2))
	await.Until(t, "the rest", func() bool { return len(to.rows(t)) == 3 && len(lettersIn(t, to.db)) == 0 })
	check(t, "skip behind what is done", delivery.Skip(context.Background(), to.db, "mailer", stream("a"), 1))
	publish(t, b, "EVENTS", "x", all[1])
	publish(t, b, "EVENTS", "x", records("b", 1)...)
	await.Until(t, "what came last", func() bool { return len(to.rows(t)) == 4 })
	check(t, "stop", stop())
	if rows := strings.Join(to.rows(t), " "); rows != "Order-a@1 Order-a@3 Order-a@4 Order-b@1" {
		t.Errorf("rows: %s", rows)
	}
}

// Who is told to stop goes on with what it has, but not for ever: what is not done
// in time leaves no trace and is done by the next.
func TestStopRollsBackWhatIsNotDoneInTime(t *testing.T) {
	everywhere(t, func(t *testing.T) { drained(t, onSQLite(t)) }, func(t *testing.T) { drained(t, onPostgres(t)) })
}

func drained[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	b.stream("EVENTS")
	h := &handler[T]{target: to}
	busy := hold(h)
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	stop := consume(t, b, h, []string{"EVENTS"}, delivery.WithDrain(20*time.Millisecond))
	add(t, store, 3, "a")
	<-busy.inside
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	select {
	case err := <-ended:
		check(t, "stop", err)
	case <-time.After(await.Patience):
		t.Fatal("it goes on")
	}
	<-busy.over
	if rows := to.rows(t); len(rows) > 0 || len(lettersIn(t, to.db)) > 0 {
		t.Errorf("a stop left rows %v and %d letters", rows, len(lettersIn(t, to.db)))
	}
	stop = consume(t, b, h, []string{"EVENTS"})
	await.Until(t, "rows", func() bool { return len(to.rows(t)) >= 3 })
	check(t, "stop", stop())
	onceInOrder(t, to.rows(t), 3, "a")
}

// What is in flight when a stop comes is finished if there is time.
func TestStopFinishesWhatIsInFlight(t *testing.T) {
	b, store, to := newBroker(t), memstore.New(), onSQLite(t)
	events := b.stream("EVENTS")
	h := &handler[sqliteTx]{target: to}
	busy := hold(h)
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	stop := consume(t, b, h, []string{"EVENTS"}, delivery.WithDrain(await.Patience), delivery.WithWindow(1))
	add(t, store, 1, "a")
	<-busy.inside
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	select {
	case <-busy.over:
		t.Error("the handler was broken off")
	case <-ended:
		t.Error("the stop did not wait")
	case <-time.After(100 * time.Millisecond): // long enough to be broken off
	}
	close(busy.release)
	check(t, "stop", <-ended)
	onceInOrder(t, to.rows(t), 1, "a")
	if at := acknowledged(t, events); at != 1 {
		t.Errorf("acknowledged up to %d, want 1", at)
	}
}

// Two minutes of work at a wait of 30 s, in small: the first redelivery is due long
// before the wait that was asked for, since a back-off takes its place, and others
// wait behind. Nothing is delivered twice.
func TestHandlerOfManyWaitsIsGivenEachEventOnce(t *testing.T) {
	everywhere(t, func(t *testing.T) { long(t, onSQLite(t)) }, func(t *testing.T) { long(t, onPostgres(t)) })
}

func long[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	events := b.stream("EVENTS")
	h := &handler[T]{target: to}
	const first = 600 * time.Millisecond // three signs of life; a machine that is busy may be late with one
	var calls atomic.Int64
	h.do(func(ctx context.Context, _ *projection.Fact) error {
		if calls.Add(1) > 1 {
			return nil
		}
		select { // the time of the work, not a wait for something
		case <-time.After(2 * first):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	source, err := jetstream.NewSource(b.js, "mailer", []string{"EVENTS"}, jetstream.WithRedelivery(time.Hour, first, time.Hour))
	check(t, "new source", err)
	stop := background(t, consumerOf(t, source, h, delivery.WithWindow(1)).Run)
	add(t, store, 4, "a", "b")
	await.Until(t, "rows", func() bool { return len(to.rows(t)) == 8 && acknowledged(t, events) == 8 })
	check(t, "stop", stop())
	durable, err := events.Consumer(context.Background(), "mailer")
	check(t, "consumer", err)
	if info := durable.CachedInfo(); info.Delivered.Consumer != 8 || info.NumRedelivered != 0 || calls.Load() != 8 {
		t.Errorf("%d deliveries, %d redelivered, %d calls; want 8, 0, 8", info.Delivered.Consumer, info.NumRedelivered, calls.Load())
	}
	onceInOrder(t, to.rows(t), 4, "a", "b")
}

// Lag tells what waits, since when, and what was put aside; without a broker it fails.
func TestLagOfAConsumerSaysWhatWaitsAndWhatWasPutAside(t *testing.T) {
	everywhere(t, func(t *testing.T) { lag(t, onSQLite(t)) }, func(t *testing.T) { lag(t, onPostgres(t)) })
}

func lag[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	b.stream("EVENTS")
	h := &handler[T]{target: to}
	inside, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	h.do(func(_ context.Context, f *projection.Fact) error {
		if f.Stream == stream("bad") {
			return errors.New("poison")
		}
		if f.StreamVersion == 2 {
			once.Do(func() { close(inside) })
			<-release
		}
		return nil
	})
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	source, err := jetstream.NewSource(b.js, "mailer", []string{"EVENTS"})
	check(t, "new source", err)
	c := consumerOf(t, source, h, delivery.WithWindow(1))
	stop := background(t, c.Run)
	add(t, store, 3, "bad", "good")
	<-inside
	free := sync.OnceFunc(func() { close(release) })
	defer free()
	lagging := func(done func(l delivery.Lag) bool) func() bool {
		return func() bool {
			lags, err := c.Lag(context.Background())
			return err == nil && len(lags) == 1 && done(lags[0])
		}
	}
	await.Until(t, "what waits", lagging(func(l delivery.Lag) bool {
		return l.Partition == "EVENTS" && l.Last == 6 && l.At == 3 && l.Letters == 2 && l.Behind > 0
	}))
	free()
	await.Until(t, "nothing waits", lagging(func(l delivery.Lag) bool { return l.At == 6 && l.Letters == 3 && l.Behind == 0 }))
	b.stop()
	short, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err := c.Lag(short); err == nil {
		t.Error("there is no broker, and it knows where it ends")
	}
	b.start()
	check(t, "stop", stop())
}
