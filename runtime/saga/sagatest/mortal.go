package sagatest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/saga"
)

// deadly is a saga whose step b is tried twice.
func deadly(s *stage) saga.Definition {
	d := s.definition("a", "b")
	d.Steps[1].Retry = soon(2)
	return d
}

// Mortal runs the sagas of w until one of their steps ends this process at once. That
// it returns, after [World].Die should be over, is an error.
func Mortal[T any](w World[T]) error {
	ctx, done := context.WithTimeout(context.Background(), patience)
	defer done()
	decoder, err := runtime.NewRegistry(orders.Schema())
	if err != nil {
		return err
	}
	s := newStage()
	s.on("do b", func(context.Context, *saga.Run) error { os.Exit(0); return nil })
	worker, err := saga.NewWorker(w.Store, w.Sagas, decoder, w.Append, deadly(s), quick(saga.WithLease(time.Hour))...)
	if err != nil {
		return err
	}
	return errors.Join(worker.Run(ctx), errors.New("the process has outlived its step"))
}

func killedSteps[T any](w *world[T]) {
	d := deadly(w.stage)
	starting := w.begin(w.worker(d))
	w.seen(w.append("1", place()))
	starting.end()
	for range 2 {
		w.Die(w.t)
		w.Pass(w.t, time.Hour)
	}
	w.process(w.worker(d).Run)
	s := w.reaches("1", saga.Compensated)
	w.isStory("1", "forward a 1 done", "forward b 1 failed", "forward b 2 gave_up", "compensate a 1 done")
	same(w.t, "calls in this process", w.played(), []string{"undo a"})
	entries, err := w.Sagas.Entries(w.ctx, ref("1"))
	check(w.t, "entries", err)
	first, second, here := entries[1].Owner, entries[2].Owner, fmt.Sprintf("/%d/", os.Getpid())
	if s.Failure != saga.ErrLost.Error() || first == second || strings.Contains(first+second, here) {
		w.t.Errorf("failure %q; the step was lost with %q and %q", s.Failure, first, second)
	}
}
