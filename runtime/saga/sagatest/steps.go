package sagatest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

func stepsInOrder[T any](w *world[T]) {
	w.run(w.definition("a", "b!", "c"))
	w.append("1", place())
	s := w.reaches("1", saga.Completed)
	w.isStory("1", "forward a 1 done", "forward b 1 done", "forward c 1 done")
	same(w.t, "calls", w.played(), []string{"do a", "do b", "do c"})
	if s.Step != "" || s.Failure != "" || s.Owner != "" || s.StartedAt.IsZero() || s.UpdatedAt.Before(s.StartedAt) {
		w.t.Errorf("a completed saga is %+v", s)
	}
	entries, err := w.Sagas.Entries(w.ctx, ref("1"))
	check(w.t, "entries", err)
	for i, e := range entries {
		if e.Owner == "" || e.EndedAt.Before(e.StartedAt) || i > 0 && e.Version <= entries[i-1].Version {
			w.t.Errorf("entry %d is %+v", i, e)
		}
	}
}

func secondStart[T any](w *world[T]) {
	w.run(w.definition("a"))
	w.append("1", place(), place())
	w.reaches("1", saga.Completed)
	w.seen(w.append("1", place()))
	w.seen(w.append("2", ship()))
	if s := w.reaches("1", saga.Completed); s.Version == 0 {
		w.t.Error("the saga began anew")
	}
	w.isStory("1", "forward a 1 done")
	if w.find(ref("2")) != nil {
		w.t.Error("an event that begins nothing began a saga")
	}
}

func hostileIDs[T any](w *world[T]) {
	ids := []string{"a'b", `a"b`, "a\x00b", "\xff\xfe", "a b\n", "%", "日本", "{ledger}", string(slices.Repeat([]byte("x"), 1500))}
	d := w.definition("a")
	n := 0
	d.Key = func(*projection.Fact) string { n++; return ids[(n-1)%len(ids)] }
	worker := w.worker(d)
	starter := worker.Starter()
	tenants := []runtime.Tenant{"", "acme", `o'hara"`}
	var facts []projection.Fact
	for i, tenant := range tenants {
		for range ids {
			var last projection.Fact
			at := w.appendAs(tenant, fmt.Sprint("order", i), place())
			for rec, err := range w.Store.ReadAll(w.ctx, at-1, runtime.Filter{}) {
				check(w.t, "read", err)
				last.Meta, last.Data = rec.Meta, place()
			}
			facts = append(facts, last)
		}
	}
	w.isError("begin what was not admitted", w.Models.Transact(w.ctx, projection.Version{State: projection.Live}, func(tx T, _ projection.Ledger) error {
		return starter.Handler.Apply(w.ctx, tx, facts)
	}), projection.ErrUnavailable)
	check(w.t, "admit", starter.Handler.(projection.Gated).Admit(w.ctx))
	v := projection.Version{State: projection.Live}
	err := w.Models.Transact(w.ctx, v, func(tx T, _ projection.Ledger) error { return starter.Handler.Apply(w.ctx, tx, facts) })
	check(w.t, "begin", err)
	w.process(worker.Run)
	for _, tenant := range tenants {
		for _, id := range ids {
			r := saga.Ref{Saga: "delivery", Tenant: tenant, ID: id}
			if !w.eventually(func() bool { s := w.find(r); return s != nil && s.State == saga.Completed && s.Ref == r }) {
				w.t.Errorf("%q of %q: %+v", id, tenant, w.find(r))
			}
		}
	}
	if all, err := w.Sagas.List(w.ctx, saga.Query{}); err != nil || len(all) != len(ids)*len(tenants) {
		w.t.Errorf("%d sagas (%v)", len(all), err)
	}
}

// emitted returns the records of a stream.
func (w *world[T]) emitted(id string) (out []runtime.Record) {
	w.t.Helper()
	for rec, err := range w.Store.Load(w.ctx, runtime.StreamOf(orders.CategoryOrder, id)) {
		check(w.t, "load "+id, err)
		out = append(out, rec)
	}
	return out
}

