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

	upsertTaken = `INSERT INTO evgen_inbox (consumer, stream, version, event, taken_at) VALUES (?1, ?2, ?3, ?4, ?5)
		ON CONFLICT (consumer, stream) DO UPDATE SET version = excluded.version, event = excluded.event, taken_at = excluded.taken_at`
)

var _ projection.Inbox = (*ledger)(nil)

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

// Take implements [projection.Inbox]: nobody else can have taken in anything.
func (l *ledger) Take(ctx context.Context, consumer string, _, last map[runtime.StreamID]projection.Taken) error {
	now := micros(l.now())
	for stream, taken := range last {
		if _, err := l.tx.ExecContext(ctx, upsertTaken, consumer, stream.String(), int64(taken.Version), taken.Event[:], now); err != nil {
			return fmt.Errorf("note what %s has taken in of %s: %w", consumer, stream, err)
		}
	}
	return nil
}
