package faults

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
)

// Truth is all that a table of events holds, by position.
type Truth []Entry

// Entry is one event.
type Entry struct {
	Position runtime.Position
	Stream   string
	Version  runtime.StreamVersion
	Mark     Mark
}

// the primary key
const selectAll = `SELECT position, stream, version, data FROM %s.events ORDER BY position`

// ReadTruth reads the events of a schema. All of them must be marks.
func ReadTruth(ctx context.Context, conn *pgx.Conn, schema string) (Truth, error) {
	rows, err := conn.Query(ctx, fmt.Sprintf(selectAll, pgx.Identifier{schema}.Sanitize()))
	if err != nil {
		return nil, fmt.Errorf("read the events of %s: %w", schema, err)
	}
	defer rows.Close()
	var all Truth
	streams := map[string]string{}
	for rows.Next() {
		var e Entry
		var data []byte
		if err := rows.Scan(&e.Position, &e.Stream, &e.Version, &data); err != nil {
			return nil, err
		}
		if e.Mark, err = parseMark(data); err != nil {
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

// Last returns the last position, 0 if there is none.
func (t Truth) Last() runtime.Position {
	if len(t) == 0 {
		return 0
	}
	return t[len(t)-1].Position
}
