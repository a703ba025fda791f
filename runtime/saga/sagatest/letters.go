package sagatest

import (
	"context"
	"time"

	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// waiting is a saga whose second step waits for a parcel to be shipped.
func (s *stage) waiting() saga.Definition {
	d := s.definition("a", "b", "c")
	key := func(f *projection.Fact) string { return f.Stream.ID() }
	d.Steps[1].Await = []saga.Awaited{{Type: orders.TypeOrderShipped, Key: key}}
	d.Steps[1].Refuse = []saga.Awaited{{Type: orders.TypeOrderCancelled, Key: key}}
	return d
}

var throughWait = []string{"forward a 1 done", "forward b 1 done", "forward b 0 received", "forward c 1 done"}

func awaited[T any](w *world[T]) {
	w.on("do c", func(_ context.Context, r *saga.Run) error {
		if got, ok := r.Received["b"].Data.(orders.OrderShipped); !ok || got.Carrier != "post" {
			w.t.Errorf("received %+v", r.Received)
		}
		if _, ok := r.Start.Data.(orders.OrderPlaced); !ok {
			w.t.Errorf("began with %+v", r.Start)
		}
		return nil
	})
	w.run(w.waiting())
	w.append("1", place())
	s := w.reaches("1", saga.Waiting)
	if s.Owner != "" || s.Step != "b" || !s.DueAt.IsZero() {
		w.t.Errorf("a saga that waits is %+v", s)
	}
	w.append("1", ship())
	w.reaches("1", saga.Completed)
	w.isStory("1", throughWait...)
}

// A step may consist of waiting.
func early[T any](w *world[T]) {
	inside := newGate()
	w.on("do a", func(ctx context.Context, _ *saga.Run) error { return inside.pass(ctx) })
	d := w.waiting()
	d.Steps[1].Do, d.Steps[1].Compensate = nil, nil
	w.run(d)
	w.append("1", place())
	w.arrives(inside)
	w.seen(w.append("1", ship()))
	close(inside.open)
	w.reaches("1", saga.Completed)
	w.isStory("1", "forward a 1 done", "forward b 0 received", "forward c 1 done")
}

func meanwhile[T any](w *world[T]) {
	inside := newGate()
	w.on("do b", func(ctx context.Context, _ *saga.Run) error { return inside.pass(ctx) })
	w.run(w.waiting())
	w.append("1", place())
	w.arrives(inside)
	w.seen(w.append("1", ship()))
	close(inside.open)
	w.reaches("1", saga.Completed)
	w.isStory("1", throughWait...)
}

func lateAndDouble[T any](w *world[T]) {
	inside := newGate()
	w.on("do c", func(ctx context.Context, r *saga.Run) error {
		if got := r.Received["b"].Data.(orders.OrderShipped).Carrier; got != "post" {
			w.t.Errorf("the first event is not the one that counts, but that of %s", got)
		}
		return inside.pass(ctx)
	})
	w.run(w.waiting())
	w.append("1", place())
	w.reaches("1", saga.Waiting)
	w.seen(w.append("1", ship(), orders.OrderShipped{Carrier: "another"}, cancelled()))
	w.arrives(inside)
	w.seen(w.append("1", cancelled()))
	close(inside.open)
	w.reaches("1", saga.Completed)
	w.seen(w.append("1", ship(), cancelled()))
	w.seen(w.append("nobody", ship()))
	w.reaches("1", saga.Completed)
	w.isStory("1", throughWait...)
}

func refused[T any](w *world[T]) {
	w.run(w.waiting())
	w.append("1", place())
	w.reaches("1", saga.Waiting)
	w.append("1", cancelled(), ship())
	w.reaches("1", saga.Compensated)
	w.isStory("1", "forward a 1 done", "forward b 1 done", "forward b 0 refused", "compensate b 1 done", "compensate a 1 done")
}

func waitTimeout[T any](w *world[T]) {
	d := w.waiting()
	d.Steps[1].Timeout = time.Hour
	worker, _ := w.run(d)
	w.append("1", place())
	s := w.reaches("1", saga.Waiting)
	if left := time.Until(s.DueAt); left < 59*time.Minute || left > 61*time.Minute {
		w.t.Errorf("the wait ends in %s", left)
	}
	w.Pass(w.t, time.Hour)
	worker.Wake()
	w.reaches("1", saga.Compensated)
	w.isStory("1", "forward a 1 done", "forward b 1 done", "forward b 0 expired", "compensate b 1 done", "compensate a 1 done")
}

// Events for a later step come while the saga waits for another one.
func undisturbed[T any](w *world[T]) {
	d := w.waiting()
	d.Steps[1].Timeout = time.Hour
	d.Steps[1].Refuse = nil
	d.Steps[2].Await = []saga.Awaited{{Type: orders.TypeOrderCancelled, Key: d.Steps[1].Await[0].Key}}
	inside := newGate()
	w.on("do b", func(ctx context.Context, _ *saga.Run) error { return inside.pass(ctx) })
	w.run(d)
	w.append("1", place())
	w.arrives(inside)
	w.seen(w.append("1", cancelled()))
	close(inside.open)
	w.until("1", "waiting", func(s *saga.Instance) bool {
		return s.State == saga.Waiting && s.Owner == "" && time.Until(s.DueAt) > 50*time.Minute
	})
	w.append("1", ship())
	w.reaches("1", saga.Completed)
	w.isStory("1", "forward a 1 done", "forward b 1 done", "forward b 0 received", "forward c 1 done", "forward c 0 received")
}
