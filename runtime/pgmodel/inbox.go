package pgmodel

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Both use the primary key of inbox.
const (
	// One look a stream, also while the planner takes the table for small: by ANY, or by a join, it would read all rows
	// of the consumer.
	selectTaken = `SELECT i.stream, i.version, i.event FROM unnest($2::text[]) AS n (stream),
		LATERAL (SELECT stream, version, event FROM {ledger}.inbox WHERE consumer = $1 AND stream = n.stream LIMIT 1) AS i`

	// What is no longer as it was seen stays as it is, and is missing in the count of rows. To lock rows when they are
	// seen, and to make those of new streams for that, took as long again as everything else that a consumer does.
	upsertTaken = `INSERT INTO {ledger}.inbox AS i (consumer, stream, previous, version, event)
		SELECT $1, n.stream, n.previous, n.version, n.event
		FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::uuid[]) AS n (stream, previous, version, event)
		ON CONFLICT (consumer, stream) DO UPDATE
		SET previous = excluded.previous, version = excluded.version, event = excluded.event, taken_at = excluded.taken_at
		WHERE i.version = excluded.previous`
)

var _ projection.Inbox = (*ledger)(nil)

// errTaken says that another transaction took in more of a stream: tried again, this one sees it.
var errTaken = errors.New("another transaction took in more of a stream meanwhile")

// Taken implements [projection.Inbox].
func (l *ledger) Taken(ctx context.Context, consumer string, streams []runtime.StreamID) (map[runtime.StreamID]projection.Taken, error) {
	names := make([]string, len(streams))
	for i, stream := range streams {
		names[i] = stream.String()
	}
	rows, err := l.query(ctx, selectTaken, consumer, names)
	if err != nil {
		return nil, wrap("what "+consumer+" has taken in", err)
	}
	known := make(map[runtime.StreamID]projection.Taken, len(streams))
	var name string
	var version int64
	var event [16]byte // as a uuid.UUID it would go by way of its text
	_, err = pgx.ForEachRow(rows, []any{&name, &version, &event}, func() error {
		stream, err := runtime.ParseStreamID(name)
		if version > 0 {
			known[stream] = projection.Taken{Version: runtime.StreamVersion(version), Event: event}
		}
		return err
	})
	return known, wrap("what "+consumer+" has taken in", err)
}

// Take implements [projection.Inbox]. Streams are gone through in one order, so that nobody waits in a circle.
func (l *ledger) Take(_ context.Context, consumer string, before, last map[runtime.StreamID]projection.Taken) error {
	streams := slices.SortedFunc(maps.Keys(last), func(a, b runtime.StreamID) int { return strings.Compare(a.String(), b.String()) })
	var names []string
	var previous, versions []int64
	var events [][16]byte // of uuid.UUID each would go by way of its text
	for _, stream := range streams {
		names, events = append(names, stream.String()), append(events, last[stream].Event)
		previous, versions = append(previous, int64(before[stream].Version)), append(versions, int64(last[stream].Version))
	}
	l.queue(upsertTaken, consumer, names, previous, versions, events)
	l.tx.queue[len(l.tx.queue)-1].done = func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() < int64(len(names)) {
			return fmt.Errorf("what %s has taken in: %w", consumer, errTaken)
		}
		return nil
	}
	return nil
}
