package sagatest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/saga"
)

// faulty is a database whose link to a worker can be cut.
type faulty[T any] struct {
	saga.Database[T]
	mu sync.Mutex
	// cut fails all calls: the worker is as good as dead.
	cut bool
	// deaf fails heartbeats.
	deaf bool
	// commit, if set, is asked before each commit, and after it.
	before, after func(m *saga.Move) error
}

var errCut = errors.New("the link is cut")

func (f *faulty[T]) state() (cut, deaf bool, before, after func(*saga.Move) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.cut, f.deaf, f.before, f.after
}

func (f *faulty[T]) die() { f.mu.Lock(); f.cut = true; f.mu.Unlock() }

func (f *faulty[T]) Transient(err error) bool {
	return errors.Is(err, errCut) || f.Database.Transient(err)
}

func (f *faulty[T]) Next(ctx context.Context, id string, known []string) (time.Duration, error) {
	if cut, _, _, _ := f.state(); cut {
		return 0, errCut
	}
	return f.Database.Next(ctx, id, known)
}

func (f *faulty[T]) Claim(ctx context.Context, c saga.Claims) ([]saga.Claim, error) {
	if cut, _, _, _ := f.state(); cut {
		return nil, errCut
	}
	return f.Database.Claim(ctx, c)
}

func (f *faulty[T]) Extend(ctx context.Context, claims []saga.Claim, lease time.Duration) ([]saga.Claim, error) {
	if cut, deaf, _, _ := f.state(); cut || deaf {
		return nil, errCut
	}
	return f.Database.Extend(ctx, claims, lease)
}

func (f *faulty[T]) Release(ctx context.Context, c *saga.Claim) error {
	if cut, _, _, _ := f.state(); cut {
		return errCut
	}
	return f.Database.Release(ctx, c)
}

func (f *faulty[T]) Commit(ctx context.Context, m *saga.Move, emit func(context.Context, T) error) error {
	cut, _, before, after := f.state()
	if cut {
		return errCut
	}
	if before != nil {
		if err := before(m); err != nil {
			return err
		}
	}
	err := f.Database.Commit(ctx, m, emit)
	if err == nil && after != nil {
		err = after(m)
	}
	return err
}

func shutdown[T any](w *world[T]) {
	inside := newGate()
	w.on("do b", func(ctx context.Context, _ *saga.Run) error { return inside.pass(ctx) })
	d := w.definition("a", "b")
	_, p := w.run(d, saga.WithLease(time.Hour))
	w.append("1", place())
	w.arrives(inside)
	p.end()
	s := w.find(ref("1"))
	if s.State != saga.Running || s.Attempts != 0 || s.Owner != "" || time.Until(s.DueAt) > time.Second {
		w.t.Errorf("after a shutdown: %+v", s)
	}
	close(inside.open)
	w.process(w.worker(d).Run)
	w.reaches("1", saga.Completed)
	w.isStory("1", "forward a 1 done", "forward b 1 done")
}

func drained[T any](w *world[T]) {
	inside := newGate()
	w.on("do a", func(ctx context.Context, _ *saga.Run) error { return inside.pass(ctx) })
	_, p := w.run(w.definition("a", "b"), saga.WithDrain(time.Hour))
	w.append("1", place())
	w.arrives(inside)
	p.cancel()
	close(inside.open)
	p.end()
	s := w.find(ref("1"))
	if s.Step != "b" || s.Owner != "" || time.Until(s.DueAt) > time.Second {
		w.t.Errorf("after a drain: %+v", s)
	}
	w.isStory("1", "forward a 1 done")
}

func zombie[T any](w *world[T]) {
	inside := newGate()
	var others atomic.Bool
	w.on("do a", func(ctx context.Context, r *saga.Run) error {
		r.Emit(saga.Emission{Stream: runtime.StreamOf(orders.CategoryOrder, "out"), Event: ship()})
		if others.Swap(true) {
			return nil
		}
		return inside.pass(context.WithoutCancel(ctx))
	})
	d := w.definition("a", "b")
	paused := &faulty[T]{Database: w.Sagas, deaf: true}
	late := w.workerOver(paused, d, saga.WithConcurrency(1))
	w.begin(late)
	p := w.process(late.Run)
	w.append("1", place())
	w.arrives(inside)
	w.Pass(w.t, time.Minute)
	other := w.process(w.workerOver(w.Again(w.t), d).Run)
	w.reaches("1", saga.Completed)
	other.end()
	story := []string{"forward a 1 failed", "forward a 2 done", "forward b 1 done"}
	close(inside.open)
	p.end()
	same(w.t, "ledger", w.story("1"), story)
	if n := len(w.emitted("out")); n != 1 {
		w.t.Errorf("%d events were emitted", n)
	}
	same(w.t, "calls", w.played(), []string{"do a", "do a", "do b"})
}

