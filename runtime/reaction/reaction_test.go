package reaction_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/reaction"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

func TestEmittedEventsBelongToTheChainOfTheirFact(t *testing.T) {
	onBoth(t, chains[*pgmodel.Tx], chains[*sqlitemodel.Tx])
}

func chains[T any](w *world[T]) {
	cause := runtime.Root().WithTenant("acme").WithActor("ada").WithHeader("traceparent", "00-1-2-01").WithHeader("secret", "x")
	stream := w.place(cause, "Ada")
	cancels := func(_ context.Context, f *projection.Fact) ([]reaction.Emission, error) {
		return []reaction.Emission{{Stream: stream, Expect: runtime.ExpectVersion(1), Event: orders.OrderCancelled{Reason: "shipped"}}}, nil
	}
	w.run(w.db, append(w.shipping(ships), reaction.New("cancelling", []string{orders.TypeOrderShipped}, w.append, cancels)))
	w.untilThere(1, orders.TypeOrderCancelled)
	records := w.all()
	if len(records) != 3 {
		w.t.Fatalf("%d events", len(records))
	}
	for i := 1; i < len(records); i++ {
		before, rec := &records[i-1], &records[i]
		if rec.Causation != before.ID || rec.Correlation != cause.Correlation() || rec.Tenant != "acme" || rec.Actor != "ada" {
			w.t.Errorf("event %d is of another chain: %+v", i, rec.Meta)
		}
		if rec.Headers["traceparent"] != "00-1-2-01" || rec.Headers[reaction.HeaderHops] != fmt.Sprint(i) || rec.Headers["secret"] != "" {
			w.t.Errorf("event %d has headers %v", i, rec.Headers)
		}
		if !rec.OccurredAt.Equal(before.RecordedAt) {
			w.t.Errorf("event %d occurred at %s, its fact was recorded at %s", i, rec.OccurredAt, before.RecordedAt)
		}
	}
}

func TestLoopOfReactionsEndsInADeadLetter(t *testing.T) {
	onBoth(t, loops[*pgmodel.Tx], loops[*sqlitemodel.Tx])
}

func loops[T any](w *world[T]) {
	echo := func(_ context.Context, f *projection.Fact) ([]reaction.Emission, error) {
		return []reaction.Emission{{Stream: f.Stream, Event: orders.OrderPlaced{Customer: "again", Currency: "EUR"}}}, nil
	}
	w.place(runtime.Root(), "Ada")
	w.run(w.db, w.shipping(echo, reaction.MaxHops(5)))
	w.until("a letter", func() bool { return len(w.letters("shipping")) == 1 })
	want := (&reaction.LoopError{Reaction: "shipping", Hops: 5, Limit: 5}).Error()
	if letter := w.letters("shipping")[0]; letter.Error != want {
		w.t.Errorf("the letter says %q", letter.Error)
	}
	if n := len(w.all()); n != 6 {
		w.t.Errorf("%d events", n)
	}
}

func TestCrashBetweenAppendAndCheckpointEmitsOnce(t *testing.T) {
	onBoth(t, crashes(func(ctx context.Context, tx *pgmodel.Tx) {
		// the server ends the session, as it does when a process dies
		_, _ = tx.Exec(ctx, `SELECT pg_terminate_backend(pg_backend_pid())`)
	}), crashes(func(context.Context, *sqlitemodel.Tx) {}))
}

// crashes tells of processes that die right after each of their appends.
func crashes[T any](kill func(ctx context.Context, tx T)) func(w *world[T]) {
	return func(w *world[T]) {
		const placed = 8
		for i := range placed {
			w.place(runtime.Root(), fmt.Sprint(i))
		}
		inner := w.append
		for range 3 {
			died := make(chan struct{})
			die := sync.OnceFunc(func() { close(died) })
			w.append = func(ctx context.Context, tx T, appends []runtime.Appending) ([]runtime.Appended, error) {
				out, err := inner(ctx, tx, appends)
				if err == nil {
					kill(ctx, tx)
					die()
					<-ctx.Done() // nothing of this process is heard of again
					err = ctx.Err()
				}
				return out, err
			}
			stop := w.run(w.again(), w.shipping(ships))
			<-died
			stop()
			if n := len(w.all(orders.TypeOrderShipped)); n != 0 {
				w.t.Fatalf("%d events of a transaction that was never committed", n)
			}
		}
		w.append = inner
		w.run(w.db, w.shipping(ships))
		w.untilThere(placed, orders.TypeOrderShipped)
		w.settled("shipping")
		if n := len(w.all(orders.TypeOrderShipped)); n != placed {
			w.t.Errorf("%d events follow from %d", n, placed)
		}
	}
}

