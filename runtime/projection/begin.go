package projection

import (
	"context"
	"fmt"

	"github.com/evgen/evgen/runtime"
)

// Beginner is a [Handler] that need not begin where a store does: one that can do
// without what the store has forgotten. Others cannot be built from the rest.
type Beginner interface {
	// Begin returns the position behind which a shard begins that has not moved yet.
	Begin(ctx context.Context, l *Lease) (runtime.Position, error)
}

// skip moves a shard that has not moved yet to where its handler begins.
func (s *shard[T]) skip(ctx context.Context) error {
	handler, ok := s.projection.Handler.(Beginner)
	if !ok || s.at > 0 {
		return nil
	}
	at, err := handler.Begin(ctx, s.lease)
	if err == nil && at > 0 {
		err = s.ledger(ctx, func(l Ledger) error { return l.Advance(ctx, s.lease, 0, at) })
	}
	if err != nil {
		return fmt.Errorf("begin %s: %w", &s.lease.Version, err)
	}
	s.at, s.lease.Shard.Position, s.reader.at = at, at, at
	s.loaded.Store(int64(at))
	return nil
}