func crash[T any](w *world[T]) {
	d := w.definition("a", "b")
	dying := &faulty[T]{Database: w.Sagas}
	dying.before = func(m *saga.Move) error {
		if m.Entry.Step == "b" {
			dying.die()
			return errCut
		}
		return nil
	}
	dead := w.workerOver(dying, d, saga.WithLease(time.Hour))
	w.begin(dead)
	p := w.process(dead.Run)
	w.append("1", place())
	if !w.eventually(func() bool { cut, _, _, _ := dying.state(); return cut }) {
		w.t.Fatal("it never came to commit b")
	}
	p.end()
	if s := w.find(ref("1")); s.Step != "b" || s.Owner == "" {
		w.t.Errorf("after the crash: %+v", s)
	}
	w.Pass(w.t, time.Hour)
	w.process(w.workerOver(w.Again(w.t), d).Run)
	w.reaches("1", saga.Completed)
	w.isStory("1", "forward a 1 done", "forward b 1 failed", "forward b 2 done")
	same(w.t, "calls", w.played(), []string{"do a", "do b", "do b"})
}

func unknownOutcome[T any](w *world[T]) {
	d := w.definition("a", "b")
	failures := 0
	flaky := &faulty[T]{Database: w.Sagas}
	flaky.after = func(*saga.Move) error {
		if failures++; failures%2 == 1 {
			return errCut // committed, but nobody heard of it
		}
		return nil
	}
	worker := w.workerOver(flaky, d, saga.WithLease(time.Hour))
	w.begin(worker)
	w.process(worker.Run)
	w.append("1", place())
	w.reaches("1", saga.Completed)
	w.isStory("1", "forward a 1 done", "forward b 1 done")
	same(w.t, "calls", w.played(), []string{"do a", "do b"})
}

func sharedOut[T any](w *world[T]) {
	d := w.definition("a", "b")
	var mu sync.Mutex
	busy, most := 0, 0
	four := make(chan struct{})
	w.on("do a", func(ctx context.Context, _ *saga.Run) error {
		mu.Lock()
		busy++
		if busy == 4 && most < 4 {
			close(four)
		}
		most = max(most, busy)
		mu.Unlock()
		defer func() { mu.Lock(); busy--; mu.Unlock() }()
		select {
		case <-four:
		case <-ctx.Done():
		}
		return nil
	})
	first := w.worker(d, saga.WithConcurrency(2))
	w.begin(first)
	w.process(first.Run)
	w.process(w.workerOver(w.Again(w.t), d, saga.WithConcurrency(2)).Run)
	const n = 40
	for i := range n {
		w.append(fmt.Sprint(i), place())
	}
	for i := range n {
		w.reaches(fmt.Sprint(i), saga.Completed)
		w.isStory(fmt.Sprint(i), "forward a 1 done", "forward b 1 done")
	}
	if most != 4 {
		w.t.Errorf("%d steps at once, of 4", most)
	}
	if calls := len(w.played()); calls != 2*n {
		w.t.Errorf("%d calls", calls)
	}
}

func oldestFirst[T any](w *world[T]) {
	d := w.definition("a")
	var order []string
	w.on("do a", func(_ context.Context, r *saga.Run) error { order = append(order, r.ID); return nil })
	worker := w.worker(d, saga.WithConcurrency(1))
	starting := w.begin(worker)
	for i := range 5 {
		w.seen(w.append(fmt.Sprint(i), place()))
	}
	starting.end()
	w.process(worker.Run)
	w.reaches("4", saga.Completed)
	same(w.t, "order", order, []string{"0", "1", "2", "3", "4"})
}
