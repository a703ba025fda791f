package pgmodel

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// All of these use the primary key of inbox, and go through streams in one order, so that nobody waits in a circle.
const (
	// A stream that is new needs a row, or two transactions would take in its first event.
	openInbox = `INSERT INTO {ledger}.inbox (consumer, stream, version, event)
		SELECT $1, s, 0, '00000000-0000-0000-0000-000000000000' FROM unnest($2::text[]) AS s
		ON CONFLICT (consumer, stream) DO NOTHING`

	// One look a stream, also while the planner takes the table for small: by ANY, or by a join, it would read all rows
	// of the consumer.
	selectTaken = `SELECT i.stream, i.version, i.event FROM unnest($2::text[]) AS n (stream),
		LATERAL (SELECT stream, version, event FROM {ledger}.inbox WHERE consumer = $1 AND stream = n.stream LIMIT 1 FOR UPDATE) AS i`

	upsertTaken = `INSERT INTO {ledger}.inbox (consumer, stream, version, event)
		SELECT $1, n.stream, n.version, n.event FROM unnest($2::text[], $3::bigint[], $4::uuid[]) AS n (stream, version, event)
		ON CONFLICT (consumer, stream) DO UPDATE
		SET version = excluded.version, event = excluded.event, taken_at = excluded.taken_at`
)

var _ projection.Inbox = (*ledger)(nil)

// Taken implements [projection.Inbox].
func (l *ledger) Taken(ctx context.Context, consumer string, streams []runtime.StreamID) (map[runtime.StreamID]projection.Taken, error) {
	names := make([]string, len(streams))
	for i, stream := range streams {
		names[i] = stream.String()
	}
	slices.Sort(names)
	l.queue(openInbox, consumer, names)
	rows, err := l.query(ctx, selectTaken, consumer, names)
	if err != nil {
		return nil, wrap("what "+consumer+" has taken in", err)
	}
	known := make(map[runtime.StreamID]projection.Taken, len(streams))
	var name string
	var version int64
	var event uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&name, &version, &event}, func() error {
		stream, err := runtime.ParseStreamID(name)
		if version > 0 {
			known[stream] = projection.Taken{Version: runtime.StreamVersion(version), Event: event}
		}
		return err
	})
	return known, wrap("what "+consumer+" has taken in", err)
}

// Take implements [projection.Inbox]. It counts on [ledger.Taken] to have been called for the same streams.
func (l *ledger) Take(_ context.Context, consumer string, last map[runtime.StreamID]projection.Taken) error {
	var names []string
	var versions []int64
	var events []uuid.UUID
	for stream, taken := range last {
		names, versions, events = append(names, stream.String()), append(versions, int64(taken.Version)), append(events, taken.Event)
	}
	l.queue(upsertTaken, consumer, names, versions, events)
	return nil
}
