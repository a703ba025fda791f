package pgmodel

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/evgen/evgen/runtime/projection"
)

var _ projection.Eraser[*Tx] = (*declared[int, struct{}])(nil)

// erasureComment begins the comment on a table that says, in JSON, what is cleared in
// it: the release that erases may know other columns than the one that made the table.
const erasureComment = "made by evgen, which erases: "

// selectComment reads pg_description by its primary key.
const selectComment = `SELECT coalesce(obj_description($1::text::regclass, 'pg_class'), '')`

// EraseRows implements [projection.Eraser].
func (d *declared[K, R]) EraseRows(ctx context.Context, tx *Tx, subject string) error {
	table := tx.Table(d.layout.Name)
	erasures, err := d.layout.erasuresIn(ctx, tx)
	for _, e := range erasures {
		if err == nil {
			_, err = tx.Exec(ctx, erasure(table, e), subject)
		}
	}
	return wrap("clear "+table, err)
}

// erasuresIn is what is cleared in the table of tx's version: what the table says, or
// what l says where it says nothing.
func (l layout) erasuresIn(ctx context.Context, tx *Tx) (all []projection.Erasure, err error) {
	var comment string
	if err := tx.QueryRow(ctx, selectComment, tx.Table(l.Name)).Scan(&comment); err != nil {
		return nil, err
	}
	text, ok := strings.CutPrefix(comment, erasureComment)
	if !ok {
		return l.Erasures, nil
	}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, fmt.Errorf("read the comment on %s: %w", tx.Table(l.Name), err)
	}
	return all, nil
}

// noteErasures makes the table say what is cleared in it.
func (l layout) noteErasures(ctx context.Context, tx *Tx) error {
	text, err := json.Marshal(l.Erasures)
	if err == nil {
		literal := strings.ReplaceAll(erasureComment+string(text), "'", "''")
		_, err = tx.Exec(ctx, `COMMENT ON TABLE `+tx.Table(l.Name)+` IS '`+literal+`'`)
	}
	return err
}

// erasure is the statement that clears columns. It finds rows by the index on the
// subject's column, which is there once a version is loaded.
func erasure(table string, e projection.Erasure) string {
	assignments := make([]string, len(e.Columns))
	for i, name := range e.Columns {
		assignments[i] = quote(name) + " = DEFAULT" // NULL where it may be, else the type's zero
	}
	return fmt.Sprintf("UPDATE %s SET %s WHERE %s = $1", table, strings.Join(assignments, ", "), quote(e.Subject))
}