func TestOwnerThatLostItsLeaseEmitsNothing(t *testing.T) {
	onBoth(t, zombies[*pgmodel.Tx], zombies[*sqlitemodel.Tx])
}

func zombies[T any](w *world[T]) {
	stop := w.run(w.db, w.shipping(ships))
	w.settled("shipping")
	stop()
	stream := w.place(runtime.Root(), "Ada")
	var old, taken *projection.Lease
	var live projection.Version
	for _, claim := range []struct {
		owner string
		lease **projection.Lease
		ttl   time.Duration
	}{{"old", &old, 0}, {"new", &taken, time.Minute}} {
		w.until("a lease", func() bool { // a session that was broken off may hold the row for a moment
			check(w.t, w.db.Ledger(w.ctx, func(l projection.Ledger) (err error) {
				live = w.live(l, "shipping")
				*claim.lease, err = l.Claim(w.ctx, live, 0, claim.owner, claim.ttl)
				return err
			}))
			return *claim.lease != nil
		})
	}
	fact := projection.Fact{Meta: w.all()[0].Meta, Data: orders.OrderPlaced{Customer: "Ada", Currency: "EUR"}}
	emit := func(lease *projection.Lease) error {
		return w.db.Transact(w.ctx, live, func(tx T, l projection.Ledger) error {
			if err := l.Advance(w.ctx, lease, lease.Shard.Position, fact.Position); err != nil {
				return err
			}
			return w.shipping(ships)[0].Handler.Apply(w.ctx, tx, []projection.Fact{fact})
		})
	}
	if err := emit(old); !errors.Is(err, projection.ErrFenced) {
		w.t.Errorf("the zombie: %v", err)
	}
	if n := len(w.all(orders.TypeOrderShipped)); n != 0 {
		w.t.Errorf("the zombie emitted %d events of %s", n, stream)
	}
	check(w.t, emit(taken))
	if n := len(w.all(orders.TypeOrderShipped)); n != 1 {
		w.t.Errorf("the owner emitted %d events", n)
	}
}

func TestPoisonHoldsUpItsKeyAloneAndOrderIsKept(t *testing.T) {
	onBoth(t, poison[*pgmodel.Tx], poison[*sqlitemodel.Tx])
}

var errPoison = errors.New("poison")

func poison[T any](w *world[T]) {
	var mended atomic.Bool
	handle := func(ctx context.Context, f *projection.Fact) ([]reaction.Emission, error) {
		if f.Data.(orders.OrderPlaced).Customer == "poison" && !mended.Load() {
			return nil, errPoison
		}
		return ships(ctx, f)
	}
	bad, good := orders.OrderStream(uuid.New()), orders.OrderStream(uuid.New())
	for i, customer := range []string{"poison", "1", "2"} {
		w.placeIn(bad, runtime.Root(), customer)
		w.placeIn(good, runtime.Root(), fmt.Sprint(i))
	}
	w.run(w.db, w.shipping(handle))
	w.untilThere(3, orders.TypeOrderShipped)
	w.until("the letters are dead", func() bool {
		letters := w.letters("shipping")
		return len(letters) == 3 && letters[0].State == projection.Dead && letters[1].State == projection.Parked
	})
	if n := len(w.all(orders.TypeOrderShipped)); n != 3 {
		w.t.Errorf("%d events while the letters wait", n)
	}
	mended.Store(true)
	_, err := projection.RetryLetters(w.ctx, w.db, projection.LetterQuery{Projection: "shipping"})
	check(w.t, err)
	w.untilThere(6, orders.TypeOrderShipped)
	w.inOrder()
}

// inOrder checks that each stream was answered in its order, once.
func (w *world[T]) inOrder() {
	w.t.Helper()
	want, got := map[string][]uuid.UUID{}, map[string][]uuid.UUID{}
	for _, rec := range w.all(orders.TypeOrderPlaced) {
		want[rec.Stream.ID()] = append(want[rec.Stream.ID()], rec.ID)
	}
	for _, rec := range w.all(orders.TypeOrderShipped) {
		got[rec.Stream.ID()] = append(got[rec.Stream.ID()], rec.Causation)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		w.t.Errorf("answered: %v\nasked: %v", got, want)
	}
}

func TestRefusedEmissionIsADeadLetterOfItsFact(t *testing.T) {
	onBoth(t, refusals[*pgmodel.Tx], refusals[*sqlitemodel.Tx])
}

