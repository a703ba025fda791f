package projectiontest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/projection"
)

func letterScenarios[T Tx]() []scenario[T] {
	return []scenario[T]{
		{"a key that fails waits in order, others flow", func(t *testing.T, w *world[T]) { failingKey(t, w, w.journal("a")) }},
		{"the culprit is found if the handler does not name it", unnamedCulprit[T]},
		{"letters of a key go together, up to one that still fails", func(t *testing.T, w *world[T]) {
			together(t, w, w.journal("a"))
			w = newWorld(t, w.target)
			unnamed := w.journal("a")
			unnamed.blames = false
			together(t, w, unnamed)
		}},
		{"an error of the database is the culprit's alone", badValue[T]},
		{"a sum beyond 64 bits fails its event alone", sumBeyond[T]},
		{"a handler, a key or a load that panics is a failure as any other", func(t *testing.T, w *world[T]) {
			panicking(t, w)
			panickingKey(t, newWorld(t, w.target))
			panickingLoad(t, newWorld(t, w.target))
		}},
		{"attempts are bounded, and an operator may try again or give up", deadLetters[T]},
		{"an unreadable record waits for upcasters that can read it", unreadableWaits[T]},
		{"an unreadable record may be skipped", unreadableSkipped[T]},
		{"an unreadable record may stop its shard", unreadableStops[T]},
		{"too many letters of a key pause the shard until they go", func(t *testing.T, w *world[T]) {
			limited(t, w, projection.Limits{Key: 3, Shard: 100}, 1)
		}},
		{"too many letters pause the shard until they go", func(t *testing.T, w *world[T]) {
			limited(t, w, projection.Limits{Key: 100, Shard: 4}, 3)
		}},
		{"lag counts the letters of each shard, and since when they wait", lagOfLetters[T]},
		{"letters go with their slots when shards are split", lettersResharded[T]},
	}
}

// failing fails on a stream.
func failing(id string) func(*projection.Fact) error {
	return func(f *projection.Fact) error {
		if f.Stream == stream(id) {
			return errors.New("cannot handle " + id)
		}
		return nil
	}
}

// patient are retries that do not end.
func patient() projection.Option {
	return projection.WithRetries(projection.Retries{Attempts: 1 << 30, Base: 1, Max: 1000})
}

func lagOfLetters[T Tx](t *testing.T, w *world[T]) {
	j := w.journal("a")
	j.failOn(failing("s1"))
	w.start(j.projections(), patient(), projection.WithShards(4))
	last := w.fill(30, 5)
	w.caughtUp("journal", last)
	slot := projection.SlotOf(stream("s1").String())
	lags, err := projection.Lag(w.ctx, w.db, last)
	check(t, "lag", err)
	if len(lags) != 4 {
		t.Fatalf("lag of %d shards", len(lags))
	}
	for _, lag := range lags {
		want := 0
		if lag.Shard.Holds(slot) {
			want = 6
		}
		if lag.Letters != want || lag.Oldest.IsZero() == (want > 0) || lag.Events != 0 {
			t.Errorf("shard %d: %d letters since %s, %d events behind; want %d letters", lag.Shard.Index, lag.Letters, lag.Oldest, lag.Events, want)
		}
	}
}

func failingKey[T Tx](t *testing.T, w *world[T], j *journal[T]) {
	j.failOn(failing("s1"))
	w.start(j.projections(), patient())
	last := w.fill(30, 5)
	w.caughtUp("journal", last)
	if got := w.entries("journal"); len(got) != 24 {
		t.Fatalf("%d entries of other keys", len(got))
	}
	letters := w.letters(projection.LetterQuery{Projection: "journal", Key: "Order-s1"})
	if len(letters) != 6 || letters[0].State != projection.Retrying || !strings.Contains(letters[0].Error, "cannot handle s1") {
		t.Fatalf("letters: %+v", letters)
	}
	for i := range letters[1:] {
		if letters[i+1].State != projection.Parked || letters[i+1].Record.Position <= letters[i].Record.Position {
			t.Fatalf("letter %+v behind %+v", letters[i+1], letters[i])
		}
	}
	j.failOn(nil)
	w.eventually("no letter is left", func() bool { return len(w.letters(projection.LetterQuery{})) == 0 })
	last = w.fill(5, 5)
	w.caughtUp("journal", last)
	w.complete("journal", last)
}

// together has many letters of one key, of which one in the middle fails for longer.
func together[T Tx](t *testing.T, w *world[T], j *journal[T]) {
	const events = 150
	j.failOn(failing("s0"))
	calls := &calls{}
	w.start(j.projections(), patient(), projection.WithObserver(calls))
	last := w.fill(events, 1)
	w.caughtUp("journal", last)
	var stubborn atomic.Int64
	middle := w.letters(projection.LetterQuery{})[events/2].Record.Position
	calls.n.Store(0)
	j.failOn(func(f *projection.Fact) error {
		if f.Position == middle && stubborn.Add(1) < 20 {
			return errors.New("not yet")
		}
		return nil
	})
	w.eventually("no letter is left", func() bool { return len(w.letters(projection.LetterQuery{})) == 0 })
	w.complete("journal", last)
	if n := calls.n.Load(); n > events/2 {
		t.Errorf("%d calls of the handler for %d letters", n, events)
	}
}

