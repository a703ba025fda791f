package testimony

import (
	"fmt"
	"maps"
	"slices"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Tallies is the id of the read model, and the name of its table.
const Tallies = "tallies"

// Tally is the row of a stream. It shows what is applied twice or not at all, since it
// counts, and what is applied out of order, since rows end and begin anew.
type Tally struct {
	Events int64
	// Sum is that of the numbers.
	Sum int64
	// Last is the last event.
	Last string
}

// ends reports whether a row ends with m. The next event of its stream begins another.
func (m Mark) ends() bool { return m.Number%17 == 16 }

func (m Mark) String() string { return fmt.Sprintf("%d/%d", m.Writer, m.Number) }

// Rows declares the read model that is judged.
func Rows() *projection.Rows[string, Tally] {
	return &projection.Rows[string, Tally]{
		Table: projection.Table{
			Name: Tallies, Keys: 1,
			Columns: []projection.Column{
				{Name: "stream", Type: projection.Text}, {Name: "events", Type: projection.Int},
				{Name: "sum", Type: projection.Int}, {Name: "last", Type: projection.Text},
			},
			Indexes: [][]string{{"events"}},
		},
		Key:   func(f *projection.Fact) (string, bool) { return f.Stream.String(), true },
		Apply: applyMark,
		Write: func(w projection.RowWriter, key string, row *Tally) {
			w.Text(key)
			w.Int(row.Events)
			w.Int(row.Sum)
			w.Text(row.Last)
		},
	}
}

func applyMark(c *projection.Change[Tally], f *projection.Fact) {
	m := f.Data.(Mark)
	if m.ends() {
		c.Delete()
		return
	}
	if c.Upsert() {
		projection.Sum(c, 0, &c.Data.Events, 1)
		projection.Sum(c, 1, &c.Data.Sum, int64(m.Number))
		c.Data.Last, c.Set = m.String(), c.Set|4
	}
}

// Fold says what rows the truth up to a position means, without any of the code that
// read models are made with.
func (t Truth) Fold(until runtime.Position) map[string]Tally {
	table := map[string]Tally{}
	for i := range t {
		e := &t[i]
		switch row := table[e.Stream]; {
		case e.Position > until:
			return table
		case e.Mark.ends():
			delete(table, e.Stream)
		default:
			table[e.Stream] = Tally{row.Events + 1, row.Sum + int64(e.Mark.Number), e.Mark.String()}
		}
	}
	return table
}

// CompareTallies compares the rows of a table with what the truth means.
func (t Truth) CompareTallies(table string, rows map[string]Tally) error {
	return compare(table, rows, t.Fold(t.Last()))
}

func compare(table string, got, want map[string]Tally) error {
	var wrong []string
	all := maps.Clone(want)
	maps.Copy(all, got)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if g, w := got[key], want[key]; g != w {
			wrong = append(wrong, fmt.Sprintf("%s is %+v, want %+v", key, g, w))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d of %d rows of %s are not what the events say: %q", len(wrong), len(want), table, wrong[:min(len(wrong), shown)])
	}
	return nil
}
