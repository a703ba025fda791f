package memstore

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/evgen/evgen/runtime"
)

// view returns the log as it is now, for reading without the lock.
func (s *Store) view(ctx context.Context) (segment, error) {
	if err := ctx.Err(); err != nil {
		return segment{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return segment{}, runtime.ErrClosed
	}
	return s.log.segment, nil
}

// streamView is view for one stream, which is empty if it does not exist.
func (s *Store) streamView(ctx context.Context, id runtime.StreamID) (segment, stream, error) {
	log, err := s.view(ctx)
	if err != nil {
		return log, stream{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if t := s.log.streams[id]; t != nil {
		return s.log.segment, *t, nil
	}
	return log, stream{}, nil
}

// ReadAll implements [runtime.Store]. It holds no lock while it yields.
func (s *Store) ReadAll(ctx context.Context, after runtime.Position, f runtime.Filter) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		view, err := s.view(ctx)
		if err == nil {
			err = view.check(after, s.incarnation)
		}
		if err != nil {
			yield(runtime.Record{}, fmt.Errorf("read after position %d: %w", after, err))
			return
		}
		for i := range view.records[after-view.dropped:] {
			rec := view.at(after + runtime.Position(i) + 1)
			if err := ctx.Err(); err != nil {
				yield(runtime.Record{}, fmt.Errorf("read after position %d: %w", rec.Position-1, err))
				return
			}
			if f.Matches(&rec.Meta) && !yield(*rec, nil) {
				return
			}
		}
	}
}

func (g segment) check(after runtime.Position, inc runtime.Incarnation) error {
	switch {
	case after < g.dropped:
		return &runtime.RetentionGapError{After: after, FirstKept: g.dropped + 1}
	case after > g.head():
		return &runtime.StoreRewoundError{After: after, Head: g.head(), Incarnation: inc}
	}
	return nil
}

// Load implements [runtime.Store]. It holds no lock while it yields.
func (s *Store) Load(ctx context.Context, id runtime.StreamID, opts ...runtime.LoadOption) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		if err := s.load(ctx, id, runtime.NewLoadSpec(opts), yield); err != nil {
			yield(runtime.Record{}, fmt.Errorf("load %s: %w", id, err))
		}
	}
}

func (s *Store) load(ctx context.Context, id runtime.StreamID, spec runtime.LoadSpec, yield func(runtime.Record, error) bool) error {
	if err := id.Check(); err != nil {
		return err
	}
	log, t, err := s.streamView(ctx, id)
	if err != nil {
		return err
	}
	positions, err := t.selected(log, spec)
	if err != nil {
		return err
	}
	for _, p := range positions {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !yield(*log.at(p), nil) {
			return nil
		}
	}
	return nil
}

// selected returns the positions of the records that spec asks for, in its order.
func (t *stream) selected(log segment, spec runtime.LoadSpec) ([]runtime.Position, error) {
	from, to := spec.From, min(spec.Upper(), t.version())
	if from > to {
		return nil, nil
	}
	if from <= t.dropped {
		return nil, &runtime.RetentionGapError{FirstKept: log.dropped + 1}
	}
	positions := t.positions[from-t.dropped-1 : to-t.dropped]
	if !spec.AsOf.IsZero() {
		later := slices.IndexFunc(t.positions, func(p runtime.Position) bool { return log.at(p).RecordedAt.After(spec.AsOf) })
		if later >= 0 {
			positions = positions[:max(0, min(len(positions), later-int(from-t.dropped-1)))]
		}
	}
	limit := spec.Limit
	if limit == 0 {
		limit = math.MaxInt
	}
	if !spec.Backwards {
		return positions[:min(limit, len(positions))], nil
	}
	positions = slices.Clone(positions[max(0, len(positions)-limit):])
	slices.Reverse(positions)
	return positions, nil
}

// Subscribe implements [runtime.Subscriber].
func (s *Store) Subscribe(ctx context.Context, after runtime.Position, f runtime.Filter) iter.Seq2[runtime.Record, error] {
	return runtime.Follow(ctx, s, &s.grown, runtime.Poll{}, after, f)
}
