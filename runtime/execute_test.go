package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/memstore"
)

// tally is the state of an order: how many events of a kind it has seen.
type tally struct {
	Placed, Shipped int
	Cents           int64
}

type tallier struct{}

func (tallier) OrderPlaced(s tally, e runtime.Envelope[sampleevents.OrderPlaced]) tally {
	s.Placed++
	s.Cents += e.Data.AmountCents
	return s
}

func (tallier) OrderShipped(s tally, _ runtime.Envelope[sampleevents.OrderShipped]) tally {
	s.Shipped++
	return s
}

func (tallier) OrderCancelled(s tally, _ runtime.Envelope[sampleevents.OrderCancelled]) tally {
	return tally{}
}

func repository(t *testing.T, store runtime.Store, opts ...runtime.RepositoryOption[tally]) *runtime.Repository[tally] {
	t.Helper()
	repo, err := runtime.NewRepository(store, sampleevents.OrderAggregate(tallier{}), opts...)
	if err != nil {
		t.Fatal(err)
	}
	return repo
}

func newOrder() runtime.StreamID { return sampleevents.OrderStream(uuid.New()) }

func place(cents int64) runtime.Decide[tally] {
	return func(tally) ([]runtime.Event, error) {
		return []runtime.Event{sampleevents.OrderPlaced{Customer: "Ada", AmountCents: cents}}, nil
	}
}

func execute(t *testing.T, repo *runtime.Repository[tally], stream runtime.StreamID, decide runtime.Decide[tally]) runtime.Executed {
	t.Helper()
	done, err := runtime.Execute(t.Context(), repo, stream, runtime.Root(), decide)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func expectState(t *testing.T, got runtime.State[tally], err error, want runtime.State[tally]) {
	t.Helper()
	if err != nil || got != want {
		t.Errorf("state %+v, %v; want %+v", got, err, want)
	}
}

func TestExecuteDecidesOnTheStateAndAppends(t *testing.T) {
	repo, stream := repository(t, memstore.New()), newOrder()
	if done := execute(t, repo, stream, place(5)); done.Version != 1 || done.First != 1 || done.Attempts != 1 {
		t.Errorf("first: %+v", done)
	}
	done := execute(t, repo, stream, func(s tally) ([]runtime.Event, error) {
		if s != (tally{Placed: 1, Cents: 5}) {
			t.Errorf("decides on %+v", s)
		}
		return []runtime.Event{sampleevents.OrderShipped{}, sampleevents.OrderShipped{}}, nil
	})
	if done.Version != 3 || done.First != 2 {
		t.Errorf("second: %+v", done)
	}
	state, err := repo.Load(t.Context(), stream)
	expectState(t, state, err, runtime.State[tally]{Data: tally{1, 2, 5}, Version: 3})
}

func TestExecuteWithoutEventsAppendsNothing(t *testing.T) {
	store := memstore.New()
	repo, stream := repository(t, store), newOrder()
	execute(t, repo, stream, place(1))
	done := execute(t, repo, stream, func(tally) ([]runtime.Event, error) { return nil, nil })
	if done.Version != 1 || done.Appended != (runtime.Appended{}) {
		t.Errorf("nothing decided: %+v", done)
	}
	refusal := errors.New("no")
	_, err := runtime.Execute(t.Context(), repo, stream, runtime.Root(), func(tally) ([]runtime.Event, error) { return nil, refusal })
	if err != refusal {
		t.Errorf("an error of decide came back as %v", err)
	}
	if head, _, _ := store.Head(t.Context()); head != 1 {
		t.Errorf("head %d", head)
	}
}

func TestExecuteRefusesBadArgumentsBeforeDeciding(t *testing.T) {
	repo := repository(t, memstore.New())
	decide := func(tally) ([]runtime.Event, error) { t.Error("decided"); return nil, nil }
	_, err := runtime.Execute(t.Context(), repo, newOrder(), runtime.Cause{}, decide)
	if !errors.Is(err, runtime.ErrNoCause) {
		t.Errorf("zero cause: %v", err)
	}
	_, err = runtime.Execute(t.Context(), repo, runtime.StreamOf("Memory", "1"), runtime.Root(), decide)
	asError[*runtime.InvalidStreamError](t, err)
}

// rival makes others append before an Execute gets to, so many times.
type rival struct {
	*memstore.Store
	left int
}

func (r *rival) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	if r.left > 0 {
		r.left--
		if _, err := r.Store.Append(ctx, stream, runtime.ExpectAny(), runtime.Root(), sampleevents.OrderShipped{}); err != nil {
			return runtime.Appended{}, err
		}
	}
	return r.Store.Append(ctx, stream, expect, cause, events...)
}

func TestExecuteRetriesConflictsOnAFreshState(t *testing.T) {
	store, stream := &rival{memstore.New(), 2}, newOrder()
	repo := repository(t, store, runtime.WithRetry[tally](runtime.Retry{Attempts: 3}))
	var seen []int
	done := execute(t, repo, stream, func(s tally) ([]runtime.Event, error) {
		seen = append(seen, s.Shipped)
		return place(1)(s)
	})
	if done.Attempts != 3 || done.First != 3 || len(seen) != 3 || seen[2] != 2 {
		t.Errorf("%+v after deciding on %v", done, seen)
	}
}

