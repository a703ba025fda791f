package sagatest

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// standsStill waits until what begins sagas does so for their steps.
func (w *world[T]) standsStill(steps ...string) {
	w.t.Helper()
	want, found := "are under way with the steps "+strings.Join(steps, ", "), ""
	stands := w.eventually(func() bool { found = w.paused(); return strings.Contains(found, want) })
	if !stands {
		w.t.Fatalf("it does not stand still since sagas %s; the ledger says %q", want, found)
	}
}

// paused is why what begins sagas stands still, as operators see it.
func (w *world[T]) paused() (reason string) {
	w.t.Helper()
	check(w.t, "ledger", w.Models.Ledger(w.ctx, func(l projection.Ledger) error {
		versions, err := l.Versions(w.ctx, "delivery")
		for _, v := range versions {
			shards, err := l.Shards(w.ctx, v)
			if err != nil {
				return err
			}
			for i := range shards {
				reason += shards[i].Paused
			}
		}
		return err
	}))
	return reason
}

// nothingFailed says that no event was put aside.
func (w *world[T]) nothingFailed() {
	w.t.Helper()
	check(w.t, "ledger", w.Models.Ledger(w.ctx, func(l projection.Ledger) error {
		letters, err := l.Letters(w.ctx, projection.LetterQuery{Projection: "delivery"})
		if len(letters) > 0 {
			w.t.Errorf("%d letters, the first of which for %s", len(letters), letters[0].Error)
		}
		return err
	}))
}

// A program whose worker would be refused begins nothing either; the old one goes on with
// what comes meanwhile, and when all is over the new one does.
func refusedStarter[T any](w *world[T]) {
	w.asleep("a", "b", "c")
	other := w.definition("a", "x")
	next := w.worker(other)
	w.begin(next)
	at := w.append("2", place())
	w.standsStill("a", "b", "c")
	if w.find(ref("2")) != nil {
		w.t.Error("a saga began that no worker runs")
	}
	old := w.worker(w.definition("a", "b", "c"))
	starting := w.begin(old)
	w.seen(at) // while 1 is open the new program is not in its way
	running := w.process(old.Run)
	for _, id := range []string{"1", "2"} {
		w.reaches(id, saga.Completed)
	}
	starting.end()
	running.end()
	w.isStory("2", "forward a 1 done", "forward b 1 done", "forward c 1 done")
	w.append("3", place())
	w.until("3", "begun", func(*saga.Instance) bool { return true })
	w.process(next.Run)
	w.reaches("3", saga.Completed)
	w.isStory("3", "forward a 1 done", "forward x 1 done")
	w.nothingFailed()
}

// What was admitted stands still as soon as a program with another definition has begun
// sagas, until somebody ends these.
func overtakenStarter[T any](w *world[T]) {
	d := w.definition("a")
	worker := w.worker(d)
	w.begin(worker)
	w.process(worker.Run)
	w.append("1", place())
	w.reaches("1", saga.Completed)
	foreign := saga.Registered{Digest: "foreign", Steps: []string{"y"}}
	check(w.t, "register", w.Sagas.Register(w.ctx, "delivery", foreign, func([]saga.Registered) error { return nil }))
	check(w.t, "begin", w.Models.Transact(w.ctx, projection.Version{}, func(tx T, _ projection.Ledger) error {
		return w.Sagas.Begin(w.ctx, tx, []saga.Begin{{Ref: ref("foreign"), Digest: foreign.Digest, Step: "y", Start: saga.Start{Event: uuid.New(), Correlation: uuid.New()}}})
	}))
	w.append("2", place())
	w.standsStill("y")
	if w.find(ref("2")) != nil {
		w.t.Error("a saga began beside those of another definition")
	}
	check(w.t, "abandon", w.Sagas.Abandon(w.ctx, ref("foreign"), ""))
	w.reaches("2", saga.Completed)
	if s := w.find(ref("foreign")); s.State != saga.Compensated || s.Failure != saga.NoReason {
		w.t.Errorf("what had done nothing, and was abandoned: %+v", s)
	}
	w.isStory("foreign", "forward y 0 abandoned")
	w.nothingFailed()
}

