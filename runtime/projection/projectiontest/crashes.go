package projectiontest

import (
	"errors"
	"testing"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

func crashScenarios[T Tx]() []scenario[T] {
	return []scenario[T]{
		{"a process may die at any step of following", func(t *testing.T, w *world[T]) { dieEverywhere(t, w, dieFollowing[T]) }},
		{"a process may die at any step of a bulk load", func(t *testing.T, w *world[T]) { dieEverywhere(t, w, dieLoading[T]) }},
		{"a process may die at any step of putting aside and trying again", func(t *testing.T, w *world[T]) { dieEverywhere(t, w, dieParking[T]) }},
		{"a database that refuses commits stops the shard, with facts and without", refusedCommits[T]},
		{"a link that fails before and after commits costs nothing", badLink[T]},
		{"a link that fails in a bulk load costs nothing", badLinkLoading[T]},
	}
}

// owner is the name under which a process comes back, so that no lease has to run out.
func owner() projection.Option { return projection.WithOwner("the one that dies") }

// dieEverywhere calls die with 1, 2, 3 and so on steps to live, each time with a
// new database, until it reports that the process outlived the story.
func dieEverywhere[T Tx](t *testing.T, w *world[T], die func(w *world[T], steps int) bool) {
	for steps := 1; !die(newWorld(t, w.target), steps); steps++ {
		if t.Failed() {
			t.Fatalf("died after %d steps", steps)
		}
		if steps > 2000 {
			t.Fatal("the story does not end")
		}
	}
}

// mortalRun runs projections until the process dies, or done says that the story
// is over: then it returns true.
func (w *world[T]) mortalRun(steps int, done func() bool, projections []projection.Projection[T], opts ...projection.Option) bool {
	w.t.Helper()
	m := newMortal(w.db, steps)
	p := w.startOn(m, registry(w.t), projections, append(opts, owner())...)
	defer p.stop()
	outlived := false
	w.eventually("death, or the end of the story", func() bool {
		select {
		case <-m.dead:
			return true
		default:
			outlived = done()
			return outlived
		}
	})
	return outlived
}

func dieFollowing[T Tx](w *world[T], steps int) bool {
	last := w.fill(20, 3)
	j := w.journal("a")
	outlived := w.mortalRun(steps, w.isAt("journal", last), j.projections())
	p := w.start(j.projections(), owner())
	last = w.fill(5, 3)
	w.caughtUp("journal", last)
	p.stop()
	w.complete("journal", last)
	return outlived
}

// isAt returns a function that reports whether readers see all up to position.
func (w *world[T]) isAt(id string, position runtime.Position) func() bool {
	return func() bool {
		var at runtime.Position
		err := w.db.Ledger(w.ctx, func(l projection.Ledger) error {
			versions, err := l.Versions(w.ctx, id)
			for _, v := range versions {
				if shards, err := l.Shards(w.ctx, v); err == nil && v.State == projection.Live && v.Loaded && len(shards) > 0 {
					at = shards[0].Position
				}
			}
			return err
		})
		return err == nil && at >= position
	}
}

func dieLoading[T Tx](w *world[T], steps int) bool {
	model := map[string]Order{}
	last := w.scribble(model, 30)
	outlived := w.mortalRun(steps, w.isAt("orders", last), []projection.Projection[T]{w.declared("a")}, projection.WithMemory(1))
	p := w.start([]projection.Projection[T]{w.declared("a")}, projection.WithMemory(1), owner())
	w.caughtUp("orders", w.scribble(model, 5))
	p.stop()
	w.sameOrders(model)
	return outlived
}

func dieParking[T Tx](w *world[T], steps int) bool {
	last := w.fill(6, 3)
	j := w.journal("a")
	// each fact of one stream fails for the first time
	seen := map[runtime.Position]bool{}
	j.failOn(func(f *projection.Fact) error {
		if f.Stream == stream("s1") && !seen[f.Position] {
			seen[f.Position] = true
			return errors.New("not yet")
		}
		return nil
	})
	outlived := w.mortalRun(steps, func() bool {
		return w.isAt("journal", last)() && len(w.letters(projection.LetterQuery{})) == 0
	}, j.projections())
	p := w.start(j.projections(), owner())
	w.caughtUp("journal", last)
	w.eventually("no letter is left", func() bool { return len(w.letters(projection.LetterQuery{})) == 0 })
	p.stop()
	w.complete("journal", last)
	return outlived
}

func refusedCommits[T Tx](t *testing.T, w *world[T]) {
	for _, types := range []int{1, 3} { // of which fill writes none, and all
		w := newWorld(t, w.target)
		db := &refusing[T]{Database: w.db}
		seen := &observer{stopped: make(chan error, 100)}
		j := w.journal("a").projection()
		j.Types = j.Types[:types]
		p := w.startOn(db, registry(t), []projection.Projection[T]{j}, projection.WithObserver(seen))
		w.caughtUp("journal", w.fill(2, 2))
		db.refuses.Store(true)
		last := w.fill(9, 2)
		if err := <-seen.stopped; !errors.Is(err, errRefused) {
			t.Errorf("stopped for %v", err)
		}
		db.refuses.Store(false)
		w.caughtUp("journal", last)
		p.stop()
		if letters := w.letters(projection.LetterQuery{}); len(letters) != 0 {
			t.Errorf("letters of facts that were not at fault: %+v", letters)
		}
	}
}

func badLink[T Tx](t *testing.T, w *world[T]) {
	last := w.fill(60, 5)
	p := w.startOn(&unsteady[T]{Database: w.db, every: 4}, registry(t), w.journal("a").projections(), projection.WithShards(2))
	w.caughtUp("journal", last)
	p.stop()
	w.complete("journal", last)
}

func badLinkLoading[T Tx](t *testing.T, w *world[T]) {
	for every := 4; every < 9; every++ { // a transaction has three such moments
		w := newWorld(t, w.target)
		model := map[string]Order{}
		last := w.scribble(model, 40)
		db := &unsteady[T]{Database: w.db, every: every}
		p := w.startOn(db, registry(t), []projection.Projection[T]{w.declared("a")}, projection.WithMemory(1))
		w.caughtUp("orders", last)
		p.stop()
		w.sameOrders(model)
	}
}
