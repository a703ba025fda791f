package pgmodel

import (
	"context"
	"fmt"
	"strings"

	"github.com/evgen/evgen/runtime/projection"
)

var _ projection.Eraser[*Tx] = (*declared[int, struct{}])(nil)

// EraseRows implements [projection.Eraser].
func (d *declared[K, R]) EraseRows(ctx context.Context, tx *Tx, subject string) error {
	for _, e := range d.layout.Erasures {
		if _, err := tx.Exec(ctx, d.layout.erasure(tx.Table(d.layout.Name), e), subject); err != nil {
			return fmt.Errorf("erase in %s: %w", &tx.version, err)
		}
	}
	return nil
}

// erasure is the statement that clears columns. It finds rows by the index on the
// subject's column, which is there once a version is loaded.
func (l layout) erasure(table string, e projection.Erasure) string {
	assignments := make([]string, len(e.Columns))
	for i, name := range e.Columns {
		zero := "NULL"
		if c := l.Column(name); !c.Null {
			zero = columnTypes[c.Type].zero
		}
		assignments[i] = quote(name) + " = " + zero
	}
	return fmt.Sprintf("UPDATE %s SET %s WHERE %s = $1", table, strings.Join(assignments, ", "), quote(e.Subject))
}
