package faults

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/internal/testimony"
)

// the primary key
const selectAll = `SELECT position, stream, version, data FROM %s.events ORDER BY position`

// ReadTruth reads the events of a schema. All of them must be marks.
func ReadTruth(ctx context.Context, conn *pgx.Conn, schema string) (testimony.Truth, error) {
	rows, err := conn.Query(ctx, fmt.Sprintf(selectAll, pgx.Identifier{schema}.Sanitize()))
	if err != nil {
		return nil, fmt.Errorf("read the events of %s: %w", schema, err)
	}
	defer rows.Close()
	var all testimony.Truth
	streams := map[string]string{}
	for rows.Next() {
		var e testimony.Entry
		var data []byte
		if err := rows.Scan(&e.Position, &e.Stream, &e.Version, &data); err != nil {
			return nil, err
		}
		if e.Mark, err = testimony.ParseMark(data); err != nil {
			return nil, fmt.Errorf("event at position %d: %w", e.Position, err)
		}
		if _, known := streams[e.Stream]; !known {
			streams[e.Stream] = e.Stream
		}
		e.Stream = streams[e.Stream] // one copy of each name
		all = append(all, e)
	}
	return all, rows.Err()
}
