package sqlitemodel

import (
	"context"
	"fmt"
	"strings"

	"github.com/evgen/evgen/runtime/projection"
)

var _ projection.Eraser[*Tx] = (*declared[int, struct{}])(nil)

// EraseRows implements [projection.Eraser].
func (d *declared[K, R]) EraseRows(ctx context.Context, tx *Tx, subject string) error {
	t := &d.rows.Table
	for _, e := range t.Erasures {
		if _, err := tx.ExecContext(ctx, erasure(t, tx.Table(t.Name), e), subject); err != nil {
			return fmt.Errorf("erase in %s: %w", tx.Table(t.Name), err)
		}
	}
	return nil
}

// zeroTime is the zero time.Time, which is what a replay writes for one that is erased.
const zeroTime = "-62135596800000000"

// erasure is the statement that clears columns. It finds rows by the index on the
// subject's column, which is there once a version is loaded.
func erasure(t *projection.Table, table string, e projection.Erasure) string {
	assignments := make([]string, len(e.Columns))
	for i, name := range e.Columns {
		c := t.Column(name)
		zero := columnZeros[c.Type]
		switch {
		case c.Null:
			zero = "NULL"
		case c.Type == projection.Timestamp:
			zero = zeroTime
		}
		assignments[i] = quote(name) + " = " + zero
	}
	return fmt.Sprintf("UPDATE %s SET %s WHERE %s = ?1", table, strings.Join(assignments, ", "), quote(e.Subject))
}
