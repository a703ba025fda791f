package projectiontest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

func ownerScenarios[T Tx]() []scenario[T] {
	return []scenario[T]{
		{"a paused owner wakes up and cannot commit", pausedOwner[T]},
		{"two runners share the shards, and one takes over what the other leaves", sharedShards[T]},
		{"a runner that stops gives its shards back at once", givesBack[T]},
		{"a runner that stops after a bulk load has given its shard back", givesBackLoaded[T]},
		{"a claim that was committed without anybody knowing is given back", givesBackClaimed[T]},
		{"a version that is swapped out while it is claimed is not taken for live", claimedLate[T]},
		{"shards are split and joined while events stream in", resharded[T]},
		{"shards are joined however many events come", joinedUnderLoad[T]},
		{"shards that were told to stand still go on by themselves", holdEnds[T]},
		{"a store that was replaced is noticed, and a rebuild follows it", replacedStore[T]},
	}
}

func pausedOwner[T Tx](t *testing.T, w *world[T]) {
	g := &gated[T]{Database: w.db}
	lease := projection.WithLease(100 * time.Millisecond)
	j := w.journal("a")
	w.startOn(g, registry(t), j.projections(), lease)
	w.caughtUp("journal", w.fill(5, 2))
	resume := g.pause()
	last := w.fill(20, 2)
	p := w.startOn(w.target.Again(t, w.db), registry(t), j.projections(), lease)
	w.caughtUp("journal", last)
	resume()
	p.stop()
	last = w.fill(20, 2)
	w.caughtUp("journal", last)
	w.complete("journal", last)
}

func sharedShards[T Tx](t *testing.T, w *world[T]) {
	j := w.journal("a")
	one := w.start(j.projections(), projection.WithShards(4), projection.WithOwner("one"))
	w.caughtUp("journal", w.fill(1, 1))
	w.eventually("one has all", func() bool { return w.owned()["one"] == 4 })
	two := w.startOn(w.target.Again(t, w.db), registry(t), j.projections(), projection.WithOwner("two"))
	one.stop()
	w.eventually("two has all", func() bool { return w.owned()["two"] == 4 })
	// who comes later finds nothing; who starts at the same time gets its share
	two.stop()
	w.start(j.projections(), projection.WithOwner("three"))
	w.startOn(w.target.Again(t, w.db), registry(t), j.projections(), projection.WithOwner("four"))
	last := w.fill(40, 9)
	w.caughtUp("journal", last)
	w.complete("journal", last)
}

// owned counts the shards of each owner.
func (w *world[T]) owned() map[string]int {
	w.t.Helper()
	owned := map[string]int{}
	for _, s := range w.shards(w.versions("journal")[0]) {
		owned[s.Owner]++
	}
	return owned
}

func givesBack[T Tx](t *testing.T, w *world[T]) {
	p := w.start(w.journal("a").projections(), projection.WithLease(time.Hour))
	w.caughtUp("journal", w.fill(3, 1))
	p.stop()
	if owned := w.owned(); owned[""] != 1 {
		t.Fatalf("owned: %v", owned)
	}
}

func givesBackLoaded[T Tx](t *testing.T, w *world[T]) {
	w.scribble(map[string]Order{}, 10)
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	db := &watched[T]{Database: w.db, looked: func() {
		if v := w.versions("orders"); v[0].Loaded {
			cancel() // after the load, and before the next claim
		}
	}}
	r, err := projection.NewRunner(w.store, db, registry(t), []projection.Projection[T]{w.declared("a")}, quick(projection.WithLease(time.Hour))...)
	check(t, "new runner", err)
	check(t, "run", r.Run(ctx))
	v := w.versions("orders")[0]
	if shards := w.shards(v); !v.Loaded || shards[0].Owner != "" {
		t.Errorf("%+v\n%+v", v, shards)
	}
}

func givesBackClaimed[T Tx](t *testing.T, w *world[T]) {
	w.fill(3, 1)
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	db := &watched[T]{Database: w.db, claimed: func() error { cancel(); return ctx.Err() }}
	r, err := projection.NewRunner(w.store, db, registry(t), w.journal("a").projections(), quick(projection.WithLease(time.Hour))...)
	check(t, "new runner", err)
	check(t, "run", r.Run(ctx))
	if owned := w.owned(); owned[""] != 1 {
		t.Errorf("owned: %v", owned)
	}
}