func refusals[T any](w *world[T]) {
	handle := func(ctx context.Context, f *projection.Fact) ([]reaction.Emission, error) {
		out, err := ships(ctx, f)
		switch f.Data.(orders.OrderPlaced).Customer {
		case "conflict":
			out = append(out, reaction.Emission{Stream: f.Stream, Expect: runtime.ExpectNew(), Event: orders.OrderShipped{}})
		case "invalid":
			out = append(out, reaction.Emission{Stream: f.Stream, Event: orders.OrderPlaced{}})
		}
		return out, err
	}
	for _, customer := range []string{"1", "conflict", "2", "invalid", "3"} {
		w.place(runtime.Root(), customer)
	}
	w.run(w.db, w.shipping(handle))
	w.until("two letters", func() bool { return len(w.letters("shipping")) == 2 })
	w.settled("shipping")
	var failures []string
	for _, l := range w.letters("shipping") {
		failures = append(failures, l.Error)
	}
	all := strings.Join(failures, "\n")
	if !strings.Contains(all, "expected no stream, found version 1") || !strings.Contains(all, orders.ErrNoCustomer.Error()) {
		w.t.Errorf("letters say %s", all)
	}
	if got := w.all(orders.TypeOrderShipped); len(got) != 3 {
		w.t.Errorf("%d events: what else follows from a refused fact must not be there", len(got))
	}
}

func TestShardsEmitOnceAndInOrder(t *testing.T) {
	onBoth(t, shards[*pgmodel.Tx], shards[*sqlitemodel.Tx])
}

func shards[T any](w *world[T]) {
	const streams, each = 12, 15
	ids := make([]runtime.StreamID, streams)
	for i := range ids {
		ids[i] = orders.OrderStream(uuid.New())
	}
	// one stream that all shards write to, besides those of their own
	handle := func(ctx context.Context, f *projection.Fact) ([]reaction.Emission, error) {
		out, err := ships(ctx, f)
		return append(out, reaction.Emission{Stream: runtime.StreamOf("Book", "all"), Event: orders.OrderCancelled{Reason: "booked"}}), err
	}
	batching := projection.WithBatching(projection.Batching{Facts: 7, Bytes: 1 << 20, Time: time.Second})
	w.run(w.db, w.shipping(handle), projection.WithShards(2), batching)
	second := w.run(w.again(), w.shipping(handle), projection.WithShards(2), batching)
	for n := range streams * each {
		w.placeIn(ids[n%streams], runtime.Root(), fmt.Sprint(n))
		if n == streams*each/2 {
			second() // its shard goes to the other one
		}
	}
	w.untilThere(streams*each, orders.TypeOrderShipped)
	w.untilThere(streams*each, orders.TypeOrderCancelled)
	w.settled("shipping")
	w.inOrder()
	if n := len(w.all(orders.TypeOrderCancelled)); n != streams*each {
		w.t.Errorf("%d events in the book", n)
	}
}

func TestReactionIsNeitherRebuiltNorReset(t *testing.T) {
	onBoth(t, kept[*pgmodel.Tx], kept[*sqlitemodel.Tx])
}

func kept[T any](w *world[T]) {
	w.run(w.db, w.shipping(ships))
	w.settled("shipping")
	if _, err := projection.Rebuild(w.ctx, w.db, "shipping"); !errors.Is(err, projection.ErrReaction) {
		w.t.Errorf("rebuild: %v", err)
	}
	if _, err := projection.Reset(w.ctx, w.db, "shipping", 0); !errors.Is(err, projection.ErrReaction) {
		w.t.Errorf("reset: %v", err)
	}
	check(w.t, projection.Reshard(w.ctx, w.db, "shipping", 3))
}

func TestOtherCodeGoesOnWhereTheReactionStands(t *testing.T) {
	onBoth(t, succession[*pgmodel.Tx], succession[*sqlitemodel.Tx])
}

func succession[T any](w *world[T]) {
	named := func(name string) reaction.Handle {
		return func(_ context.Context, f *projection.Fact) ([]reaction.Emission, error) {
			if f.Position == 1 && name != "third" { // to which only the last one has an answer
				return nil, nil
			}
			return []reaction.Emission{{Stream: shipment(f), Event: orders.OrderShipped{Carrier: name}}}, nil
		}
	}
	generations := []projection.Projection[T]{
		w.shipping(named("first"))[0],
		reaction.New("shipping", []string{orders.TypeOrderPlaced, orders.TypeOrderCancelled}, w.append, named("second")),
		w.shipping(named("third"))[0].WithRevision("3"),
	}
	w.place(runtime.Root(), "Ada")
	for i, r := range generations {
		w.place(runtime.Root(), "Ada")
		stop := w.run(w.db, []projection.Projection[T]{r}, projection.SwapWhenReady())
		if i == 2 {
			w.until("the revision is live", func() bool {
				at, err := w.position("shipping")
				return err == nil && at >= 0 && w.number() == 2
			})
			w.place(runtime.Root(), "Ada")
		}
		w.untilThere(i+1, orders.TypeOrderShipped)
		w.settled("shipping")
		stop()
	}
	var carriers []string
	for _, rec := range w.all(orders.TypeOrderShipped) {
		_, name, _ := bytes.Cut(rec.Data, []byte(`:"`))
		carriers = append(carriers, strings.TrimRight(string(name), `"}`))
	}
	if got := strings.Join(carriers, " "); got != "first second third" && got != "first second third third" {
		w.t.Errorf("emitted by %s", got)
	}
}

