package postgres

import (
	"context"
	"fmt"
	"iter"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

const (
	// selectWithSnapshot reads a snapshot, as a row with no id, and the first events
	// after it, of one moment. The snapshot's position is the stream's version, by
	// which a tail that retention has removed is noticed. Primary keys, and events_by_stream.
	selectWithSnapshot = `
WITH kept AS (SELECT version, taken_at, state FROM {schema}.snapshots WHERE stream = $1 AND digest = $2)
(SELECT coalesce((SELECT version FROM {schema}.streams WHERE stream = $1), 0) AS position,
        '00000000-0000-0000-0000-000000000000'::uuid AS id, $1 AS stream, version, '' AS type, 0 AS type_version, '' AS tenant,
        '00000000-0000-0000-0000-000000000000'::uuid AS correlation, '00000000-0000-0000-0000-000000000000'::uuid AS causation,
        '' AS actor, taken_at AS occurred_at, taken_at AS recorded_at, NULL::bytea AS headers, state AS data
 FROM kept)
UNION ALL
(SELECT ` + eventColumns + ` FROM {schema}.events
 WHERE stream = $1 AND version > coalesce((SELECT version FROM kept), 0) ORDER BY version LIMIT $3)
ORDER BY version`

	// the primary key
	upsertSnapshot = `
INSERT INTO {schema}.snapshots AS s (stream, digest, version, taken_at, state) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (stream, digest) DO UPDATE
SET version = excluded.version, taken_at = excluded.taken_at, state = excluded.state
WHERE excluded.version > s.version`
)

// LoadFromSnapshot implements [runtime.SnapshotStore]: a snapshot and a tail of
// usual length are one statement, and so one round trip.
func (s *Store) LoadFromSnapshot(ctx context.Context, stream runtime.StreamID, digest string, restore func(runtime.Snapshot) error) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		if err := s.loadFromSnapshot(ctx, stream, digest, restore, yield); err != nil {
			yield(runtime.Record{}, fmt.Errorf("load %s from its snapshot: %w", stream, err))
		}
	}
}

func (s *Store) loadFromSnapshot(ctx context.Context, stream runtime.StreamID, digest string, restore func(runtime.Snapshot) error, yield func(runtime.Record, error) bool) error {
	if err := stream.Check(); err != nil {
		return err
	}
	t := &snapshotTail{cursor: s.cursor(stream, runtime.LoadSpec{From: 1}), digest: digest}
	var first page
	if err := t.fetch(ctx, &first); err != nil {
		return err
	}
	if t.found != nil {
		if err := restore(*t.found); err != nil {
			return fmt.Errorf("restore: %w", err)
		}
	}
	if more, err := first.yieldAll(ctx, yield); !more || err != nil || t.cursor.done() {
		return err
	}
	return yieldPages(ctx, t.cursor, yield)
}

// snapshotTail fetches a snapshot and what follows it.
type snapshotTail struct {
	cursor *cursor
	digest string
	found  *runtime.Snapshot
}

func (t *snapshotTail) fetch(ctx context.Context, p *page) error {
	c := t.cursor
	if err := c.store.collect(ctx, &c.decoder, p, c.store.queries.withSnapshot, c.stream.String(), t.digest, c.size); err != nil {
		return err
	}
	c.exhausted = !p.cut && len(p.records) < c.size
	if len(p.records) > 0 && p.records[0].ID == uuid.Nil {
		return t.restored(ctx, p)
	}
	if len(p.records) == 0 {
		return c.checkEmpty(ctx)
	}
	return c.pass(ctx, p)
}

// restored takes the snapshot out of a page.
func (t *snapshotTail) restored(ctx context.Context, p *page) error {
	row := p.records[0]
	p.records = p.records[1:]
	t.found = &runtime.Snapshot{Stream: row.Stream, Digest: t.digest, Version: row.StreamVersion, State: row.Data, TakenAt: row.OccurredAt}
	t.cursor.from = row.StreamVersion + 1
	switch {
	case len(p.records) > 0:
		return t.cursor.pass(ctx, p)
	case runtime.StreamVersion(row.Position) > row.StreamVersion && !p.cut:
		return t.cursor.gap(ctx)
	}
	return nil
}

// SaveSnapshot implements [runtime.SnapshotStore]. It blocks for a commit.
func (s *Store) SaveSnapshot(ctx context.Context, snapshot runtime.Snapshot) error {
	if err := s.saveSnapshot(ctx, snapshot); err != nil {
		return fmt.Errorf("save snapshot of %s: %w", snapshot.Stream, err)
	}
	return nil
}

func (s *Store) saveSnapshot(ctx context.Context, snapshot runtime.Snapshot) error {
	state := snapshot.State
	if state == nil {
		state = []byte{}
	}
	_, err := s.exec(ctx, s.queries.saveSnapshot, snapshot.Stream.String(), snapshot.Digest, int64(snapshot.Version), snapshot.TakenAt, state)
	return err
}