// calls counts those of handlers.
type calls struct {
	observer
	n atomic.Int64
}

func (c *calls) BeforeWork(ctx context.Context, _ projection.Work) (context.Context, func(error)) {
	c.n.Add(1)
	return ctx, func(error) {}
}

func unnamedCulprit[T Tx](t *testing.T, w *world[T]) {
	j := w.journal("a")
	j.blames = false
	failingKey(t, w, j)
}

func panicking[T Tx](t *testing.T, w *world[T]) {
	j := w.journal("a")
	j.failOn(func(f *projection.Fact) error {
		if err := failing("s1")(f); err != nil {
			panic(err)
		}
		return nil
	})
	w.start(j.projections(), patient())
	last := w.fill(10, 2)
	w.caughtUp("journal", last)
	if letters := w.letters(projection.LetterQuery{}); len(letters) != 5 || letters[0].Error != "panic: cannot handle s1" {
		t.Fatalf("letters: %+v", letters)
	}
	j.failOn(nil)
	w.eventually("no letter is left", func() bool { return len(w.letters(projection.LetterQuery{})) == 0 })
	w.complete("journal", last)
}

func panickingKey[T Tx](t *testing.T, w *world[T]) {
	p := w.journal("a").projection()
	p.Key = func(f *projection.Fact) string {
		if f.Position == 2 {
			panic("no key")
		}
		return f.Stream.String()
	}
	w.start([]projection.Projection[T]{p}, patient())
	w.caughtUp("journal", w.fill(4, 4))
	if letters := w.letters(projection.LetterQuery{}); len(letters) != 1 || letters[0].Record.Position != 2 {
		t.Errorf("letters: %+v", letters)
	}
}

func panickingLoad[T Tx](t *testing.T, w *world[T]) {
	rows := orderRows
	rows.Apply = func(c *projection.Change[Order], f *projection.Fact) {
		if f.Stream == stream("s1") {
			panic("no such row")
		}
		orderRows.Apply(c, f)
	}
	p := w.declared("a")
	p.Handler = w.target.Declared(&rows)
	w.start([]projection.Projection[T]{p}, patient())
	w.caughtUp("orders", w.fill(10, 2))
	if got := w.orderTable(); len(got) != 1 || got["s0"].Shipped != 5 {
		t.Errorf("rows: %+v", got)
	}
}

func badValue[T Tx](t *testing.T, w *world[T]) {
	j := w.journal("a")
	w.start(j.projections(), patient())
	w.caughtUp("journal", w.append("a", ship()))
	// the journal's primary key refuses what stands there already
	check(t, "intrude", w.db.Transact(w.ctx, w.versions("journal")[0], func(tx T, _ projection.Ledger) error {
		return w.target.Exec(w.ctx, tx, `INSERT INTO `+tx.Table("journal")+` (position, ordinal, ordering_key, nth, effects, label) VALUES (3, 0, 'intruder', 1, 0, '')`)
	}))
	w.append("a", ship())
	last := w.append("b", ship())
	last = max(last, w.append("a", ship()))
	w.caughtUp("journal", last)
	letters := w.letters(projection.LetterQuery{})
	if len(letters) != 1 || letters[0].Key != "Order-b" {
		t.Fatalf("letters: %+v", letters)
	}
}

func deadLetters[T Tx](t *testing.T, w *world[T]) {
	j := w.journal("a")
	j.failOn(failing("s1"))
	w.start(j.projections())
	last := w.fill(8, 2)
	w.caughtUp("journal", last)
	dead := projection.LetterQuery{State: projection.Dead}
	w.eventually("a dead letter", func() bool { return len(w.letters(dead)) == 1 })
	if l := w.letters(dead)[0]; l.Attempts != 5 || l.Record.Headers != nil {
		t.Errorf("dead letter: %+v", l)
	}
	j.failOn(func(f *projection.Fact) error {
		if f.Position == 4 {
			return errors.New("this one never works")
		}
		return nil
	})
	n, err := projection.RetryLetters(w.ctx, w.db, dead)
	check(t, "retry letters", err)
	if n != 1 {
		t.Errorf("%d letters to be tried again", n)
	}
	w.eventually("the next one is dead", func() bool { l := w.letters(dead); return len(l) == 1 && l[0].Record.Position == 4 })
	n, err = projection.DropLetters(w.ctx, w.db, dead)
	check(t, "drop letters", err)
	w.eventually("no letter is left", func() bool { return len(w.letters(projection.LetterQuery{})) == 0 })
	if got := w.entries("journal"); n != 1 || len(got) != 7 {
		t.Errorf("%d dropped, entries %+v", n, got)
	}
}