func (w *world[T]) number() (n int) {
	check(w.t, w.db.Ledger(w.ctx, func(l projection.Ledger) error {
		n = w.live(l, "shipping").Number
		return nil
	}))
	return n
}

func TestRestartFillsGapsAndRepeatsNothing(t *testing.T) {
	onBoth(t, restarts[*pgmodel.Tx], restarts[*sqlitemodel.Tx])
}

func restarts[T any](w *world[T]) {
	for i := range 6 {
		w.place(runtime.Root(), fmt.Sprint(i))
	}
	half := func(ctx context.Context, f *projection.Fact) ([]reaction.Emission, error) {
		if f.Position%2 == 0 {
			return nil, nil
		}
		return ships(ctx, f)
	}
	stop := w.run(w.db, w.shipping(half))
	w.untilThere(3, orders.TypeOrderShipped)
	w.settled("shipping")
	stop()
	other := func(_ context.Context, f *projection.Fact) ([]reaction.Emission, error) { // another payload than half's
		return []reaction.Emission{{Stream: shipment(f), Event: orders.OrderShipped{Carrier: "other"}}}, nil
	}
	check(w.t, reaction.Restart(w.ctx, w.db, w.store, "shipping", 0))
	w.run(w.db, w.shipping(other))
	w.untilThere(6, orders.TypeOrderShipped)
	w.settled("shipping")
	if n, letters := len(w.all(orders.TypeOrderShipped)), w.letters("shipping"); n != 6 || len(letters) != 0 {
		w.t.Errorf("%d events follow from 6; %d letters", n, len(letters))
	}
	for _, id := range []string{"nobody", "shipping"} {
		err := reaction.Restart(w.ctx, w.db, w.store, id, 1_000_000)
		if !errors.Is(err, runtime.ErrStoreRewound) {
			w.t.Errorf("%s: %v", id, err)
		}
	}
	if err := reaction.Restart(w.ctx, w.db, w.store, "nobody", 0); !errors.Is(err, projection.ErrUnknownProjection) {
		w.t.Error(err)
	}
}

func TestFromAndSinceLeaveOutWhatWasBefore(t *testing.T) {
	onBoth(t, begins[*pgmodel.Tx], begins[*sqlitemodel.Tx])
}

func begins[T any](w *world[T]) {
	w.place(runtime.Root(), "1")
	w.place(runtime.Root(), "2")
	second := w.all()[1]
	w.place(runtime.Root(), "3")
	from := reaction.New("from", []string{orders.TypeOrderPlaced}, w.append, ships, reaction.From(second.Position))
	since := reaction.New("since", []string{orders.TypeOrderPlaced}, w.append, ships, reaction.Since(second.RecordedAt))
	w.run(w.db, []projection.Projection[T]{from, since})
	w.untilThere(3, orders.TypeOrderShipped)
	w.settled("from")
	w.settled("since")
	if n := len(w.all(orders.TypeOrderShipped)); n != 3 {
		w.t.Errorf("%d events: one from and two since", n)
	}
}

func TestDroppedLetterIsPassedOverByNobodyElse(t *testing.T) {
	onBoth(t, drops[*pgmodel.Tx], drops[*sqlitemodel.Tx])
}

func drops[T any](w *world[T]) {
	fails := func(context.Context, *projection.Fact) ([]reaction.Emission, error) { return nil, errPoison }
	stream := w.place(runtime.Root(), "Ada")
	w.run(w.db, []projection.Projection[T]{reaction.New("stock.Shipping", []string{orders.TypeOrderPlaced}, w.append, fails)})
	w.until("a letter", func() bool { return len(w.letters("stock.Shipping")) == 1 })
	_, err := projection.DropLetters(w.ctx, w.db, projection.LetterQuery{Projection: "stock.Shipping"})
	check(w.t, err)
	check(w.t, w.db.Ledger(w.ctx, func(l projection.Ledger) error { // the names of consumers' partitions have a dot, too
		taken, err := l.(projection.Inbox).Taken(w.ctx, "stock", []runtime.StreamID{stream})
		if len(taken) != 0 {
			w.t.Errorf("the consumer named stock has taken in %v", taken)
		}
		return err
	}))
}
