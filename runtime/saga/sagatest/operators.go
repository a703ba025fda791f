package sagatest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/saga"
)

func cancelAsleep[T any](w *world[T]) {
	d := w.definition("a", "b")
	d.Steps[1].Retry = saga.Retry{Attempts: 5, Base: time.Hour, Backoff: saga.Fixed}
	w.fails("do b", 9)
	worker, _ := w.run(d)
	w.append("1", place())
	w.until("1", "asleep", func(s *saga.Instance) bool { return s.Attempts == 1 })
	check(w.t, "cancel", w.Sagas.Cancel(w.ctx, ref("1"), "ordered twice"))
	check(w.t, "cancel again", w.Sagas.Cancel(w.ctx, ref("1"), "another reason"))
	worker.Wake()
	s := w.reaches("1", saga.Compensated)
	w.isStory("1", "forward a 1 done", "forward b 1 failed", "forward b 0 cancelled", "compensate a 1 done")
	if s.Failure != "ordered twice" {
		w.t.Errorf("failure %q", s.Failure)
	}
}

func cancelInStep[T any](w *world[T]) {
	inside := newGate()
	w.on("do b", func(ctx context.Context, _ *saga.Run) error {
		err := inside.pass(ctx)
		if !errors.Is(err, saga.ErrCancelled) {
			w.t.Errorf("the step ended for %v", err)
		}
		return err
	})
	w.run(w.definition("a", "b"), saga.WithLease(600*time.Millisecond))
	w.append("1", place())
	w.arrives(inside)
	check(w.t, "cancel", w.Sagas.Cancel(w.ctx, ref("1"), ""))
	s := w.reaches("1", saga.Compensated)
	w.isStory("1", "forward a 1 done", "forward b 1 gave_up", "compensate a 1 done")
	if s.Cancel != saga.NoReason || s.Failure != saga.NoReason {
		w.t.Errorf("cancelled for %q, failed for %q", s.Cancel, s.Failure)
	}
}

func cancelTooLate[T any](w *world[T]) {
	inside := newGate()
	w.on("do b", func(ctx context.Context, _ *saga.Run) error { return inside.pass(ctx) })
	w.run(w.definition("a", "b"), saga.WithLease(time.Hour))
	w.append("1", place())
	w.arrives(inside)
	check(w.t, "cancel", w.Sagas.Cancel(w.ctx, ref("1"), "ordered twice"))
	close(inside.open)
	s := w.reaches("1", saga.Compensated)
	w.isStory("1", "forward a 1 done", "forward b 1 done", "compensate b 1 done", "compensate a 1 done")
	if s.Failure != "ordered twice" {
		w.t.Errorf("failure %q", s.Failure)
	}
}

func cancelErrors[T any](w *world[T]) {
	w.run(w.definition("a"))
	w.append("1", place())
	w.reaches("1", saga.Completed)
	if err := w.Sagas.Cancel(w.ctx, ref("1"), "x"); !errors.Is(err, saga.ErrOver) {
		w.t.Errorf("cancel of what is over: %v", err)
	}
	if err := w.Sagas.Cancel(w.ctx, ref("2"), "x"); !errors.Is(err, saga.ErrUnknown) {
		w.t.Errorf("cancel of none: %v", err)
	}
}

func lists[T any](w *world[T]) {
	w.on("do a", func(_ context.Context, r *saga.Run) error {
		if r.ID == "1" {
			return saga.Permanent(errors.New("no"))
		}
		return nil
	})
	w.run(w.definition("a"))
	for i := range 4 {
		w.seen(w.appendAs(runtime.Tenant(fmt.Sprint("t", i%2)), fmt.Sprint(i), place()))
	}
	all := func(q saga.Query) []string {
		found, err := w.Sagas.List(w.ctx, q)
		check(w.t, "list", err)
		ids := []string{}
		for _, s := range found {
			ids = append(ids, s.ID)
		}
		return ids
	}
	over := []saga.State{saga.Completed, saga.Compensated}
	if !w.eventually(func() bool { return len(all(saga.Query{States: over})) == 4 }) {
		w.t.Fatal("the sagas do not end")
	}
	tenant := runtime.Tenant("t1")
	same(w.t, "all", all(saga.Query{}), []string{"3", "2", "1", "0"})
	same(w.t, "limited", all(saga.Query{Limit: 2}), []string{"3", "2"})
	same(w.t, "of a tenant", all(saga.Query{Tenant: &tenant}), []string{"3", "1"})
	same(w.t, "of a state", all(saga.Query{States: []saga.State{saga.Compensated}}), []string{"1"})
	same(w.t, "of an id", all(saga.Query{ID: "2"}), []string{"2"})
	names, err := w.Sagas.Names(w.ctx)
	check(w.t, "names", err)
	same(w.t, "names", names, []string{"delivery"})
	same(w.t, "of another saga", all(saga.Query{Saga: "none"}), []string{})
}
