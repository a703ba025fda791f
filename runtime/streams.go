package runtime

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"
)

// StreamLister is a store that can list its streams.
type StreamLister interface {
	// Streams yields the streams that q selects, sorted by the bytes of their
	// names. Streams that begin meanwhile may or may not be seen. An error ends
	// the iteration.
	Streams(ctx context.Context, q StreamQuery) iter.Seq2[StreamInfo, error]
}

// StreamQuery selects streams; empty fields select all.
type StreamQuery struct {
	Categories []string
	Tenants    []Tenant
	// After is the name after which to begin: the last of the page before. It
	// need not exist.
	After StreamID
	// Limit bounds the number of streams; 0 is no bound.
	Limit int
}

// Matches reports whether q selects s, but for its limit.
func (q *StreamQuery) Matches(s *StreamInfo) bool {
	return selects(q.Categories, s.Stream.Category()) &&
		selects(q.Tenants, s.Tenant) &&
		s.Stream.String() > q.After.String()
}

// StreamInfo is what a store knows of a stream.
type StreamInfo struct {
	Stream StreamID
	// Version is that of the last event.
	Version StreamVersion
	Tenant  Tenant
	// RecordedAt is that of the last event, zero if it is no longer kept.
	RecordedAt time.Time
}

// NameSpan is a range of names of streams, both bounds exclusive.
type NameSpan struct {
	After, Before string
}

// beyond is above all names: it is no letter.
const beyond = "\U0010ffff"

// Spans returns the ranges of names in which q's streams lie, in order, for stores
// that keep names sorted by bytes. The names of a category lie between "category-"
// and "category.".
func (q *StreamQuery) Spans() []NameSpan {
	after := q.After.String()
	if len(q.Categories) == 0 {
		return []NameSpan{{after, beyond}}
	}
	var spans []NameSpan
	for _, category := range q.Categories {
		spans = append(spans, NameSpan{category + "-", category + "."})
	}
	slices.SortFunc(spans, func(a, b NameSpan) int { return strings.Compare(a.After, b.After) })
	spans = slices.Compact(spans)
	for i := range spans {
		spans[i].After = max(spans[i].After, after)
	}
	return slices.DeleteFunc(spans, func(s NameSpan) bool { return s.After >= s.Before })
}
