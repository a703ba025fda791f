package sqlitemodel

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Both use the primary key.
const (
	selectTaken = `SELECT version, event FROM evgen_inbox WHERE consumer = ?1 AND stream = ?2`

	// What is no longer as it was seen stays as it is, and is missing in the count of rows.
	upsertTaken = `INSERT INTO evgen_inbox (consumer, stream, version, event, taken_at) VALUES (?1, ?2, ?3, ?4, ?5)
		ON CONFLICT (consumer, stream) DO UPDATE SET version = excluded.version, event = excluded.event, taken_at = excluded.taken_at
		WHERE evgen_inbox.version = ?6`
)

var _ projection.Inbox = (*ledger)(nil)

// errTaken says that another transaction took in more of a stream: tried again, this one sees it.
var errTaken = errors.New("another transaction took in more of a stream meanwhile")

// Taken implements [projection.Inbox]: the transaction has the file to itself.
func (l *ledger) Taken(ctx context.Context, consumer string, streams []runtime.StreamID) (map[runtime.StreamID]projection.Taken, error) {
	known := make(map[runtime.StreamID]projection.Taken, len(streams))
	for _, stream := range streams {
		var last projection.Taken
		err := l.tx.QueryRowContext(ctx, selectTaken, consumer, stream.String()).Scan(&last.Version, &last.Event)
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return nil, fmt.Errorf("what %s has taken in of %s: %w", consumer, stream, err)
		default:
			known[stream] = last
		}
	}
	return known, nil
}

// Take implements [projection.Inbox]. Nobody else writes now, but what was taken in before may have been seen in an
// earlier transaction.
func (l *ledger) Take(ctx context.Context, consumer string, before, last map[runtime.StreamID]projection.Taken) error {
	now := micros(l.now())
	for stream, taken := range last {
		result, err := l.tx.ExecContext(ctx, upsertTaken, consumer, stream.String(), int64(taken.Version), taken.Event[:], now, int64(before[stream].Version))
		if err == nil {
			err = seen(result)
		}
		if err != nil {
			return fmt.Errorf("note what %s has taken in of %s: %w", consumer, stream, err)
		}
	}
	return nil
}

// seen returns errTaken if a note found more than was seen.
func seen(result sql.Result) error {
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		err = errTaken
	}
	return err
}