func claimedLate[T Tx](t *testing.T, w *world[T]) {
	one := w.start(w.journal("a").projections())
	w.caughtUp("journal", w.fill(10, 2))
	one.stop()
	w.startOn(w.target.Again(t, w.db), registry(t), w.journal("b").projections())
	w.hasVersions(2)
	swap := sync.OnceFunc(func() { w.swap(2) })
	w.startOn(&watched[T]{Database: w.target.Again(t, w.db), looked: swap}, registry(t), w.journal("a").projections())
	w.eventually("version 2 is live", func() bool { return w.versions("journal")[1].State == projection.Live })
	last := w.fill(10, 2)
	w.caughtUp("journal", last)
	w.eventually("version 1 has followed", func() bool { return len(w.entries("journal_v1")) == int(last) })
	live := w.entries("journal")
	for i, e := range w.entries("journal_v1") {
		if e.Effects == live[i].Effects {
			t.Errorf("side effects of both versions, or of none: %+v and %+v", e, live[i])
		}
	}
}

func resharded[T Tx](t *testing.T, w *world[T]) {
	w.start(w.journal("a").projections())
	for _, n := range []int{4, 3, 1, 5} {
		w.caughtUp("journal", w.fill(15, 7))
		check(t, "reshard", projection.Reshard(w.ctx, w.db, "journal", n))
		if got := len(w.shards(w.versions("journal")[0])); got != n {
			t.Fatalf("%d shards instead of %d", got, n)
		}
	}
	last := w.fill(15, 7)
	w.caughtUp("journal", last)
	w.complete("journal", last)
}

// joinedUnderLoad joins shards that hardly ever stand at one position by themselves.
func joinedUnderLoad[T Tx](t *testing.T, w *world[T]) {
	w.start(w.journal("a").projections(), projection.WithShards(8))
	w.caughtUp("journal", w.fill(15, 7))
	stop := w.stream()
	defer stop()
	for _, n := range []int{3, 1, 4, 1} {
		begun := time.Now()
		ctx, cancel := context.WithTimeout(w.ctx, patience)
		check(t, "reshard", projection.Reshard(ctx, w.db, "journal", n))
		cancel()
		if got := len(w.shards(w.versions("journal")[0])); got != n {
			t.Fatalf("%d shards instead of %d", got, n)
		}
		t.Logf("%d shards after %s", n, time.Since(begun))
		w.caughtUp("journal", w.fill(1, 1)) // it goes on
	}
	last := stop()
	w.caughtUp("journal", last)
	w.complete("journal", last)
}

// holdEnds shows that who asked for shards to stand still may die.
func holdEnds[T Tx](t *testing.T, w *world[T]) {
	w.start(w.journal("a").projections(), projection.WithShards(3))
	held := w.fill(9, 5)
	w.caughtUp("journal", held)
	const long = 400 * time.Millisecond
	v := w.versions("journal")[0]
	begun := time.Now()
	check(t, "hold", w.db.Ledger(w.ctx, func(l projection.Ledger) error { return l.Hold(w.ctx, v, held, long) }))
	last := w.fill(9, 5)
	w.caughtUp("journal", last)
	if took := time.Since(begun); took < long {
		t.Errorf("it went on after %s", took)
	}
	w.complete("journal", last)
}

func replacedStore[T Tx](t *testing.T, w *world[T]) {
	p := w.start(w.journal("a").projections())
	w.caughtUp("journal", w.fill(10, 2))
	p.stop()
	before := w.entries("journal")
	w.store = w.target.Store(t)
	w.fill(30, 2)
	seen := &observer{stopped: make(chan error, 100)}
	w.start(w.journal("a").projections(), projection.WithObserver(seen), projection.SwapWhenReady())
	var rewound *projection.RewoundError
	if err := <-seen.stopped; !errors.As(err, &rewound) || !errors.Is(err, runtime.ErrStoreRewound) {
		t.Fatalf("stopped for %v", err)
	}
	if after := w.entries("journal"); len(after) != len(before) {
		t.Fatalf("%d entries, and %d before", len(after), len(before))
	}
	_, err := projection.Rebuild(w.ctx, w.db, "journal")
	check(t, "rebuild", err)
	w.eventually("the rebuilt version is live", func() bool { return w.versions("journal")[0].State == projection.Standby })
	last := w.fill(5, 2)
	w.caughtUp("journal", last)
	w.complete("journal", last)
}

// observer notes what happens.
type observer struct {
	stopped chan error
}

func (o *observer) Applied(projection.Applied) {}

func (o *observer) Stopped(_ projection.Version, _ int, err error) {
	select {
	case o.stopped <- err:
	default:
	}
}
