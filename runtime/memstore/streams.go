package memstore

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/evgen/evgen/runtime"
)

// Streams implements [runtime.StreamLister]. It holds no lock while it yields.
func (s *Store) Streams(ctx context.Context, q runtime.StreamQuery) iter.Seq2[runtime.StreamInfo, error] {
	return func(yield func(runtime.StreamInfo, error) bool) {
		all, err := s.listStreams(ctx, q)
		if err != nil {
			yield(runtime.StreamInfo{}, fmt.Errorf("list streams: %w", err))
			return
		}
		for i, info := range all {
			if q.Limit > 0 && i == q.Limit {
				return
			}
			if err := ctx.Err(); err != nil {
				yield(runtime.StreamInfo{}, fmt.Errorf("list streams: %w", err))
				return
			}
			if !yield(info, nil) {
				return
			}
		}
	}
}

func (s *Store) listStreams(ctx context.Context, q runtime.StreamQuery) ([]runtime.StreamInfo, error) {
	if _, err := s.view(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []runtime.StreamInfo
	for id, t := range s.log.streams {
		info := runtime.StreamInfo{Stream: id, Version: t.version(), Tenant: t.tenant}
		if n := len(t.positions); n > 0 {
			info.RecordedAt = s.log.at(t.positions[n-1]).RecordedAt
		}
		if q.Matches(&info) {
			found = append(found, info)
		}
	}
	slices.SortFunc(found, func(a, b runtime.StreamInfo) int {
		return strings.Compare(a.Stream.String(), b.Stream.String())
	})
	return found, nil
}
