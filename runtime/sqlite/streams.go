package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"
	"time"

	"github.com/evgen/evgen/runtime"
)

// selectStreams jumps from one stream to the next by events_by_stream, which also
// finds the head of each: what it costs depends on the number of streams, not of events.
const selectStreams = `WITH RECURSIVE names (stream) AS (
		SELECT (SELECT min(stream) FROM events WHERE stream > ?1 AND stream < ?2)
		UNION ALL
		SELECT (SELECT min(stream) FROM events WHERE stream > names.stream AND stream < ?2)
		FROM names WHERE names.stream IS NOT NULL
	)
	SELECT CAST(names.stream AS BLOB), head.version, CAST(head.tenant AS BLOB), head.recorded_at
	FROM names JOIN events AS head ON head.stream = names.stream
		AND head.version = (SELECT max(version) FROM events WHERE stream = names.stream)
	LIMIT ?3`

// streamPage is how many streams a connection is kept for at a time.
const streamPage = 512

// Streams implements [runtime.StreamLister]. It blocks on the disk, never on writers.
func (s *Store) Streams(ctx context.Context, q runtime.StreamQuery) iter.Seq2[runtime.StreamInfo, error] {
	return func(yield func(runtime.StreamInfo, error) bool) {
		left := q.Limit
		for _, span := range q.Spans() {
			more, err := s.streamsWithin(ctx, span, &q, &left, yield)
			if err != nil {
				yield(runtime.StreamInfo{}, fmt.Errorf("list streams: %w", err))
			}
			if !more || err != nil {
				return
			}
		}
	}
}

// streamsWithin yields the streams of one range. left is 0 for no limit, and
// else how many may still come; more is false when that is used up, or the
// receiver has had enough.
func (s *Store) streamsWithin(ctx context.Context, r runtime.NameSpan, q *runtime.StreamQuery, left *int, yield func(runtime.StreamInfo, error) bool) (more bool, err error) {
	for {
		page, err := s.streamPage(ctx, r)
		if err != nil {
			return false, err
		}
		for i := range page {
			if !q.Matches(&page[i]) {
				continue
			}
			if !yield(page[i], nil) {
				return false, nil
			}
			if *left--; *left == 0 {
				return false, nil
			}
		}
		if len(page) < streamPage {
			return true, nil
		}
		r.After = page[len(page)-1].Stream.String()
	}
}

func (s *Store) streamPage(ctx context.Context, r runtime.NameSpan) ([]runtime.StreamInfo, error) {
	var page []runtime.StreamInfo
	err := s.readers.use(ctx, func(c *conn) error {
		page = page[:0]
		return c.query(selectStreams, []driver.Value{r.After, r.Before, int64(streamPage)}, func(v []driver.Value) error {
			info, err := c.streamInfo(v)
			page = append(page, info)
			return err
		})
	})
	return page, err
}

func (c *conn) streamInfo(v []driver.Value) (runtime.StreamInfo, error) {
	name, _ := v[0].([]byte)
	stream, err := runtime.ParseStreamID(string(name))
	version, _ := v[1].(int64)
	recorded, _ := v[3].(int64)
	return runtime.StreamInfo{
		Stream: stream, Version: runtime.StreamVersion(version),
		Tenant: runtime.Tenant(c.names.text(v[2])), RecordedAt: time.UnixMicro(recorded).UTC(),
	}, err
}
