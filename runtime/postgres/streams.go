package postgres

import (
	"context"
	"fmt"
	"iter"
	"math"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
)

// the primary key
const selectStreams = `SELECT stream, version, tenant, recorded_at FROM {schema}.streams
	WHERE stream > $1 AND stream < $2 AND (cardinality($3::text[]) = 0 OR tenant = ANY ($3))
	ORDER BY stream LIMIT $4`

// streamPage is how many streams are fetched at a time.
const streamPage = 1000

var _ runtime.StreamLister = (*Store)(nil)

// Streams implements [runtime.StreamLister]. It sees every committed event, also
// one that readers of the log do not see yet.
func (s *Store) Streams(ctx context.Context, q runtime.StreamQuery) iter.Seq2[runtime.StreamInfo, error] {
	return func(yield func(runtime.StreamInfo, error) bool) {
		if err := s.streams(ctx, q, yield); err != nil {
			yield(runtime.StreamInfo{}, fmt.Errorf("list streams: %w", err))
		}
	}
}

func (s *Store) streams(ctx context.Context, q runtime.StreamQuery, yield func(runtime.StreamInfo, error) bool) error {
	left := q.Limit
	if left <= 0 {
		left = math.MaxInt
	}
	for _, names := range q.Spans() {
		for more := true; more && left > 0; {
			size := min(left, streamPage)
			page, err := s.streamsPage(ctx, q, names, size)
			if err != nil {
				return err
			}
			for _, info := range page {
				if !yield(info, nil) {
					return nil
				}
				names.After = info.Stream.String()
			}
			left, more = left-len(page), len(page) == size
		}
	}
	return nil
}

func (s *Store) streamsPage(ctx context.Context, q runtime.StreamQuery, names runtime.NameSpan, size int) ([]runtime.StreamInfo, error) {
	conn, err := s.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	tenants := make([]string, len(q.Tenants))
	for i, t := range q.Tenants {
		tenants[i] = string(t)
	}
	rows, err := conn.Query(ctx, s.names.fill(selectStreams), names.After, names.Before, tenants, size)
	if err != nil {
		return nil, named(err)
	}
	page, err := pgx.CollectRows(rows, scanStream)
	return page, named(err)
}

func scanStream(row pgx.CollectableRow) (info runtime.StreamInfo, err error) {
	var name string
	if err := row.Scan(&name, &info.Version, &info.Tenant, &info.RecordedAt); err != nil {
		return info, err
	}
	info.RecordedAt = info.RecordedAt.UTC()
	info.Stream, err = runtime.ParseStreamID(name)
	return info, err
}
