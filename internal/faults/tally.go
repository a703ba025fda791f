package faults

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/internal/testimony"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
)

// Projection keeps the read model that is judged in PostgreSQL.
func Projection() projection.Projection[*pgmodel.Tx] {
	return projection.Projection[*pgmodel.Tx]{
		ID: testimony.Tallies, Digest: "sha256:tallies", Types: []string{testimony.TypeMark}, Handler: pgmodel.Declared(testimony.Rows()),
	}
}

// CheckTallies compares the rows that readers see, or those of a version's own table,
// with what the truth means.
func CheckTallies(ctx context.Context, conn *pgx.Conn, t testimony.Truth, table string) error {
	rows, err := conn.Query(ctx, `SELECT stream, events, sum, last FROM `+pgx.Identifier{table}.Sanitize())
	if err != nil {
		return fmt.Errorf("read %s: %w", table, err)
	}
	got := map[string]testimony.Tally{}
	var key string
	var row testimony.Tally
	_, err = pgx.ForEachRow(rows, []any{&key, &row.Events, &row.Sum, &row.Last}, func() error {
		got[key] = row
		return nil
	})
	if err != nil {
		return fmt.Errorf("read %s: %w", table, err)
	}
	return t.CompareTallies(table, got)
}
