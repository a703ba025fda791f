package projectiontest

import (
	"math"
	"strings"
	"testing"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/projection"
)

// takings are rows that add up what was placed.
func takings() *projection.Rows[string, Order] {
	rows := orderRows
	rows.Table.Indexes = nil
	rows.Apply = func(c *projection.Change[Order], f *projection.Fact) {
		if e, ok := f.Data.(orders.OrderPlaced); ok && c.Upsert() {
			projection.Sum(c, 1, &c.Data.Cents, e.AmountCents)
		}
	}
	return &rows
}

func placed(cents int64) runtime.Event { return orders.OrderPlaced{Customer: "c", AmountCents: cents} }

// sumBeyond adds up to what 64 bits hold, and one more: in one batch, in one each, and
// in a bulk load.
func sumBeyond[T Tx](t *testing.T, w *world[T]) {
	for _, c := range []struct {
		name  string
		facts int
		load  bool
	}{{"one batch", 100, false}, {"a batch each", 1, false}, {"a bulk load", 100, true}} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, w.target)
			p := projection.Projection[T]{ID: "orders", Digest: "a", Types: []string{orders.TypeOrderPlaced}, Handler: w.target.Declared(takings())}
			if !c.load {
				w.start([]projection.Projection[T]{p}, patient(), projection.WithBatching(projection.Batching{Facts: c.facts, Bytes: 1 << 20, Time: 1 << 30}))
				w.caughtUp("orders", w.append("s0", placed(1)))
			}
			w.append("s1", placed(math.MaxInt64-1), placed(1), placed(1))
			last := w.append("s2", placed(5))
			if c.load {
				w.start([]projection.Projection[T]{p}, patient())
			}
			w.caughtUp("orders", last)
			rows := w.orderTable()
			if rows["s1"].Cents != math.MaxInt64 || rows["s2"].Cents != 5 {
				t.Errorf("the rows are %+v", rows)
			}
			letters := w.letters(projection.LetterQuery{})
			if len(letters) != 1 || letters[0].Record.StreamVersion != 3 {
				t.Fatalf("%d letters: %+v", len(letters), letters)
			}
			why := letters[0].Error // the database says it where it adds to a row that stands: it may name nothing
			if c.facts > 1 && !strings.Contains(why, "column cents: the sum is beyond") && !strings.Contains(why, "out of range") {
				t.Errorf("it failed for %s", why)
			}
		})
	}
}
