package postgres

import (
	"context"
	"fmt"
	"iter"

	"github.com/evgen/evgen/runtime"
)

// All are carried by events_by_stream.
const (
	selectForwards  = `SELECT ` + eventColumns + ` FROM {schema}.events WHERE stream = $1 AND version BETWEEN $2 AND $3 ORDER BY version LIMIT $4`
	selectBackwards = `SELECT ` + eventColumns + ` FROM {schema}.events WHERE stream = $1 AND version BETWEEN $2 AND $3 ORDER BY version DESC LIMIT $4`

	// selectKnown finds the version before the first one recorded after a time.
	selectKnown = `SELECT version - 1 FROM {schema}.events WHERE stream = $1 AND recorded_at > $2 ORDER BY version LIMIT 1`

	// selectRemoved finds a row if the stream has had versions of a range and has
	// none left; streams by its primary key, events by events_by_stream.
	selectRemoved = `
SELECT s.version FROM {schema}.streams s
WHERE s.stream = $1 AND s.version >= $2 AND $2 <= $3 AND (SELECT first_kept FROM {schema}.store) > 0
  AND NOT EXISTS (SELECT FROM {schema}.events e WHERE e.stream = $1 AND e.version BETWEEN $2 AND $3)`
)

// Load implements [runtime.Store]. It sees every committed event of the stream,
// at once, and waits for nobody.
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
	c := s.cursor(stream, spec)
	if !spec.AsOf.IsZero() {
		if err := c.upTo(ctx, spec); err != nil {
			return err
		}
	}
	if c.done() {
		return ctx.Err()
	}
	return yieldPages(ctx, c, yield)
}

// cursor is a place in a stream: what is left to load of it.
type cursor struct {
	store     *Store
	decoder   decoder
	stream    runtime.StreamID
	from, to  runtime.StreamVersion
	backwards bool
	// left is how many records may still come, or -1; size that of the next page.
	left, size int
	exhausted  bool
}

func (s *Store) cursor(stream runtime.StreamID, spec runtime.LoadSpec) *cursor {
	c := &cursor{store: s, stream: stream, from: spec.From, to: spec.Upper(), backwards: spec.Backwards, left: -1, size: firstPage}
	if spec.Limit > 0 {
		c.left = spec.Limit
	}
	return c
}

// upTo ends the cursor before the first event that was recorded after a time.
func (c *cursor) upTo(ctx context.Context, spec runtime.LoadSpec) error {
	return c.store.rows(ctx, c.store.queries.known, []any{c.stream.String(), spec.AsOf}, func(row [][]byte) error {
		c.to = min(c.to, runtime.StreamVersion(int64Of(row[0])))
		return nil
	})
}

func (c *cursor) done() bool { return c.exhausted || c.from > c.to || c.left == 0 }

func (c *cursor) limit() int {
	if c.left >= 0 {
		return min(c.left, c.size)
	}
	return c.size
}

// fetch implements source.
func (c *cursor) fetch(ctx context.Context, p *page) error {
	query := c.store.queries.forwards
	if c.backwards {
		query = c.store.queries.backwards
	}
	limit := c.limit()
	if err := c.store.collect(ctx, &c.decoder, p, query, c.stream.String(), int64(c.from), int64(c.to), limit); err != nil {
		return err
	}
	if len(p.records) == 0 {
		c.exhausted = true
		return c.checkEmpty(ctx)
	}
	c.exhausted = !p.cut && len(p.records) < limit
	return c.pass(ctx, p)
}

// pass moves on past the records of p. Versions leave no gaps, so that one of
// them is missing only if retention has removed it.
func (c *cursor) pass(ctx context.Context, p *page) error {
	first, last := p.records[0].StreamVersion, p.records[len(p.records)-1].StreamVersion
	if !c.backwards && first > c.from || c.backwards && c.exhausted && last > c.from {
		return c.gap(ctx)
	}
	if c.left >= 0 {
		c.left -= len(p.records)
	}
	if c.backwards {
		c.to = last - 1
	} else {
		c.from = last + 1
	}
	c.size = p.grow(c.size)
	return nil
}

// checkEmpty makes sure that where nothing was found there was nothing, rather
// than what retention has removed.
func (c *cursor) checkEmpty(ctx context.Context) error {
	removed := false
	err := c.store.rows(ctx, c.store.queries.removed, []any{c.stream.String(), int64(c.from), int64(c.to)}, func([][]byte) error {
		removed = true
		return nil
	})
	if err == nil && removed {
		err = c.gap(ctx)
	}
	return err
}

func (c *cursor) gap(ctx context.Context) error {
	first, err := c.store.firstKept(ctx)
	if err != nil {
		return err
	}
	return &runtime.RetentionGapError{FirstKept: first}
}
