package memstore

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/evgen/evgen/runtime"
)

type snapshotKey struct {
	stream runtime.StreamID
	digest string
}

// LoadFromSnapshot implements [runtime.SnapshotStore].
func (s *Store) LoadFromSnapshot(ctx context.Context, stream runtime.StreamID, digest string, restore func(runtime.Snapshot) error) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		s.mu.RLock()
		snapshot, ok := s.snapshots[snapshotKey{stream, digest}]
		s.mu.RUnlock()
		if ok {
			if err := restore(snapshot); err != nil {
				yield(runtime.Record{}, fmt.Errorf("restore snapshot of %s: %w", stream, err))
				return
			}
		}
		s.Load(ctx, stream, runtime.FromVersion(snapshot.Version+1))(yield)
	}
}

// SaveSnapshot implements [runtime.SnapshotStore].
func (s *Store) SaveSnapshot(ctx context.Context, snapshot runtime.Snapshot) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("save snapshot of %s: %w", snapshot.Stream, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return fmt.Errorf("save snapshot of %s: %w", snapshot.Stream, runtime.ErrClosed)
	}
	key := snapshotKey{snapshot.Stream, snapshot.Digest}
	if old, ok := s.snapshots[key]; !ok || old.Version < snapshot.Version {
		snapshot.State = slices.Clone(snapshot.State)
		s.snapshots[key] = snapshot
	}
	return nil
}