func emissions[T any](w *world[T]) {
	w.on("do a", func(_ context.Context, r *saga.Run) error {
		r.Emit(saga.Emission{Stream: runtime.StreamOf(orders.CategoryOrder, "out"), Event: ship()},
			saga.Emission{Stream: runtime.StreamOf(orders.CategoryOrder, "out"), Event: cancelled()})
		if r.Attempt == 1 {
			return errors.New("after emitting")
		}
		return nil
	})
	w.on("undo a", func(_ context.Context, r *saga.Run) error {
		r.Emit(saga.Emission{Stream: runtime.StreamOf(orders.CategoryOrder, "undone"), Expect: runtime.ExpectNew(), Event: cancelled()})
		return nil
	})
	w.fails("do b", 3)
	w.run(w.definition("a", "b"))
	w.append("1", place())
	w.reaches("1", saga.Compensated)
	start, out, undone := w.emitted("1"), w.emitted("out"), w.emitted("undone")
	if len(out) != 2 || len(undone) != 1 {
		w.t.Fatalf("emitted %d and %d events", len(out), len(undone))
	}
	for _, rec := range append(out, undone...) {
		if rec.Causation != start[0].ID || rec.Correlation != start[0].Correlation || rec.Headers["traceparent"] != "00-1" {
			w.t.Errorf("%s has cause %s, correlation %s, headers %v", rec.Type, rec.Causation, rec.Correlation, rec.Headers)
		}
	}
}

func refusedEmission[T any](w *world[T]) {
	w.on("do a", func(_ context.Context, r *saga.Run) error {
		r.State = json.RawMessage(`{"attempt":true}`)
		r.Emit(saga.Emission{Stream: runtime.StreamOf(orders.CategoryOrder, "out"), Event: ship()},
			saga.Emission{Stream: runtime.StreamOf(orders.CategoryOrder, "1"), Expect: runtime.ExpectNew(), Event: ship()})
		return nil
	})
	w.run(w.definition("a"))
	w.append("1", place())
	s := w.reaches("1", saga.Compensated)
	w.isStory("1", "forward a 1 failed", "forward a 2 failed", "forward a 3 gave_up")
	if n := len(w.emitted("out")); n != 0 || len(s.Data) != 0 || s.Failure == "" {
		w.t.Errorf("%d events of an attempt that failed, state %s, failure %q", n, s.Data, s.Failure)
	}
}

func stateKept[T any](w *world[T]) {
	type state struct{ Seen []string }
	add := func(_ context.Context, r *saga.Run) error {
		return saga.WithState(r, func(s *state) error { s.Seen = append(s.Seen, r.Step+"\x00é"); return nil })
	}
	w.on("do a", add)
	w.on("do b", func(ctx context.Context, r *saga.Run) error {
		if err := add(ctx, r); err != nil || r.Attempt > 1 {
			return err
		}
		return errors.New("the state of this attempt is dropped")
	})
	w.run(w.definition("a", "b", "c"))
	w.append("1", place())
	s := w.reaches("1", saga.Completed)
	var got state
	check(w.t, "state", json.Unmarshal(s.Data, &got))
	same(w.t, "state", got.Seen, []string{"a\x00é", "b\x00é"})
}

func stateRefused[T any](w *world[T]) {
	for i, bad := range []string{"{", "\"\xff\"", "\x00"} {
		w.on("do a", func(_ context.Context, r *saga.Run) error { r.State = json.RawMessage(bad); return nil })
		d := w.definition("a")
		d.ID = fmt.Sprint("bad", i)
		w.run(d)
		w.append(d.ID, place())
		if !w.eventually(func() bool {
			s := w.find(saga.Ref{Saga: d.ID, ID: d.ID})
			return s != nil && s.State == saga.Compensated
		}) {
			w.t.Errorf("state %q: %+v", bad, w.find(saga.Ref{Saga: d.ID, ID: d.ID}))
		}
	}
}

func wokenAtOnce[T any](w *world[T]) {
	w.run(w.definition("a", "b"), saga.WithPoll(runtime.Poll{Min: time.Millisecond, Max: time.Hour}))
	w.append("1", place())
	w.reaches("1", saga.Completed)
	w.append("2", place())
	w.reaches("2", saga.Completed)
}

func startAfter[T any](w *world[T]) {
	before := w.append("1", place())
	w.run(w.definition("a"), saga.StartAfter(before))
	w.append("2", place())
	w.reaches("2", saga.Completed)
	if w.find(ref("1")) != nil {
		w.t.Error("an event from before began a saga")
	}
}

// An event in front of the start is none for the saga, whether both are in one batch or not.
func batchOrder[T any](w *world[T]) {
	w.append("1", ship(), place())
	w.append("2", place(), ship())
	w.run(w.waiting())
	w.reaches("2", saga.Completed)
	w.reaches("1", saga.Waiting)
}

func emptyKey[T any](w *world[T]) {
	d := w.definition("a")
	d.Key = func(*projection.Fact) string { return "" }
	w.run(d)
	w.seen(w.append("1", place()))
	var letters []projection.Letter
	err := w.Models.Ledger(w.ctx, func(l projection.Ledger) (err error) {
		letters, err = l.Letters(w.ctx, projection.LetterQuery{Projection: "delivery"})
		return err
	})
	if err != nil || len(letters) != 1 {
		w.t.Errorf("%d letters (%v)", len(letters), err)
	}
}
