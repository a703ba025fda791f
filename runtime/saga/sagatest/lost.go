package sagatest

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/evgen/evgen/runtime/saga"
)

// lineage is one worker after the other, each of which lives until a step kills it.
type lineage[T any] struct {
	*world[T]
	mu      sync.Mutex
	present *faulty[T]
	dead    chan struct{}
}

// kill is what a step does of which its process dies: nothing of it is ever heard.
func (l *lineage[T]) kill(ctx context.Context, _ *saga.Run) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if cut, _, _, _ := l.present.state(); !cut {
		l.present.die()
		close(l.dead)
	}
	return context.Cause(ctx)
}

// live runs workers until all of these sagas are over.
func (l *lineage[T]) live(d saga.Definition, ids ...string) {
	l.t.Helper()
	open := func(id string) bool { s := l.find(ref(id)); return s == nil || s.State.Open() }
	over := l.eventually(func() bool {
		l.mu.Lock()
		l.present, l.dead = &faulty[T]{Database: l.Sagas}, make(chan struct{})
		dead := l.dead
		l.mu.Unlock()
		p := l.process(l.workerOver(l.present, d, saga.WithOwner("mortal"), saga.WithLease(24*time.Hour)).Run)
		over := l.eventually(func() bool {
			return isClosed(dead) || !slices.ContainsFunc(ids, open)
		})
		p.end()
		l.Pass(l.t, 24*time.Hour)
		return over && !slices.ContainsFunc(ids, open)
	})
	if !over {
		l.t.Fatalf("sagas are not over; played %v", l.played())
	}
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func lostSteps[T any](w *world[T]) {
	l, d := &lineage[T]{world: w}, w.definition("a", "b")
	w.on("do b", l.kill)
	w.begin(w.worker(d))
	w.append("1", place())
	l.live(d, "1")
	s := w.reaches("1", saga.Compensated)
	w.isStory("1", "forward a 1 done", "forward b 1 failed", "forward b 2 failed", "forward b 3 gave_up", "compensate a 1 done")
	entries, err := w.Sagas.Entries(w.ctx, ref("1"))
	check(w.t, "entries", err)
	if e := entries[1]; s.Failure != saga.ErrLost.Error() || e.Failure != s.Failure || e.Owner != "mortal" {
		w.t.Errorf("failure %q, in the ledger %+v", s.Failure, e)
	}
}

func lostCompensations[T any](w *world[T]) {
	l, d := &lineage[T]{world: w}, w.definition("a", "b", "c")
	w.fails("do c", 3)
	w.on("undo b", l.kill)
	w.begin(w.worker(d))
	w.append("1", place())
	l.live(d, "1")
	s := w.reaches("1", saga.CompensationFailed)
	same(w.t, "stuck", s.Stuck, []string{"b"})
	w.isStory("1", "forward a 1 done", "forward b 1 done", "forward c 1 failed", "forward c 2 failed", "forward c 3 gave_up",
		"compensate b 1 failed", "compensate b 2 failed", "compensate b 3 gave_up", "compensate a 1 done")
}

// What a worker has given back before it began is as lost as it was.
func givenBackLost[T any](w *world[T]) {
	w.asleep("a", "b")
	digest := w.find(ref("1")).Digest
	claim := func(owner, former string) saga.Claim {
		w.t.Helper()
		claims, err := w.Sagas.Claim(w.ctx, saga.Claims{Saga: "delivery", Known: []string{digest}, Digest: digest, Owner: owner, Limit: 1, Lease: time.Hour})
		check(w.t, "claim", err)
		if len(claims) != 1 || claims[0].Former != former {
			w.t.Fatalf("claimed %+v, want one that was lost by %q", claims, former)
		}
		return claims[0]
	}
	claim("dead", "")
	w.Pass(w.t, time.Hour)
	for _, owner := range []string{"heir", "heir of the heir"} {
		c := claim(owner, "dead")
		check(w.t, "release", w.Sagas.Release(w.ctx, &c))
	}
	w.process(w.worker(w.definition("a", "b")).Run)
	w.reaches("1", saga.Completed)
	w.isStory("1", "forward a 1 done", "forward b 1 failed", "forward b 2 failed", "forward b 3 done")
}

// lostWithAnother has sagas at long steps where another one kills their process, again
// and again. They are with it once; then only one of those that were lost is under way.
func lostWithAnother[T any](w *world[T]) {
	l, d, ids := &lineage[T]{world: w}, w.definition("a"), []string{"deadly", "1", "2", "3"}
	d.Steps[0].Retry = soon(4)
	var suspects atomic.Int32
	w.on("do a", func(ctx context.Context, r *saga.Run) error {
		if r.Attempt > 1 {
			if suspects.Add(1) > 1 {
				w.t.Error("two that were lost are under way at once")
			}
			defer suspects.Add(-1)
		}
		began := time.Now()
		switch {
		case r.ID != "deadly":
			return l.long(ctx, r)
		case !w.eventually(func() bool { return l.others(r, ids[1:], began) }):
			w.t.Errorf("in attempt %d the others are not where they should be", r.Attempt)
		}
		return l.kill(ctx, r)
	})
	starting := w.begin(w.worker(d))
	for _, id := range ids {
		w.seen(w.append(id, place()))
	}
	starting.end()
	l.live(d, ids...)
	w.isStory("deadly", "forward a 1 failed", "forward a 2 failed", "forward a 3 failed", "forward a 4 gave_up")
	for _, id := range ids[1:] {
		w.reaches(id, saga.Completed)
	}
}

// long is a step that outlives its process at first, and then needs some time.
func (l *lineage[T]) long(ctx context.Context, r *saga.Run) error {
	needed := time.Hour
	if r.Attempt > 1 {
		needed = 100 * time.Millisecond
	}
	timer := time.NewTimer(needed)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// others reports whether the others are under way with r at first, and were put off, or
// are over, since it began, later on.
func (l *lineage[T]) others(r *saga.Run, ids []string, began time.Time) bool {
	if r.Attempt == 1 {
		return len(l.played()) == 1+len(ids)
	}
	return !slices.ContainsFunc(ids, func(id string) bool {
		s := l.find(ref(id))
		return s.State.Open() && (s.Owner != "" || s.UpdatedAt.Before(began))
	})
}
