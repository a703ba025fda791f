package sagatest

import (
	"context"
	"fmt"
	"time"

	"github.com/evgen/evgen/runtime/saga"
)

// longAfterQuick runs a worker with one place, whose first saga is quick, so that it
// claims ahead, and whose second one is long. It returns when that is under way.
func longAfterQuick[T any](w *world[T], n int) (saga.Definition, *gate, *process) {
	inside := newGate()
	w.on("do a", func(ctx context.Context, r *saga.Run) error {
		if r.ID == "1" {
			return inside.pass(ctx)
		}
		return nil
	})
	d := w.definition("a")
	worker := w.worker(d, saga.WithConcurrency(1), saga.WithLease(time.Hour))
	starting := w.begin(worker)
	for i := range n {
		w.seen(w.append(fmt.Sprint(i), place()))
	}
	starting.end()
	p := w.process(worker.Run)
	w.arrives(inside)
	return d, inside, p
}

func aheadOfLongStep[T any](w *world[T]) {
	const n = 8
	d, inside, _ := longAfterQuick(w, n)
	w.process(w.workerOver(w.Again(w.t), d).Run)
	for i := range n {
		if i != 1 {
			w.reaches(fmt.Sprint(i), saga.Completed)
		}
	}
	close(inside.open)
	w.reaches("1", saga.Completed)
}

func aheadOfShutdown[T any](w *world[T]) {
	const n = 8
	_, _, p := longAfterQuick(w, n)
	p.end()
	for i := range n {
		s := w.find(ref(fmt.Sprint(i)))
		if s.Owner != "" || s.Attempts != 0 || s.State == saga.Running && time.Until(s.DueAt) > time.Second {
			w.t.Errorf("after a shutdown: %+v", s)
		}
	}
}
