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

// Gated is a [Handler] that may have to stand still for reasons of its own.
type Gated interface {
	// Admit is called whenever a shard is taken up, outside any transaction. After an
	// error that does not pass, the shard is given back with it as the reason why it
	// stands still, for this process to ask again within half a minute, or for another
	// one, whose handler may be admitted, to go on at once. A handler that finds out later
	// returns [ErrFenced] from Apply, and is asked again.
	Admit(ctx context.Context) error
}

// gateError says that a handler was not admitted.
type gateError struct{ error }

func (e *gateError) Unwrap() error { return e.error }

// admitted asks the handler whether the shard may be moved.
func (s *shard[T]) admitted(ctx context.Context) error {
	handler, ok := s.projection.Handler.(Gated)
	if !ok {
		return nil
	}
	err := s.insist(ctx, func() error { return handler.Admit(ctx) })
	if err != nil {
		return &gateError{err}
	}
	return nil
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
