package sagatest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/saga"
)

func triedAgain[T any](w *world[T]) {
	d := w.definition("a", "b")
	d.Steps[0].Retry = saga.Retry{Attempts: 5, Base: time.Hour, Backoff: saga.Fixed}
	w.fails("do a", 2)
	worker, _ := w.run(d)
	w.append("1", place())
	for attempts := 1; attempts <= 2; attempts++ {
		s := w.until("1", "waiting for its next attempt", func(s *saga.Instance) bool { return s.Attempts == attempts && s.Owner == "" })
		if left := time.Until(s.DueAt); s.State != saga.Running || left < 59*time.Minute || left > 61*time.Minute {
			w.t.Errorf("after %d attempts: %s, due in %s", attempts, s.State, left)
		}
		w.Pass(w.t, time.Hour)
		worker.Wake()
	}
	w.reaches("1", saga.Completed)
	w.isStory("1", "forward a 1 failed", "forward a 2 failed", "forward a 3 done", "forward b 1 done")
}

func reverse[T any](w *world[T]) {
	w.fails("do d", 3)
	w.fails("undo c", 1)
	w.run(w.definition("a", "b!", "c", "d", "e"))
	w.append("1", place())
	s := w.reaches("1", saga.Compensated)
	w.isStory("1", "forward a 1 done", "forward b 1 done", "forward c 1 done",
		"forward d 1 failed", "forward d 2 failed", "forward d 3 gave_up",
		"compensate c 1 failed", "compensate c 2 done", "compensate a 1 done")
	if s.Failure != "do d fails" {
		w.t.Errorf("failure %q", s.Failure)
	}
}

func permanent[T any](w *world[T]) {
	w.on("do b", func(context.Context, *saga.Run) error { return saga.Permanent(errors.New("no such address\x00\xff")) })
	w.run(w.definition("a", "b"))
	w.append("1", place())
	s := w.reaches("1", saga.Compensated)
	w.isStory("1", "forward a 1 done", "forward b 1 gave_up", "compensate a 1 done")
	if !strings.HasPrefix(s.Failure, "no such address") {
		w.t.Errorf("failure %q", s.Failure)
	}
}

func silent[T any](w *world[T]) {
	w.on("do a", func(_ context.Context, r *saga.Run) error {
		order := r.Start.Data.(orders.OrderPlaced)
		return saga.Permanent(fmt.Errorf("no account of %s for %d %q at the bank", order.Customer, order.AmountCents, order.Currency))
	})
	w.run(w.definition("a"))
	w.append("1", place())
	s := w.reaches("1", saga.Compensated)
	entries, err := w.Sagas.Entries(w.ctx, ref("1"))
	check(w.t, "entries", err)
	if want := `no account of … for … "…" at the bank`; s.Failure != want || entries[0].Failure != want {
		w.t.Errorf("failure %q, in the ledger %q", s.Failure, entries[0].Failure)
	}
}

// newerEvents finds events as a newer program writes them, the first times.
type newerEvents struct {
	runtime.Finder
	left atomic.Int32
}

func (e *newerEvents) Find(ctx context.Context, ids ...uuid.UUID) ([]runtime.Record, error) {
	records, err := e.Finder.Find(ctx, ids...)
	if e.left.Add(-1) >= 0 {
		for i := range records {
			records[i].Version += 90
		}
	}
	return records, err
}

func notReadYet[T any](w *world[T]) {
	events := &newerEvents{Finder: w.Store}
	events.left.Store(4) // a step has 3 attempts
	worker, err := saga.NewWorker(events, w.Sagas, w.decoder, w.Append, w.definition("a"), quick()...)
	check(w.t, "new worker", err)
	w.begin(worker)
	w.process(worker.Run)
	w.append("1", place())
	w.reaches("1", saga.Completed)
	w.isStory("1", "forward a 1 done")
}

func panics[T any](w *world[T]) {
	w.on("do a", func(context.Context, *saga.Run) error { panic("oh") })
	w.run(w.definition("a"))
	w.append("1", place())
	if s := w.reaches("1", saga.Compensated); s.Failure != "panic: oh" {
		w.t.Errorf("failure %q", s.Failure)
	}
	w.isStory("1", "forward a 1 failed", "forward a 2 failed", "forward a 3 gave_up")
}

func stuckCompensation[T any](w *world[T]) {
	w.fails("do d", 9)
	w.fails("undo c", 9)
	w.on("undo b", func(context.Context, *saga.Run) error { return saga.Permanent(errors.New("gone")) })
	w.run(w.definition("a", "b", "c", "d"))
	w.append("1", place())
	s := w.reaches("1", saga.CompensationFailed)
	w.isStory("1", "forward a 1 done", "forward b 1 done", "forward c 1 done",
		"forward d 1 failed", "forward d 2 failed", "forward d 3 gave_up",
		"compensate c 1 failed", "compensate c 2 failed", "compensate c 3 gave_up",
		"compensate b 1 gave_up", "compensate a 1 done")
	same(w.t, "stuck", s.Stuck, []string{"c", "b"})
}

func redrive[T any](w *world[T]) {
	w.fails("do d", 9)
	w.fails("undo c", 3)
	w.fails("undo a", 3)
	worker, _ := w.run(w.definition("a", "b", "c", "d"))
	w.append("1", place())
	w.reaches("1", saga.CompensationFailed)
	before := len(w.story("1"))
	check(w.t, "retry", w.Sagas.Retry(w.ctx, ref("1")))
	worker.Wake()
	w.reaches("1", saga.Compensated)
	same(w.t, "what was done again", w.story("1")[before:], []string{"compensate c 0 redriven", "compensate c 1 done", "compensate a 1 done"})
}

func retryErrors[T any](w *world[T]) {
	d := w.definition("a", "b")
	d.Steps[0].Retry = saga.Retry{Attempts: 2, Base: time.Hour, Backoff: saga.Fixed}
	w.fails("do a", 1)
	inside := newGate()
	w.on("do b", func(ctx context.Context, _ *saga.Run) error { return inside.pass(ctx) })
	worker, _ := w.run(d)
	if err := w.Sagas.Retry(w.ctx, ref("none")); !errors.Is(err, saga.ErrUnknown) {
		w.t.Errorf("retry of none: %v", err)
	}
	w.append("1", place())
	w.until("1", "asleep", func(s *saga.Instance) bool { return s.Attempts == 1 })
	check(w.t, "retry what sleeps", w.Sagas.Retry(w.ctx, ref("1")))
	worker.Wake()
	w.arrives(inside)
	if err := w.Sagas.Retry(w.ctx, ref("1")); !errors.Is(err, saga.ErrBusy) {
		w.t.Errorf("retry of what runs: %v", err)
	}
	close(inside.open)
	w.reaches("1", saga.Completed)
	if err := w.Sagas.Retry(w.ctx, ref("1")); !errors.Is(err, saga.ErrOver) {
		w.t.Errorf("retry of what is over: %v", err)
	}
	w.isStory("1", "forward a 1 failed", "forward a 0 redriven", "forward a 1 done", "forward b 1 done")
}