func TestExecuteGivesUpInTheEnd(t *testing.T) {
	store, stream := &rival{memstore.New(), 99}, newOrder()
	repo := repository(t, store, runtime.WithRetry[tally](runtime.Retry{Attempts: 4, Base: time.Microsecond, Max: time.Millisecond}))
	_, err := runtime.Execute(t.Context(), repo, stream, runtime.Root(), place(1))
	e := asError[*runtime.RetriesExhaustedError](t, err)
	if e.Attempts != 4 || e.Stream != stream || asError[*runtime.ConflictError](t, err).Actual != 4 {
		t.Errorf("%+v", e)
	}
	repo = repository(t, store, runtime.WithRetry[tally](runtime.Retry{Attempts: 99, Base: time.Hour, Max: time.Hour}))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if _, err := runtime.Execute(ctx, repo, stream, runtime.Root(), place(1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting between attempts outlives its context: %v", err)
	}
}

func TestExecuteUnderContentionLosesNoUpdate(t *testing.T) {
	repo, stream := repository(t, memstore.New(), runtime.WithRetry[tally](runtime.Retry{Attempts: 1000})), newOrder()
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 20 {
				if _, err := runtime.Execute(t.Context(), repo, stream, runtime.Root(), place(1)); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	state, err := repo.Load(t.Context(), stream)
	expectState(t, state, err, runtime.State[tally]{Data: tally{160, 0, 160}, Version: 160})
}

func TestRepeatedCommandReturnsTheOriginalOutcome(t *testing.T) {
	for name, opts := range map[string][]runtime.RepositoryOption[tally]{
		"replayed":          nil,
		"behind a snapshot": {runtime.WithSnapshots(runtime.SnapshotPolicy[tally]{Every: 1, Digest: "d"})},
	} {
		t.Run(name, func(t *testing.T) {
			repo, stream := repository(t, memstore.New(), opts...), newOrder()
			execute(t, repo, stream, place(1))
			command := runtime.Root().WithCommand(uuid.New())
			twice := func(s tally) ([]runtime.Event, error) {
				return []runtime.Event{sampleevents.OrderShipped{}, sampleevents.OrderShipped{}}, nil
			}
			first, err := runtime.Execute(t.Context(), repo, stream, command, twice)
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				execute(t, repo, stream, place(1))
			}
			again, err := runtime.Execute(t.Context(), repo, stream, command, func(tally) ([]runtime.Event, error) {
				t.Error("decided again")
				return nil, nil
			})
			want := first
			want.Duplicate, want.Version = true, 6
			if err != nil || again != want {
				t.Errorf("again: %+v, %v; want %+v", again, err, want)
			}
		})
	}
}

func TestTimeTravel(t *testing.T) {
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	store := memstore.New(memstore.WithClock(func() time.Time { return now }))
	repo, stream := repository(t, store), newOrder()
	for range 4 {
		execute(t, repo, stream, place(10))
		now = now.Add(time.Hour)
	}
	for v, want := range map[runtime.StreamVersion]runtime.State[tally]{
		0: {}, 2: {Data: tally{2, 0, 20}, Version: 2}, 9: {Data: tally{4, 0, 40}, Version: 4},
	} {
		state, err := repo.LoadAt(t.Context(), stream, v)
		expectState(t, state, err, want)
	}
	for hours, want := range map[int]runtime.State[tally]{
		-1: {}, 0: {Data: tally{1, 0, 10}, Version: 1}, 2: {Data: tally{3, 0, 30}, Version: 3}, 99: {Data: tally{4, 0, 40}, Version: 4},
	} {
		at := time.Date(2024, 1, 1, hours, 30, 0, 0, time.UTC)
		state, err := repo.LoadAsOf(t.Context(), stream, at)
		expectState(t, state, err, want)
	}
}

func TestLoadOfAnEventThatThisBuildCannotReadFails(t *testing.T) {
	store, stream := memstore.New(), newOrder()
	rec := stored("orders.OrderPlaced", 99, `{}`)
	rec.Stream, rec.Correlation, rec.Causation = stream, rec.ID, rec.ID
	if _, err := store.Import(t.Context(), func(yield func(runtime.Record, error) bool) { yield(rec, nil) }); err != nil {
		t.Fatal(err)
	}
	_, err := repository(t, store).Load(t.Context(), stream)
	asError[*runtime.NewerVersionError](t, err)
}

// counting counts the records that a store hands out, and breaks on demand.
type counting struct {
	*memstore.Store
	saved int
	fail  error
}

func (c *counting) SaveSnapshot(ctx context.Context, s runtime.Snapshot) error {
	if c.fail != nil {
		return c.fail
	}
	c.saved++
	return c.Store.SaveSnapshot(ctx, s)
}

func snapshots(every int, digest string) runtime.RepositoryOption[tally] {
	return runtime.WithSnapshots(runtime.SnapshotPolicy[tally]{Every: every, Digest: digest})
}

func TestSnapshotsAreWrittenAndUsed(t *testing.T) {
	store, stream := &counting{Store: memstore.New()}, newOrder()
	repo := repository(t, store, snapshots(3, "v1"))
	for range 10 {
		execute(t, repo, stream, place(1))
	}
	// Loads see 0 to 3 events, then 1 to 3 after each snapshot: due at 3, 6, 9.
	if store.saved != 3 {
		t.Errorf("%d snapshots were written", store.saved)
	}
	state, err := repo.Load(t.Context(), stream)
	expectState(t, state, err, runtime.State[tally]{Data: tally{10, 0, 10}, Version: 10})

	seen := 0
	aggregate := sampleevents.OrderAggregate(tallier{})
	evolve := aggregate.Evolve
	aggregate.Evolve = func(s tally, e runtime.Envelope[runtime.Event]) (tally, error) { seen++; return evolve(s, e) }
	for digest, want := range map[string]int{"v1": 1, "v2": 10} {
		repo, err := runtime.NewRepository(store, aggregate, snapshots(3, digest))
		if err != nil {
			t.Fatal(err)
		}
		seen = 0
		state, err := repo.Load(t.Context(), stream)
		expectState(t, state, err, runtime.State[tally]{Data: tally{10, 0, 10}, Version: 10})
		if seen != want {
			t.Errorf("digest %s: %d events were folded, want %d", digest, seen, want)
		}
	}
}

func TestSnapshotHoldsTheStateBeforeDecideChangesIt(t *testing.T) {
	type counts map[string]int
	store, stream := memstore.New(), newOrder()
	aggregate := runtime.Aggregate[counts]{
		Category: "Order", Decoder: sampleevents.Schema(),
		Initial: func() counts { return counts{} },
		Evolve: func(c counts, e runtime.Envelope[runtime.Event]) (counts, error) {
			c[e.Data.EventType()]++
			return c, nil
		},
	}
	repo, err := runtime.NewRepository(store, aggregate, runtime.WithSnapshots(runtime.SnapshotPolicy[counts]{Every: 1, Digest: "d"}))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		_, err := runtime.Execute(t.Context(), repo, stream, runtime.Root(), func(c counts) ([]runtime.Event, error) {
			c["spoilt"] = 1
			return []runtime.Event{sampleevents.OrderShipped{}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	state, err := repo.Load(t.Context(), stream)
	if err != nil || len(state.Data) != 1 || state.Data[sampleevents.TypeOrderShipped] != 3 {
		t.Errorf("state %v, %v", state, err)
	}
}

func TestBrokenSnapshotsCostTimeOnly(t *testing.T) {
	var log bytes.Buffer
	store, stream := &counting{Store: memstore.New()}, newOrder()
	repo := repository(t, store, snapshots(1, "d"), runtime.WithLogger[tally](slog.New(slog.NewTextHandler(&log, nil))))
	for range 3 {
		execute(t, repo, stream, place(1))
	}
	digest := sampleevents.OrderAggregate(tallier{}).Digest + "/d"
	if err := store.SaveSnapshot(t.Context(), runtime.Snapshot{Stream: stream, Digest: digest, Version: 3, State: []byte("{torn")}); err != nil {
		t.Fatal(err)
	}
	state, err := repo.Load(t.Context(), stream)
	expectState(t, state, err, runtime.State[tally]{Data: tally{3, 0, 3}, Version: 3})
	store.fail = errors.New("no room")
	execute(t, repo, stream, place(1))
	for _, want := range []string{"snapshot ignored", "snapshot not written", "no room"} {
		if !bytes.Contains(log.Bytes(), []byte(want)) {
			t.Errorf("the log says nothing of %q:\n%s", want, &log)
		}
	}
}

func TestRepositoryRefusesAnIncompleteAggregate(t *testing.T) {
	whole := sampleevents.OrderAggregate(tallier{})
	for name, spoil := range map[string]func(*runtime.Aggregate[tally]){
		"evolve":   func(a *runtime.Aggregate[tally]) { a.Evolve = nil },
		"decoder":  func(a *runtime.Aggregate[tally]) { a.Decoder = nil },
		"category": func(a *runtime.Aggregate[tally]) { a.Category = "" },
	} {
		a := whole
		spoil(&a)
		if _, err := runtime.NewRepository[tally](memstore.New(), a); err == nil {
			t.Errorf("without %s it was accepted", name)
		}
	}
	plain := struct{ runtime.Store }{memstore.New()}
	if _, err := runtime.NewRepository(plain, whole, snapshots(1, "d")); err == nil {
		t.Error("a store without snapshots was accepted")
	}
	if _, err := runtime.NewRepository(memstore.New(), whole, snapshots(1, "")); err == nil {
		t.Error("snapshots without a digest were accepted")
	}
}
