package sqlitemodel

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/evgen/evgen/runtime/projection"
)

var _ projection.Eraser[*Tx] = (*declared[int, struct{}])(nil)

// clearing is what is done to the rows of a subject, which the column Subject names.
type clearing struct {
	Subject string `json:"subject"`
	// Set is the SET clause of the statement.
	Set string `json:"set"`
}

// A comment in the definition of a table, which SQLite keeps as it was given, says in
// JSON what is cleared in it: the release that erases may know other columns than the
// one that made the table.
const (
	commentHead = "/* made by evgen, which erases: "
	commentTail = " */"
)

// selectDefinition scans the schema, which is in memory.
const selectDefinition = `SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1`

// EraseRows implements [projection.Eraser]. It finds rows by the index on the
// subject's column, which is there once a version is loaded.
func (d *declared[K, R]) EraseRows(ctx context.Context, tx *Tx, subject string) error {
	t := &d.rows.Table
	clearings, err := clearingsIn(ctx, tx, t)
	for _, c := range clearings {
		if err == nil {
			_, err = tx.ExecContext(ctx, fmt.Sprintf("UPDATE %s SET %s WHERE %s = ?1", tx.Table(t.Name), c.Set, quote(c.Subject)), subject)
		}
	}
	if err != nil {
		return fmt.Errorf("clear %s: %w", tx.Table(t.Name), err)
	}
	return nil
}

// clearingsIn is what is cleared in the table of tx's version: what the table says, or
// what t says where it says nothing.
func clearingsIn(ctx context.Context, tx *Tx, t *projection.Table) (all []clearing, err error) {
	var definition string
	if err := tx.QueryRowContext(ctx, selectDefinition, tx.version.Table(t.Name)).Scan(&definition); err != nil {
		return nil, err
	}
	_, text, ok := strings.Cut(definition, commentHead)
	if !ok {
		return clearings(t), nil
	}
	text, _, _ = strings.Cut(text, commentTail)
	return all, json.Unmarshal([]byte(text), &all)
}

// comment is what the definition of t says of clearings.
func comment(t *projection.Table) string {
	text, err := json.Marshal(clearings(t))
	if err != nil {
		panic(err) // texts can always be written
	}
	return commentHead + strings.ReplaceAll(string(text), "*/", `*\u002f`) + commentTail
}

// zeroTime is the zero time.Time, which is what a replay writes for one that is erased.
const zeroTime = "-62135596800000000"

func clearings(t *projection.Table) []clearing {
	all := make([]clearing, len(t.Erasures))
	for i, e := range t.Erasures {
		assignments := make([]string, len(e.Columns))
		for j, name := range e.Columns {
			assignments[j] = quote(name) + " = " + cleared(t.Column(name))
		}
		all[i] = clearing{e.Subject, strings.Join(assignments, ", ")}
	}
	return all
}

// cleared is what stands in a column once it is cleared.
func cleared(c *projection.Column) string {
	switch {
	case c.Null:
		return "NULL"
	case c.Type == projection.Timestamp:
		return zeroTime
	}
	return columnZeros[c.Type]
}
