package projection

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/evgen/evgen/runtime"
)

// note is a row with a text that is set and a count that is added to.
type note struct {
	Text  string
	Count int64
}

// What happens to notes; the fact's actor says which note.
type (
	created struct{ runtime.Event }
	counted struct{ runtime.Event }
	reset   struct{ runtime.Event }
	removed struct{ runtime.Event }
)

var notes = Rows[string, note]{
	Key: func(f *Fact) (string, bool) { return f.Actor, f.Actor != "" },
	Apply: func(c *Change[note], f *Fact) {
		switch f.Data.(type) {
		case created:
			if c.Upsert() {
				c.Data.Text, c.Set = fmt.Sprint(f.Position), c.Set|1
			}
		case counted:
			if c.Update() {
				c.Data.Count, c.Added = c.Data.Count+1, c.Added|2
			}
		case reset:
			if c.Update() {
				c.Data.Count, c.Set = 100, c.Set|2
			}
		case removed:
			c.Delete()
		}
	},
}

// table is what a database does with changes.
type table map[string]note

func (t table) write(f *Fold[string, note]) {
	for round := range f.Rounds() {
		for key, c := range f.Round(round) {
			row, there := t[key]
			switch c.Kind {
			case Deleted:
				delete(t, key)
			case Replaced:
				t[key] = c.Data
			case Updated, Upserted:
				if there || c.Kind == Upserted {
					t[key] = merged(row, c)
				}
			}
		}
	}
}

func merged(row note, c *Change[note]) note {
	if c.Set&1 != 0 {
		row.Text = c.Data.Text
	}
	if c.Set&2 != 0 {
		row.Count = c.Data.Count
	} else if c.Added&2 != 0 {
		row.Count += c.Data.Count
	}
	return row
}

func facts(t *rapid.T) []Fact {
	kinds := []runtime.Event{created{}, counted{}, counted{}, reset{}, removed{}}
	n := rapid.IntRange(0, 30).Draw(t, "facts")
	out := make([]Fact, n)
	for i := range out {
		out[i].Position = runtime.Position(i + 1)
		out[i].Actor = rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "row")
		out[i].Data = rapid.SampledFrom(kinds).Draw(t, "kind")
	}
	return out
}

// However facts are cut into batches, the rows are those that one fact at a time gives.
func TestFoldIsTheSameForEveryCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := facts(t)
		single, cut, whole := table{}, table{}, table{}
		for i := range all {
			single.add(NewFold(&notes), all[i:i+1])
		}
		for rest := all; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "batch")
			cut.add(NewFold(&notes), rest[:n])
			rest = rest[n:]
		}
		whole.add(NewFoldOfNothing(&notes), all)
		if !maps.Equal(single, cut) || !maps.Equal(single, whole) {
			t.Fatalf("one by one: %v\nin batches: %v\nfrom nothing: %v", single, cut, whole)
		}
	})
}

func (t table) add(f *Fold[string, note], facts []Fact) {
	for i := range facts {
		f.Add(&facts[i])
	}
	t.write(f)
}

func TestFoldOfNothingHasOneRound(t *testing.T) {
	f := NewFoldOfNothing(&notes)
	var all []Fact
	for i, e := range []runtime.Event{counted{}, created{}, removed{}, counted{}, created{}} {
		all = append(all, Fact{Meta: runtime.Meta{Actor: "a", Position: runtime.Position(i + 1)}, Data: e})
	}
	table{}.add(f, all)
	kinds := slices.Collect(func(yield func(ChangeKind) bool) {
		for _, c := range f.Round(0) {
			yield(c.Kind)
		}
	})
	if f.Rounds() != 1 || !slices.Equal(kinds, []ChangeKind{Replaced}) {
		t.Errorf("%d rounds, kinds %v", f.Rounds(), kinds)
	}
}

// sums are notes whose count a fact adds its position to.
var sums = Rows[string, note]{
	Table: Table{Name: "sums", Keys: 1, Columns: []Column{{Name: "who", Type: Text}, {Name: "text", Type: Text}, {Name: "count", Type: Int}}},
	Key:   func(f *Fact) (string, bool) { return f.Actor, true },
	Apply: func(c *Change[note], f *Fact) {
		switch f.Data.(type) {
		case counted:
			if c.Update() {
				c.Data.Text, c.Set = fmt.Sprint(f.Position), c.Set|1
				Sum(c, 1, &c.Data.Count, int64(f.Position))
			}
		case created:
			if c.Upsert() {
				Sum(c, 1, &c.Data.Count, int64(f.Position))
			}
		}
	},
}

func TestASumBeyond64BitsIsRefusedAndChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := NewFold(&sums)
		if rapid.Bool().Draw(t, "of nothing") {
			f = NewFoldOfNothing(&sums)
		}
		want, text := new(big.Int), ""
		if err := f.Add(&Fact{Meta: runtime.Meta{Actor: "a"}, Data: created{}}); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 12).Draw(t, "facts") {
			n := rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{0, 1, -1, math.MaxInt64, math.MinInt64, math.MaxInt64 / 2})).Draw(t, "n")
			sum := new(big.Int).Add(want, big.NewInt(n))
			err := f.Add(&Fact{Meta: runtime.Meta{Actor: "a", Position: runtime.Position(n)}, Data: counted{}})
			var beyond *SumError
			if fits := sum.IsInt64(); fits != (err == nil) || !fits && (!errors.As(err, &beyond) || beyond.Column != "count") {
				t.Fatalf("%d + %d: %v", want, n, err)
			}
			if err == nil {
				want, text = sum, fmt.Sprint(n)
			}
		}
		for _, c := range f.Round(0) {
			if c.Data.Count != want.Int64() || c.Data.Text != text {
				t.Fatalf("the row is %+v, want %d and %q", c.Data, want, text)
			}
		}
	})
}
