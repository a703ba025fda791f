package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"

	"github.com/evgen/evgen/runtime"
)

// Pages: a reader fetches one, gives its connection back, and yields. They grow,
// so that a reader of one record does not pay for a thousand, and end early when
// they hold enough bytes.
const (
	firstPage    = 128
	largestPage  = 4096
	pageBytes    = 4 << 20
	largestRange = 1 << 16
)

// page collects the records of one query.
type page struct {
	records []runtime.Record
	bytes   int
	full    bool
}

func (p *page) reset() { p.records, p.bytes, p.full = p.records[:0], 0, false }

// add appends a row; errEnough says that no more should come.
func (p *page) add(c *conn, v []driver.Value) error {
	rec, err := c.record(v)
	if err != nil {
		return err
	}
	p.records = append(p.records, rec)
	p.bytes += len(rec.Data)
	if p.bytes >= pageBytes || len(p.records) >= largestPage {
		p.full = true
		return errEnough
	}
	return nil
}

// ReadAll implements [runtime.Store]. It blocks on the disk, never on writers.
func (s *Store) ReadAll(ctx context.Context, after runtime.Position, f runtime.Filter) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		if err := s.readAll(ctx, after, f, yield); err != nil {
			yield(runtime.Record{}, fmt.Errorf("read after position %d: %w", after, err))
		}
	}
}

func (s *Store) readAll(ctx context.Context, after runtime.Position, f runtime.Filter, yield func(runtime.Record, error) bool) error {
	head, incarnation, err := s.Head(ctx)
	if err != nil {
		return err
	}
	if after > head {
		return &runtime.StoreRewoundError{After: after, Head: head, Incarnation: incarnation}
	}
	if f.Until != 0 {
		head = min(head, f.Until)
	}
	query, args := selectFiltered(f)
	var p page
	for size := runtime.Position(firstPage); after < head; {
		end := min(after+size, head)
		if err := s.fetch(ctx, &p, query, append(args[:len(args):len(args)], int64(after), int64(end))); err != nil {
			return err
		}
		if more, err := p.yieldAll(ctx, yield); !more || err != nil {
			return err
		}
		if after = end; p.full {
			after = p.records[len(p.records)-1].Position
		} else {
			size = grow(size, len(p.records))
		}
	}
	return nil
}

// grow widens the range of positions of the next page: up to a page of records,
// and further where a filter lets few of them through.
func grow(size runtime.Position, found int) runtime.Position {
	if size < largestPage || found < largestPage/4 && size < largestRange {
		return 2 * size
	}
	return size
}

// fetch fills p with the rows of one query.
func (s *Store) fetch(ctx context.Context, p *page, query string, args []driver.Value) error {
	return s.readers.use(ctx, func(c *conn) error {
		p.reset()
		return c.query(query, args, func(v []driver.Value) error { return p.add(c, v) })
	})
}

func (p *page) yieldAll(ctx context.Context, yield func(runtime.Record, error) bool) (more bool, err error) {
	for i := range p.records {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if !yield(p.records[i], nil) {
			return false, nil
		}
	}
	return true, nil
}

// Subscribe implements [runtime.Subscriber].
func (s *Store) Subscribe(ctx context.Context, after runtime.Position, f runtime.Filter) iter.Seq2[runtime.Record, error] {
	return runtime.Follow(ctx, s, &s.grown, s.config.poll, after, f)
}
