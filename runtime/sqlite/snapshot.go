package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"
	"time"

	"github.com/evgen/evgen/runtime"
)

// Both use the primary key of snapshots.
const (
	selectSnapshot = `SELECT version, taken_at, state FROM snapshots WHERE stream = ? AND digest = ?`

	upsertSnapshot = `INSERT INTO snapshots (stream, digest, version, taken_at, state) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (stream, digest) DO UPDATE
		SET version = excluded.version, taken_at = excluded.taken_at, state = excluded.state
		WHERE excluded.version > version`
)

// LoadFromSnapshot implements [runtime.SnapshotStore]. The file is at hand, so
// that a snapshot and its tail are two queries.
func (s *Store) LoadFromSnapshot(ctx context.Context, stream runtime.StreamID, digest string, restore func(runtime.Snapshot) error) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		snapshot, err := s.snapshot(ctx, stream, digest)
		if err == nil && snapshot.Version > 0 {
			err = restore(snapshot)
		}
		if err != nil {
			yield(runtime.Record{}, fmt.Errorf("restore snapshot of %s: %w", stream, err))
			return
		}
		s.Load(ctx, stream, runtime.FromVersion(snapshot.Version+1))(yield)
	}
}

// snapshot returns one of version 0 if there is none.
func (s *Store) snapshot(ctx context.Context, stream runtime.StreamID, digest string) (runtime.Snapshot, error) {
	out := runtime.Snapshot{Stream: stream, Digest: digest}
	err := s.readers.use(ctx, func(c *conn) error {
		return c.query(selectSnapshot, []driver.Value{stream.String(), digest}, func(v []driver.Value) error {
			version, _ := v[0].(int64)
			taken, _ := v[1].(int64)
			out.Version, out.TakenAt = runtime.StreamVersion(version), time.UnixMicro(taken).UTC()
			out.State, _ = v[2].([]byte)
			return nil
		})
	})
	return out, err
}

// SaveSnapshot implements [runtime.SnapshotStore]. It blocks for a commit.
func (s *Store) SaveSnapshot(ctx context.Context, snapshot runtime.Snapshot) error {
	state := snapshot.State
	if state == nil {
		state = []byte{}
	}
	err := s.writer.exclusively(ctx, func(tx *transaction) error {
		return tx.conn.exec(upsertSnapshot, snapshot.Stream.String(), snapshot.Digest, int64(snapshot.Version), snapshot.TakenAt.UnixMicro(), state)
	})
	if err != nil {
		return fmt.Errorf("save snapshot of %s: %w", snapshot.Stream, err)
	}
	return nil
}
