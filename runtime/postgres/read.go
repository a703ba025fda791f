package postgres

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/evgen/evgen/runtime"
)

const (
	// the primary key
	selectPage = `SELECT ` + eventColumns + ` FROM {schema}.events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3`

	// selectFiltered is given conditions. The primary key bounds what is looked at;
	// a filter by stream may take events_by_stream.
	selectFiltered = `SELECT ` + eventColumns + ` FROM {schema}.events WHERE position > $1 AND position <= $2%s ORDER BY position LIMIT $3`

	// store has one row
	selectFirstKept = `SELECT first_kept FROM {schema}.store`
)

// largestRange bounds the positions that one filtered query looks at.
const largestRange = 1 << 16

// Head implements [runtime.Store]: the position up to which the log is settled.
// While older appends are open it waits for them, for a quarter of a second at
// most and once for each: if a transaction that has appended stays open, Head
// stays below what it has appended until it ends. Transactions that do not
// append are not waited for.
func (s *Store) Head(ctx context.Context) (runtime.Position, runtime.Incarnation, error) {
	v, err := s.track.settled(ctx)
	if err != nil {
		return 0, "", fmt.Errorf("head of the store: %w", err)
	}
	return v.safe, v.incarnation, nil
}

// ReadAll implements [runtime.Store]. It ends at [Store.Head] as it is when the
// iteration begins, and waits for it as Head does: what was appended before, and
// acknowledged, is there unless an older transaction holds it up.
func (s *Store) ReadAll(ctx context.Context, after runtime.Position, f runtime.Filter) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		v, err := s.track.settled(ctx)
		if err == nil {
			err = s.readView(ctx, v, after, f, yield)
		}
		if err != nil {
			yield(runtime.Record{}, fmt.Errorf("read after position %d: %w", after, err))
		}
	}
}

// readView reads up to where v is safe. A reader that another tracker has let
// further on is not ahead of the store, only of v.
func (s *Store) readView(ctx context.Context, v view, after runtime.Position, f runtime.Filter, yield func(runtime.Record, error) bool) error {
	if after > max(v.safe, v.last) {
		return &runtime.StoreRewoundError{After: after, Head: v.safe, Incarnation: v.incarnation}
	}
	if after < v.firstKept-1 {
		return &runtime.RetentionGapError{After: after, FirstKept: v.firstKept}
	}
	l := s.logAfter(after, v.safe, f)
	if l.done() {
		return nil
	}
	return yieldPages(ctx, l, yield)
}

// log is a place in the log: what is left to read of it.
type log struct {
	store   *Store
	decoder decoder
	query   string
	filters []any
	// after is the last position that was looked at, end the last to look at.
	after, end runtime.Position
	// size is how many records to ask for, width how many positions to look at.
	size  int
	width runtime.Position
}

func (s *Store) logAfter(after, end runtime.Position, f runtime.Filter) *log {
	if f.Until != 0 {
		end = min(end, f.Until)
	}
	l := &log{store: s, after: after, end: end, size: firstPage, width: end - after, query: s.queries.page}
	if conditions, args := conditions(f); len(args) > 0 {
		l.query = fmt.Sprintf(s.queries.filtered, conditions)
		l.filters, l.width = args, 16*firstPage
	}
	return l
}

func (l *log) done() bool { return l.after >= l.end }

// fetch reads a page, and then makes sure that retention has not removed any of it.
func (l *log) fetch(ctx context.Context, p *page) error {
	to := min(l.after+l.width, l.end)
	args := append([]any{int64(l.after), int64(to), l.size}, l.filters...)
	if err := l.store.collect(ctx, &l.decoder, p, l.query, args...); err != nil {
		return err
	}
	if err := l.store.checkKept(ctx, l.after); err != nil {
		return err
	}
	if n := len(p.records); p.cut || n == l.size {
		l.after = p.records[n-1].Position
	} else {
		l.after = to
	}
	if len(p.records) < l.size/4 {
		l.width = min(2*l.width, largestRange)
	}
	l.size = p.grow(l.size)
	return nil
}

func (s *Store) checkKept(ctx context.Context, after runtime.Position) error {
	first, err := s.firstKept(ctx)
	if err == nil && after < first-1 {
		err = &runtime.RetentionGapError{After: after, FirstKept: first}
	}
	return err
}

func (s *Store) firstKept(ctx context.Context) (first runtime.Position, err error) {
	err = s.rows(ctx, s.queries.firstKept, nil, func(row [][]byte) error {
		first = runtime.Position(int64Of(row[0]))
		return nil
	})
	return first, err
}

// conditions returns what f demands besides positions, and the arguments, which
// follow three others.
func conditions(f runtime.Filter) (string, []any) {
	var text strings.Builder
	var args []any
	among := func(expression string, values []string) {
		if len(values) > 0 {
			args = append(args, values)
			text.WriteString(" AND " + expression + " = ANY($" + strconv.Itoa(len(args)+3) + ")")
		}
	}
	among("type", f.Types)
	among("split_part(stream, '-', 1)", f.Categories)
	among("stream", textsOf(f.Streams, runtime.StreamID.String))
	among("tenant", textsOf(f.Tenants, func(t runtime.Tenant) string { return string(t) }))
	return text.String(), args
}

func textsOf[T any](values []T, text func(T) string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = text(v)
	}
	return out
}
