package pgmodel

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evgen/evgen/runtime/projection"
)

// mergeSQL words the statement that writes changes of one kind. All find rows by
// the primary key, or read the whole table where the changes are many.
type mergeSQL struct {
	table *projection.Table
	// name is the table's own, quoted.
	name string
	// Columns behind the key that some, or all, of the changes set or add to.
	someSet, allSet     uint64
	someAdded, allAdded uint64
	// columns are those that are sent, by index.
	columns []int
}

func newMergeSQL(table *projection.Table, name string, changes []change) *mergeSQL {
	s := &mergeSQL{table: table, name: name, allSet: ^uint64(0), allAdded: ^uint64(0)}
	for i := range changes {
		c := &changes[i]
		s.someSet, s.allSet = s.someSet|c.set, s.allSet&c.set
		s.someAdded, s.allAdded = s.someAdded|c.added, s.allAdded&c.added
	}
	for i := range table.Columns {
		if i < table.Keys || s.sends(changes[0].kind, i) {
			s.columns = append(s.columns, i)
		}
	}
	return s
}

// sends reports whether changes of a kind need column i, which is behind the key.
func (s *mergeSQL) sends(kind projection.ChangeKind, i int) bool {
	switch kind {
	case projection.Deleted:
		return false
	case projection.Updated:
		return s.touches(i)
	}
	return true
}

// bit is that of column i in a mask.
func (s *mergeSQL) bit(i int) uint64 { return 1 << (i - s.table.Keys) }

// touches reports whether a change sets or adds to column i.
func (s *mergeSQL) touches(i int) bool { return (s.someSet|s.someAdded)&s.bit(i) != 0 }

// uniform reports whether all changes do the same to column i.
func (s *mergeSQL) uniform(i int) bool { return (s.allSet|s.allAdded)&s.bit(i) != 0 }

// changes reports whether any column behind the key is touched.
func (s *mergeSQL) changes() bool { return s.someSet|s.someAdded != 0 }

// masked reports whether the statement needs the masks of each change.
func (s *mergeSQL) masked() bool {
	return slices.ContainsFunc(s.columns, func(i int) bool { return i >= s.table.Keys && s.touches(i) && !s.uniform(i) })
}

func (s *mergeSQL) text(kind projection.ChangeKind) string {
	switch kind {
	case projection.Deleted:
		return `DELETE FROM ` + s.name + ` AS t USING ` + s.source() + ` WHERE ` + s.same("t")
	case projection.Updated:
		return s.update(s.source())
	case projection.Upserted:
		return s.upsert()
	}
	return s.replace()
}

// source names the arrays: s.c0, s.c1 and so on by the index of the column.
func (s *mergeSQL) source() string {
	var params, columns []string
	for n, i := range s.columns {
		params, columns = append(params, fmt.Sprintf("$%d", n+1)), append(columns, fmt.Sprintf("c%d", i))
	}
	if s.masked() {
		n := len(params)
		params, columns = append(params, fmt.Sprintf("$%d, $%d", n+1, n+2)), append(columns, "is_set, is_added")
	}
	return `unnest(` + strings.Join(params, ", ") + `) AS s(` + strings.Join(columns, ", ") + `)`
}

// same compares the key of rows named alias with that of s.
func (s *mergeSQL) same(alias string) string {
	return s.each(s.table.Keys, " AND ", func(i int, name string) string { return fmt.Sprintf("%s.%s = s.c%d", alias, name, i) })
}

// each joins what of makes of the first n columns.
func (s *mergeSQL) each(n int, between string, of func(i int, name string) string) string {
	var parts []string
	for i, c := range s.table.Columns[:n] {
		parts = append(parts, of(i, quote(c.Name)))
	}
	return strings.Join(parts, between)
}

// update changes the rows that are there.
func (s *mergeSQL) update(from string) string {
	var sets []string
	for _, i := range s.columns {
		if i >= s.table.Keys && s.touches(i) {
			sets = append(sets, quote(s.table.Columns[i].Name)+" = "+s.value(i))
		}
	}
	return `UPDATE ` + s.name + ` AS t SET ` + strings.Join(sets, ", ") + ` FROM ` + from + ` WHERE ` + s.same("t")
}

// value is what becomes of column i.
func (s *mergeSQL) value(i int) string {
	name, bit := quote(s.table.Columns[i].Name), s.bit(i)
	fresh := fmt.Sprintf("s.c%d", i)
	sum := fmt.Sprintf("coalesce(t.%s, 0) + s.c%d", name, i)
	switch {
	case s.allSet&bit != 0:
		return fresh
	case s.allAdded&bit != 0:
		return sum
	}
	text := "CASE"
	if s.someSet&bit != 0 {
		text += fmt.Sprintf(" WHEN s.is_set & '%d'::bigint <> 0 THEN %s", int64(bit), fresh)
	}
	if s.someAdded&bit != 0 {
		text += fmt.Sprintf(" WHEN s.is_added & '%d'::bigint <> 0 THEN %s", int64(bit), sum)
	}
	return text + " ELSE t." + name + " END"
}

// upsert changes the rows that are there and inserts the others.
func (s *mergeSQL) upsert() string {
	if !s.changes() {
		return s.insert() + ` ON CONFLICT DO NOTHING`
	}
	all := len(s.table.Columns)
	keys := s.each(s.table.Keys, ", ", func(_ int, name string) string { return "t." + name })
	return `WITH s AS MATERIALIZED (SELECT * FROM ` + s.source() + `), u AS (` + s.update("s") + ` RETURNING ` + keys + `)
		INSERT INTO ` + s.name + ` (` + s.each(all, ", ", bare) + `)
		SELECT ` + s.each(all, ", ", func(i int, _ string) string { return fmt.Sprintf("s.c%d", i) }) + ` FROM s
		WHERE NOT EXISTS (SELECT FROM u WHERE ` + s.same("u") + `)`
}

// replace makes rows anew, whether they are there or not.
func (s *mergeSQL) replace() string {
	if len(s.table.Columns) == s.table.Keys {
		return s.insert() + ` ON CONFLICT DO NOTHING`
	}
	var sets []string
	for _, c := range s.table.Columns[s.table.Keys:] {
		sets = append(sets, quote(c.Name)+" = EXCLUDED."+quote(c.Name))
	}
	return s.insert() + ` ON CONFLICT (` + s.each(s.table.Keys, ", ", bare) + `) DO UPDATE SET ` + strings.Join(sets, ", ")
}

// insert makes rows of all columns.
func (s *mergeSQL) insert() string {
	return `INSERT INTO ` + s.name + ` (` + s.each(len(s.table.Columns), ", ", bare) + `) SELECT * FROM ` + s.source()
}

func bare(_ int, name string) string { return name }
