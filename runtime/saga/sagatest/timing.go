package sagatest

import (
	"context"
	"strings"
	"time"

	"github.com/evgen/evgen/runtime/saga"
)

// hangs makes a call last until its context ends.
func (s *stage) hangs(call string) {
	s.on(call, func(ctx context.Context, _ *saga.Run) error { <-ctx.Done(); return ctx.Err() })
}

func stepTimeout[T any](w *world[T]) {
	d := w.definition("a", "b")
	d.Steps[1].Timeout = 5 * time.Millisecond
	w.hangs("do b")
	w.run(d)
	w.append("1", place())
	s := w.reaches("1", saga.Compensated)
	w.isStory("1", "forward a 1 done", "forward b 1 failed", "forward b 2 failed", "forward b 3 gave_up", "compensate a 1 done")
	if !strings.Contains(s.Failure, "step b has run out of time") {
		w.t.Errorf("failure %q", s.Failure)
	}
}

func sagaTimeoutInStep[T any](w *world[T]) {
	d := w.definition("a", "b")
	d.Timeout = 4 * time.Second // enough to come to b on a busy machine
	w.hangs("do b")
	w.run(d)
	w.append("1", place())
	s := w.reaches("1", saga.Compensated)
	w.isStory("1", "forward a 1 done", "forward b 1 gave_up", "compensate a 1 done")
	if !strings.Contains(s.Failure, "the saga has run out of time") {
		w.t.Errorf("failure %q", s.Failure)
	}
}

func sagaTimeoutAsleep[T any](w *world[T]) {
	d := w.definition("a", "b")
	d.Timeout = time.Hour
	d.Steps[1].Retry = saga.Retry{Attempts: 5, Base: 2 * time.Hour, Backoff: saga.Fixed}
	w.fails("do b", 9)
	worker, _ := w.run(d)
	w.append("1", place())
	s := w.until("1", "asleep", func(s *saga.Instance) bool { return s.Attempts == 1 })
	if !s.DueAt.Equal(s.Deadline) {
		w.t.Errorf("due at %s, deadline %s", s.DueAt, s.Deadline)
	}
	w.Pass(w.t, time.Hour)
	worker.Wake()
	w.reaches("1", saga.Compensated)
	w.isStory("1", "forward a 1 done", "forward b 1 failed", "forward b 0 expired", "compensate a 1 done")
}

func heartbeats[T any](w *world[T]) {
	inside := newGate()
	w.on("do a", func(ctx context.Context, _ *saga.Run) error { return inside.pass(ctx) })
	d := w.definition("a")
	lease := saga.WithLease(2 * time.Second)
	w.run(d, lease)
	w.process(w.worker(d, lease).Run) // would take it over
	w.append("1", place())
	w.arrives(inside)
	began := w.find(ref("1"))
	w.until("1", "prolonged for several leases", func(s *saga.Instance) bool { return s.DueAt.Sub(began.DueAt) > 2200*time.Millisecond })
	close(inside.open)
	w.reaches("1", saga.Completed)
	same(w.t, "calls", w.played(), []string{"do a"})
}
