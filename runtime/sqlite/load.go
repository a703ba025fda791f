package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"

	"github.com/evgen/evgen/runtime"
)

// All of them are carried by events_by_stream.
const (
	selectForwards  = `SELECT ` + eventColumns + ` FROM events WHERE stream = ? AND version BETWEEN ? AND ? ORDER BY version LIMIT ?`
	selectBackwards = `SELECT ` + eventColumns + ` FROM events WHERE stream = ? AND version BETWEEN ? AND ? ORDER BY version DESC LIMIT ?`

	// selectKnown finds the version before the first one recorded after a time.
	selectKnown = `SELECT version - 1 FROM events WHERE stream = ? AND recorded_at > ? ORDER BY version LIMIT 1`
)

// Load implements [runtime.Store]. It blocks on the disk, never on writers.
func (s *Store) Load(ctx context.Context, stream runtime.StreamID, opts ...runtime.LoadOption) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		if err := s.load(ctx, stream, runtime.NewLoadSpec(opts), yield); err != nil {
			yield(runtime.Record{}, fmt.Errorf("load %s: %w", stream, err))
		}
	}
}

func (s *Store) load(ctx context.Context, stream runtime.StreamID, spec runtime.LoadSpec, yield func(runtime.Record, error) bool) error {
	if err := stream.Check(); err != nil {
		return err
	}
	cursor, err := s.cursor(ctx, stream, spec)
	if err != nil {
		return err
	}
	var p page
	for !cursor.done() {
		if err := s.fetch(ctx, &p, cursor.query(), cursor.args(stream)); err != nil {
			return err
		}
		if more, err := p.yieldAll(ctx, yield); !more || err != nil {
			return err
		}
		cursor.advance(&p)
	}
	return nil
}

// cursor is what of a load remains to be done.
type cursor struct {
	from, to  runtime.StreamVersion
	backwards bool
	// left is how many records may still come, or -1; size that of the next page.
	left, size int
	exhausted  bool
}

func (s *Store) cursor(ctx context.Context, stream runtime.StreamID, spec runtime.LoadSpec) (*cursor, error) {
	c := &cursor{from: spec.From, to: spec.Upper(), backwards: spec.Backwards, left: -1, size: firstPage}
	if spec.Limit > 0 {
		c.left = spec.Limit
	}
	if spec.AsOf.IsZero() {
		return c, nil
	}
	err := s.readers.use(ctx, func(conn *conn) error {
		return conn.query(selectKnown, []driver.Value{stream.String(), spec.AsOf.UnixMicro()}, func(v []driver.Value) error {
			known, _ := v[0].(int64)
			c.to = min(c.to, runtime.StreamVersion(known))
			return nil
		})
	})
	return c, err
}

func (c *cursor) done() bool { return c.exhausted || c.from > c.to || c.left == 0 }

func (c *cursor) query() string {
	if c.backwards {
		return selectBackwards
	}
	return selectForwards
}

func (c *cursor) limit() int {
	if c.left >= 0 {
		return min(c.left, c.size)
	}
	return c.size
}

func (c *cursor) args(stream runtime.StreamID) []driver.Value {
	return []driver.Value{stream.String(), int64(c.from), int64(c.to), int64(c.limit())}
}

// advance goes past the records of p. A page that is shorter than asked for,
// and not for its size, was the last.
func (c *cursor) advance(p *page) {
	n := len(p.records)
	if n == 0 || !p.full && n < c.limit() {
		c.exhausted = true
		return
	}
	if c.left >= 0 {
		c.left -= n
	}
	if last := p.records[n-1].StreamVersion; c.backwards {
		c.to = last - 1
	} else {
		c.from = last + 1
	}
	c.size = min(2*c.size, largestPage)
}
