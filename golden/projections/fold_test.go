// Package projections tests what evgen makes of projections: against an interpretation of the schema, and on databases.
package projections

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/evgen/evgen/golden/projections/events/stock"
	"github.com/evgen/evgen/golden/projections/events/stock/stockread"
	"github.com/evgen/evgen/runtime/codec"
	"github.com/evgen/evgen/runtime/projection"
)

// folded is what a fold of all facts at once writes.
func folded[K comparable, R any](t *rapid.T, rows *projection.Rows[K, R], facts []projection.Fact) map[string]cells {
	fold := projection.NewFoldOfNothing(rows)
	for i := range facts {
		if err := fold.Add(&facts[i]); err != nil {
			t.Fatal(err)
		}
	}
	out := map[string]cells{}
	for key, c := range fold.Round(0) {
		if c.Kind == projection.Replaced {
			var row cells
			fold.Write(&row, key, c)
			out[strings.Join(row[:rows.Table.Keys], "|")] = row
		}
	}
	return out
}

func checkFold[K comparable, R any](t *testing.T, name string, rows *projection.Rows[K, R]) {
	t.Run(name, func(t *testing.T) {
		seen := 0
		rapid.Check(t, func(r *rapid.T) {
			want := interpret(t, name)
			facts := want.handled(newHistory(rapid.Uint64().Draw(r, "seed")).facts(rapid.IntRange(0, 40).Draw(r, "facts")))
			for i := range facts {
				want.add(&facts[i])
			}
			if diff := cmp.Diff(want.rows, folded(r, rows, facts)); diff != "" {
				r.Fatal(diff)
			}
			seen += len(want.rows)
		})
		if seen == 0 {
			t.Error("no fact ever made a row: the test shows nothing")
		}
	})
}

func TestWhatIsGeneratedDoesWhatTheSchemaSays(t *testing.T) {
	checkFold(t, "AllTypes", stockread.AllTypesRows())
	checkFold(t, "Missing", stockread.MissingRows())
	checkFold(t, "Envelopes", stockread.EnvelopesRows())
	checkFold(t, "ShelfDays", stockread.ShelfDaysRows())
	checkFold(t, "Moves", stockread.MovesRows())
	checkFold(t, "Log", stockread.LogRows())
}

func TestANumberThatNoColumnHoldsIsRefused(t *testing.T) {
	fold := projection.NewFold(stockread.MissingRows())
	f := newHistory(1).fact()
	f.Data = stock.ItemChanged{Big: codec.Ptr(uint64(math.MaxInt64) + 1)}
	if err := fold.Add(&f); err == nil || !strings.Contains(err.Error(), "big") {
		t.Errorf("error %v", err)
	}
	if fold.Len() != 0 {
		t.Error("the fact had an effect all the same")
	}
}

func TestAStreamWithoutUUIDIsRefused(t *testing.T) {
	f := newHistory(1).fact()
	f.Stream = stock.ShelfStream(7)
	if err := stockread.AllTypesRows().Check(&f); err == nil {
		t.Error("the id of the stream is no UUID")
	}
}

func TestWhatHasNoJSONIsRefused(t *testing.T) {
	f := newHistory(1).fact()
	f.Data = stock.ItemChanged{Size: codec.Value(stock.Size{Height: float32(math.Inf(1))})}
	if err := stockread.MissingRows().Check(&f); err == nil {
		t.Error("an infinity has no JSON")
	}
}

func TestOrderIsKeptByTheKeyOfTheRowOrByThePartition(t *testing.T) {
	f := newHistory(1).fact()
	f.Actor, f.Tenant = "ada", "acme"
	f.Data = stock.ItemMoved{Shelf: 7, From: codec.Ptr(int64(1))}
	got := map[string]string{}
	note := func(p projection.Projection[any]) { got[p.ID] = p.KeyOf(&f) }
	note(stockread.AllTypes[any](nil))
	note(stockread.ShelfDays[any](nil))
	note(stockread.Moves[any](nil))
	note(stockread.Log[any](nil))
	note(stockread.Searches[any](nil))
	want := map[string]string{
		"all_types": f.Stream.String(), "shelf_days": "7\x1fada", "moves": "7", "log": f.Stream.ID(), "searches": "acme",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTypesAreThoseThatAreHandled(t *testing.T) {
	if got := stockread.Moves[any](nil).Types; !slices.Equal(got, []string{stock.TypeItemMoved}) {
		t.Error(got)
	}
}