// newer is the registry of a later release: it reads version 3 of OrderPlaced.
func newer(t testing.TB) *runtime.Registry {
	s := &runtime.Schema{Package: "orders"}
	for _, e := range orders.Schema().Events {
		if e.Type == orders.TypeOrderPlaced {
			second := e.Versions[1]
			second.Upcast = func(_ *runtime.Meta, old runtime.Event, dst []runtime.Event) ([]runtime.Event, error) {
				return append(dst, old), nil
			}
			e.Versions = []runtime.VersionSchema{e.Versions[0], second, {Number: 3, Decode: second.Decode}}
		}
		s.Events = append(s.Events, e)
	}
	return registry(t, s)
}

func unreadableWaits[T Tx](t *testing.T, w *world[T]) {
	j := w.journal("a")
	w.append("a", ship())
	w.unreadable("a")
	w.append("a", ship())
	last := w.append("b", ship())
	p := w.start(j.projections(), patient())
	w.caughtUp("journal", last)
	letters := w.letters(projection.LetterQuery{})
	if len(letters) != 2 || letters[0].State != projection.Retrying || letters[1].State != projection.Parked {
		t.Fatalf("letters: %+v", letters)
	}
	if h := letters[0].Record.Headers; h["traceparent"] != "00-1" || letters[0].Record.Ordinal != projection.AllOrdinals {
		t.Fatalf("record: %+v", letters[0].Record)
	}
	if got := w.entries("journal"); len(got) != 2 {
		t.Fatalf("entries: %+v", got)
	}
	p.stop()
	w.startOn(w.db, newer(t), j.projections(), patient())
	w.eventually("no letter is left", func() bool { return len(w.letters(projection.LetterQuery{})) == 0 })
	w.complete("journal", last)
}

func unreadableSkipped[T Tx](t *testing.T, w *world[T]) {
	w.unreadable("a")
	w.start(w.journal("a").projections(), projection.WithUnreadable(projection.SkipUnreadable))
	w.caughtUp("journal", w.append("a", ship()))
	if got, letters := w.entries("journal"), w.letters(projection.LetterQuery{}); len(got) != 1 || len(letters) != 0 {
		t.Errorf("entries %+v, letters %+v", got, letters)
	}
}

func unreadableStops[T Tx](t *testing.T, w *world[T]) {
	w.append("a", ship())
	w.unreadable("a")
	last := w.append("a", ship())
	seen := &observer{stopped: make(chan error, 100)}
	j := w.journal("a")
	p := w.start(j.projections(), projection.WithUnreadable(projection.StopAtUnreadable), projection.WithObserver(seen))
	var reason *runtime.NewerVersionError
	if err := <-seen.stopped; !errors.As(err, &reason) {
		t.Fatalf("stopped for %v", err)
	}
	p.stop()
	if s := w.shards(w.versions("journal")[0])[0]; s.Position != 1 || !strings.Contains(s.Paused, "newer") {
		t.Errorf("shard: %+v", s)
	}
	w.startOn(w.db, newer(t), j.projections())
	w.caughtUp("journal", last)
	w.complete("journal", last)
	if s := w.shards(w.versions("journal")[0])[0]; s.Paused != "" {
		t.Errorf("shard: %+v", s)
	}
}

func limited[T Tx](t *testing.T, w *world[T], limits projection.Limits, streams int) {
	j := w.journal("a")
	j.failOn(func(f *projection.Fact) error { return errors.New("nothing works") })
	seen := &observer{stopped: make(chan error, 100)}
	w.start(j.projections(), patient(), projection.WithLimits(limits), projection.WithObserver(seen))
	last := w.fill(20, streams)
	var limit *projection.LimitError
	if err := <-seen.stopped; !errors.As(err, &limit) {
		t.Fatalf("stopped for %v", err)
	}
	paused := func() string { return w.shards(w.versions("journal")[0])[0].Paused }
	w.eventually("the shard says why", func() bool { return strings.Contains(paused(), fmt.Sprint(limit.Limit)) })
	if n := len(w.letters(projection.LetterQuery{})); n != limit.Limit {
		t.Errorf("%d letters", n)
	}
	j.failOn(nil)
	w.caughtUp("journal", last)
	w.eventually("no letter is left", func() bool { return len(w.letters(projection.LetterQuery{})) == 0 })
	w.complete("journal", last)
	if paused() != "" {
		t.Errorf("still paused: %s", paused())
	}
}

func lettersResharded[T Tx](t *testing.T, w *world[T]) {
	j := w.journal("a")
	j.failOn(failing("s1"))
	w.start(j.projections(), patient())
	w.caughtUp("journal", w.fill(10, 5))
	check(t, "reshard", projection.Reshard(w.ctx, w.db, "journal", 8))
	last := w.fill(10, 5)
	w.caughtUp("journal", last)
	for _, l := range w.letters(projection.LetterQuery{}) {
		if s := w.shards(w.versions("journal")[0])[l.Shard]; !s.Holds(l.Slot) {
			t.Errorf("letter of slot %d in %+v", l.Slot, s)
		}
	}
	j.failOn(nil)
	w.eventually("no letter is left", func() bool { return len(w.letters(projection.LetterQuery{})) == 0 })
	w.complete("journal", last)
}
