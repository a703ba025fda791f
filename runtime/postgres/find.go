package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// events_by_id
const selectByIDs = `SELECT ` + eventColumns + ` FROM {schema}.events WHERE id = ANY($1) ORDER BY position`

// Find implements [runtime.Finder]. It sees every committed event, also one that
// readers of the log do not see yet.
func (s *Store) Find(ctx context.Context, ids ...uuid.UUID) ([]runtime.Record, error) {
	var found []runtime.Record
	var d decoder
	wanted := make([][16]byte, len(ids))
	for i, id := range ids {
		wanted[i] = id
	}
	err := s.rows(ctx, s.queries.byID, []any{wanted}, func(row [][]byte) error {
		found = append(found, runtime.Record{})
		return d.record(row, &found[len(found)-1])
	})
	if err != nil {
		return nil, fmt.Errorf("find events: %w", err)
	}
	return found, nil
}
