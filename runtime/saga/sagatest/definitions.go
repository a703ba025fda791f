package sagatest

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/evgen/evgen/runtime/saga"
)

// asleep leaves a saga in front of its second attempt of b.
func (w *world[T]) asleep(names ...string) {
	w.t.Helper()
	d := w.definition(names...)
	d.Steps[1].Retry = saga.Retry{Attempts: 5, Base: time.Hour, Backoff: saga.Fixed}
	w.fails("do b", 1)
	worker := w.worker(d)
	starting, running := w.begin(worker), w.process(worker.Run)
	w.append("1", place())
	w.until("1", "asleep", func(s *saga.Instance) bool { return s.Attempts == 1 && s.Owner == "" })
	starting.end()
	running.end()
	w.Pass(w.t, time.Hour)
}

func appended[T any](w *world[T]) {
	w.asleep("a", "b")
	w.process(w.worker(w.definition("a", "b", "c")).Run)
	w.reaches("1", saga.Completed)
	w.isStory("1", "forward a 1 done", "forward b 1 failed", "forward b 2 done", "forward c 1 done")
}

func removed[T any](w *world[T]) {
	w.asleep("a", "b", "c")
	for _, names := range [][]string{{"b", "a", "c"}, {"a", "c"}, {"a", "b", "d"}} {
		err := w.worker(w.definition(names...)).Run(w.ctx)
		var refused *saga.DefinitionError
		if !errors.As(err, &refused) || refused.Open != 1 || !slices.Equal(refused.Steps, []string{"a", "b", "c"}) {
			w.t.Errorf("steps %v: %v", names, err)
		}
	}
	done := w.process(w.worker(w.definition("a", "b", "c")).Run)
	w.reaches("1", saga.Completed)
	done.end()
	w.process(w.worker(w.definition("a", "c")).Run) // nothing is under way
}

// A worker of before an update leaves alone what the new ones have begun, or touched.
func newer[T any](w *world[T]) {
	inside := newGate()
	w.on("do c", func(ctx context.Context, _ *saga.Run) error { return inside.pass(ctx) })
	w.asleep("a", "b", "c")
	old := w.process(w.worker(w.definition("a", "b")).Run)
	latest := w.worker(w.definition("a", "b", "c"))
	w.process(latest.Run)
	w.arrives(inside)
	close(inside.open)
	w.reaches("1", saga.Completed)
	old.end()
	w.isStory("1", "forward a 1 done", "forward b 1 failed", "forward b 2 done", "forward c 1 done")
}
