package projectiontest

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

func effectScenarios[T Tx]() []scenario[T] {
	return []scenario[T]{
		{"what is there and what comes has its effect once, each key in order", followsOnce[T]},
		{"shards share the events, and each key stays in order", shardsOnce[T]},
		{"what a runner leaves undone the next one does", goesOn[T]},
		{"events that are filtered out move the checkpoint", filteredOut[T]},
		{"declared rows are what the events say, loaded or applied", declaredRows[T]},
		{"a record that means several events is one step", severalEvents[T]},
	}
}

func followsOnce[T Tx](t *testing.T, w *world[T]) {
	w.fill(30, 4)
	w.start(w.journal("a").projections())
	last := w.fill(30, 5)
	w.caughtUp("journal", last)
	w.complete("journal", last)
}

func shardsOnce[T Tx](t *testing.T, w *world[T]) {
	w.start(w.journal("a").projections(), projection.WithShards(4))
	var writers sync.WaitGroup
	for i := range 3 {
		writers.Add(1)
		go func() {
			defer writers.Done()
			for range 25 {
				_, err := w.store.Append(w.ctx, stream(fmt.Sprint(i, rand.N(6))), runtime.ExpectAny(), runtime.Root(), ship(), ship())
				if err != nil {
					t.Error(err)
				}
			}
		}()
	}
	writers.Wait()
	last := w.fill(1, 1)
	w.caughtUp("journal", last)
	w.complete("journal", last)
	if n := len(w.shards(w.versions("journal")[0])); n != 4 {
		t.Errorf("%d shards", n)
	}
}

func goesOn[T Tx](t *testing.T, w *world[T]) {
	for range 4 {
		last := w.fill(10, 3)
		p := w.startOn(w.target.Again(t, w.db), registry(t), w.journal("a").projections())
		w.caughtUp("journal", last)
		p.stop()
	}
	w.complete("journal", w.fill(0, 1)+40)
	if v := w.versions("journal"); len(v) != 1 || v[0].State != projection.Live {
		t.Errorf("versions: %+v", v)
	}
}

func filteredOut[T Tx](t *testing.T, w *world[T]) {
	j := w.journal("a").projection()
	j.Types = j.Types[:1] // not what fill writes
	w.start([]projection.Projection[T]{j})
	w.caughtUp("journal", w.fill(20, 2))
	if got := w.entries("journal"); len(got) != 0 {
		t.Errorf("entries: %v", got)
	}
}

func declaredRows[T Tx](t *testing.T, w *world[T]) {
	model := map[string]Order{}
	w.scribble(model, 120)
	p := w.start([]projection.Projection[T]{w.declared("a")}, projection.WithMemory(1), projection.WithShards(3))
	w.caughtUp("orders", w.scribble(model, 5))
	w.sameOrders(model)
	w.caughtUp("orders", w.scribble(model, 60))
	w.sameOrders(model)
	w.eventually("shards are three", func() bool { return len(w.shards(w.versions("orders")[0])) == 3 })
	p.stop()
}

// scribble appends random events of orders and notes in model what they mean.
func (w *world[T]) scribble(model map[string]Order, n int) (last runtime.Position) {
	w.t.Helper()
	for i := range n {
		id := fmt.Sprint("o", rand.N(15))
		row := model[id]
		switch rand.N(6) {
		case 0:
			row.Customer, row.Cents = fmt.Sprint("c", i), int64(i)
			last = w.append(id, place(row.Customer, row.Cents))
			model[id] = row
		case 1:
			last = w.append(id, cancelled())
			delete(model, id)
		default:
			row.Shipped++
			last = w.append(id, ship())
			model[id] = row
		}
	}
	return last
}

func (w *world[T]) sameOrders(model map[string]Order) {
	w.t.Helper()
	if got := w.orderTable(); !maps.Equal(got, model) {
		w.t.Fatalf("rows %v\nwant %v\n%s", got, model, w.state())
	}
}

func severalEvents[T Tx](t *testing.T, w *world[T]) {
	w.returned("a")
	j := w.journal("a")
	j.blames = false
	j.failOn(func(f *projection.Fact) error {
		if f.Ordinal == 1 {
			return errors.New("the second one fails")
		}
		return nil
	})
	p := w.start(j.projections(), projection.WithBatching(projection.Batching{Facts: 1, Bytes: 1}))
	w.caughtUp("journal", w.append("b", ship()))
	w.eventually("one letter", func() bool { return len(w.letters(projection.LetterQuery{})) == 1 })
	j.failOn(nil)
	w.eventually("both of them", func() bool { return len(w.entries("journal")) == 3 })
	p.stop()
	if got := w.entries("journal"); got[0].Ordinal != 0 || got[1].Ordinal != 1 || got[0].Position != got[1].Position {
		t.Errorf("entries: %+v", got)
	}
}
