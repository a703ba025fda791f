package pgmodel

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"

	"github.com/evgen/evgen/runtime/projection"
)

// merge gathers changes of rows and writes them: one statement for each kind of
// change, with an array for each column that it needs.
type merge struct {
	rows    rows
	changes []change
	arrays  [][]byte
}

// change is a change of a row that is encoded in rows.
type change struct {
	// The row lies in data[first:], its key in data[first:key].
	first, key int
	set, added uint64
	kind       projection.ChangeKind
}

func newMerge(table *projection.Table) merge { return merge{rows: rows{table: table}} }

func (m *merge) reset() {
	m.rows.reset()
	m.changes = m.changes[:0]
}

func (m *merge) len() int { return len(m.changes) }

// begin begins the row of a change, which is then written to rows.
func (m *merge) begin() {
	m.rows.column = 0
	m.changes = append(m.changes, change{first: len(m.rows.data)})
}

// end says what the row that has been written means.
func (m *merge) end(kind projection.ChangeKind, set, added uint64) {
	c := &m.changes[len(m.changes)-1]
	c.kind, c.key = kind, c.first
	if kind == projection.Updated || kind == projection.Upserted {
		c.set, c.added = set, added&^set // a column in both masks is set
	}
	for range m.rows.table.Keys {
		c.key += m.sizeAt(c.key)
	}
}

// sizeAt returns how many bytes a value takes with its length.
func (m *merge) sizeAt(at int) int {
	return 4 + max(int(int32(binary.BigEndian.Uint32(m.rows.data[at:]))), 0)
}

// write sends the changes on, behind what is queued, and begins anew.
func (m *merge) write(ctx context.Context, tx *Tx) error {
	if m.rows.err != nil || len(m.changes) == 0 {
		return m.rows.err
	}
	// Shards that write the same rows do it in the same order, so that none waits for another in a circle.
	slices.SortFunc(m.changes, func(a, b change) int {
		if a.kind != b.kind {
			return int(a.kind) - int(b.kind)
		}
		return bytes.Compare(m.rows.data[a.first:a.key], m.rows.data[b.first:b.key])
	})
	tx.expectCache(len(m.changes))
	m.arrays = m.arrays[:0]
	for rest := m.changes; len(rest) > 0; {
		n := slices.IndexFunc(rest, func(c change) bool { return c.kind != rest[0].kind })
		if n < 0 {
			n = len(rest)
		}
		m.queue(tx, rest[:n])
		rest = rest[n:]
	}
	err := tx.Flush(ctx)
	m.reset()
	return err
}

// queue adds the statement that writes changes of one kind.
func (m *merge) queue(tx *Tx, changes []change) {
	table := m.rows.table
	kind := changes[0].kind
	s := newMergeSQL(table, tx.Table(table.Name), changes)
	if kind == projection.Updated && !s.changes() {
		return
	}
	version, key := tx.version, layout{table}.keyName(tx)
	st := statement{fact: none, explain: func(err error) error { return explain(err, version, table.Name, key) }}
	st.values, st.types = m.encode(changes, s.columns)
	if s.masked() {
		st.values = append(st.values, masks(changes, func(c *change) uint64 { return c.set }), masks(changes, func(c *change) uint64 { return c.added }))
		st.types = append(st.types, columnTypes[projection.Int].array, columnTypes[projection.Int].array)
	}
	st.sql = s.text(kind)
	tx.queue = append(tx.queue, st)
}

// encode turns rows into arrays of the columns that are wanted.
func (m *merge) encode(changes []change, wanted []int) ([][]byte, []uint32) {
	first := len(m.arrays)
	types := make([]uint32, len(wanted))
	for i, column := range wanted {
		t := columnTypes[m.rows.table.Columns[column].Type]
		types[i] = t.array
		m.arrays = append(m.arrays, appendArrayHeader(m.spare(), t.element, len(changes)))
	}
	arrays := slices.Clip(m.arrays[first:])
	for i := range changes {
		at := changes[i].first
		next := 0
		for column := 0; next < len(wanted); column++ {
			size := m.sizeAt(at)
			if column == wanted[next] {
				arrays[next] = append(arrays[next], m.rows.data[at:at+size]...)
				next++
			}
			at += size
		}
	}
	return arrays, types
}

// spare returns memory of an earlier array, if there is some.
func (m *merge) spare() []byte {
	if n := len(m.arrays); n < cap(m.arrays) {
		return m.arrays[:n+1][n][:0]
	}
	return nil
}

// appendArrayHeader begins an array of one dimension, whose elements follow. That
// it may hold NULL is always said: nobody checks.
func appendArrayHeader(dst []byte, element uint32, n int) []byte {
	for _, field := range []uint32{1, 1, element, uint32(n), 1} {
		dst = binary.BigEndian.AppendUint32(dst, field)
	}
	return dst
}

// masks encodes a mask of each change.
func masks(changes []change, of func(*change) uint64) []byte {
	array := appendArrayHeader(make([]byte, 0, 20+12*len(changes)), columnTypes[projection.Int].element, len(changes))
	for i := range changes {
		array = binary.BigEndian.AppendUint32(array, 8)
		array = binary.BigEndian.AppendUint64(array, of(&changes[i]))
	}
	return array
}