func abandons[T any](w *world[T]) {
	w.asleep("a", "b", "c")
	check(w.t, "cancel", w.Sagas.Cancel(w.ctx, ref("1"), "nobody is there to do it"))
	check(w.t, "abandon", w.Sagas.Abandon(w.ctx, ref("1"), "its program is gone"))
	s := w.find(ref("1"))
	if s.State != saga.CompensationFailed || s.Failure != "its program is gone" || s.Step != "" || s.Attempts != 0 {
		w.t.Errorf("abandoned: %+v", s)
	}
	same(w.t, "not undone", s.Stuck, []string{"a"})
	w.isStory("1", "forward a 1 done", "forward b 1 failed", "forward b 0 abandoned")
	other := w.process(w.worker(w.definition("x")).Run) // nothing is in its way
	other.end()

	// If its program is back after all, that undoes it.
	check(w.t, "retry", w.Sagas.Retry(w.ctx, ref("1")))
	w.process(w.worker(w.definition("a", "b", "c")).Run)
	w.reaches("1", saga.Compensated)
	w.isStory("1", "forward a 1 done", "forward b 1 failed", "forward b 0 abandoned", "compensate a 0 redriven", "compensate a 1 done")
}

// What was being undone keeps that for which it was, and what is left of it.
func abandonsCompensations[T any](w *world[T]) {
	d := w.definition("a", "b", "c", "d")
	for i := range d.Steps {
		d.Steps[i].Undo = saga.Retry{Attempts: 1 + i%2, Base: time.Hour, Backoff: saga.Fixed}
	}
	w.fails("do d", 9)
	w.fails("undo c", 1)
	w.fails("undo b", 1)
	w.run(d)
	w.append("1", place())
	w.until("1", "asleep", func(s *saga.Instance) bool { return s.Step == "b" && s.Attempts == 1 && s.Owner == "" })
	check(w.t, "abandon", w.Sagas.Abandon(w.ctx, ref("1"), "no more"))
	s := w.find(ref("1"))
	if s.State != saga.CompensationFailed || s.Failure != "do d fails" || len(s.Undo) != 0 {
		w.t.Errorf("abandoned: %+v", s)
	}
	same(w.t, "not undone", s.Stuck, []string{"c", "b", "a"})
	if story := w.story("1"); story[len(story)-1] != "compensate b 0 abandoned" {
		w.t.Errorf("ledger %q", story)
	}
}

// What is done is named also where there was nothing to undo: only a definition knows.
func abandonsWhatNeedsNoCompensation[T any](w *world[T]) {
	w.asleep("a!", "b")
	check(w.t, "abandon", w.Sagas.Abandon(w.ctx, ref("1"), ""))
	same(w.t, "not undone", w.find(ref("1")).Stuck, []string{"a"})
	check(w.t, "retry", w.Sagas.Retry(w.ctx, ref("1")))
	w.process(w.worker(w.definition("a!", "b")).Run)
	w.reaches("1", saga.Compensated)
	w.isStory("1", "forward a 1 done", "forward b 1 failed", "forward b 0 abandoned", "compensate a 0 redriven", "compensate a 0 done")
}

func (w *world[T]) isError(what string, err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Errorf("%s: %v", what, err)
	}
}

func abandonErrors[T any](w *world[T]) {
	w.isError("abandon none", w.Sagas.Abandon(w.ctx, ref("1"), ""), saga.ErrUnknown)
	inside := newGate()
	w.on("do b", func(ctx context.Context, _ *saga.Run) error { return inside.pass(ctx) })
	w.run(w.definition("a", "b"))
	w.append("1", place())
	w.arrives(inside)
	w.isError("abandon what a worker has", w.Sagas.Abandon(w.ctx, ref("1"), ""), saga.ErrBusy)
	close(inside.open)
	w.reaches("1", saga.Completed)
	w.isError("abandon what is over", w.Sagas.Abandon(w.ctx, ref("1"), ""), saga.ErrOver)
}
