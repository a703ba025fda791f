package operate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// ErrKeepsAll says that a store never forgets.
var ErrKeepsAll = errors.New("a SQLite store keeps every event for ever: it has no retention; to begin with less, import an export of what is to stay into a new file")

// Retainer is a store that can forget its oldest events.
type Retainer interface {
	Retain(ctx context.Context, from runtime.Position) (deleted int64, err error)
	// PartitionSize is how many positions are dropped at once, 0 if none are.
	PartitionSize(ctx context.Context) (runtime.Position, error)
}

// Boundary says which events are to be forgotten: those in front of a position, or in
// front of the first one that was recorded at a time or later.
type Boundary struct {
	Position runtime.Position
	Time     time.Time
}

// passes reports whether rec is the first one to be kept.
func (b Boundary) passes(rec *runtime.Record) bool {
	if b.Time.IsZero() {
		return rec.Position >= b.Position
	}
	return !rec.RecordedAt.Before(b.Time)
}

// Forgotten is what retention would remove.
type Forgotten struct {
	// From is the first position that is kept.
	From runtime.Position
	// First is the first one that is there now.
	First   runtime.Position
	Events  int64
	Bytes   int64 // of payload
	Types   map[string]int64
	streams map[runtime.StreamID]bool
}

// Streams is how many streams lose events.
func (f *Forgotten) Streams() int { return len(f.streams) }

// Kinds lists the types of what goes, by name.
func (f *Forgotten) Kinds() []string { return slices.Sorted(maps.Keys(f.Types)) }

// Forget reads what lies in front of a boundary and changes nothing. If whole
// partitions of size are to go, the rest of the last one is kept. Seen is called with
// each position.
func Forget(ctx context.Context, store runtime.Reader, until Boundary, size runtime.Position, seen func(runtime.Position)) (*Forgotten, error) {
	head, _, err := store.Head(ctx)
	if err != nil {
		return nil, err
	}
	end, err := endOf(ctx, store, until, head)
	if err != nil {
		return nil, err
	}
	if size > 0 {
		end -= end % size
	}
	return forget(ctx, store, end, seen)
}

// endOf returns the first position that is kept. Times need not ascend, since an import
// keeps them: so the first event that is too young ends it, whatever comes behind.
func endOf(ctx context.Context, store runtime.Reader, until Boundary, head runtime.Position) (runtime.Position, error) {
	if until.Time.IsZero() {
		return min(until.Position, head+1), nil
	}
	first, err := firstKept(ctx, store)
	if err != nil {
		return 0, err
	}
	for rec, err := range store.ReadAll(ctx, max(first-1, 0), runtime.Filter{}) {
		if err != nil {
			return 0, err
		}
		if until.passes(&rec) {
			return rec.Position, nil
		}
	}
	return head + 1, nil
}

// firstKept returns the position from which on a store has its events.
func firstKept(ctx context.Context, store runtime.Reader) (runtime.Position, error) {
	for _, err := range store.ReadAll(ctx, 0, runtime.Filter{}) {
		var gap *runtime.RetentionGapError
		switch {
		case errors.As(err, &gap):
			return gap.FirstKept, nil
		case err != nil:
			return 0, err
		}
		break
	}
	return 0, nil
}

func forget(ctx context.Context, store runtime.Reader, end runtime.Position, seen func(runtime.Position)) (*Forgotten, error) {
	first, err := firstKept(ctx, store)
	if err != nil {
		return nil, err
	}
	f := &Forgotten{From: max(end, first), First: first, Types: map[string]int64{}, streams: map[runtime.StreamID]bool{}}
	if end <= max(first, 1) {
		return f, nil
	}
	for rec, err := range store.ReadAll(ctx, max(first-1, 0), runtime.Filter{Until: end - 1}) {
		if err != nil {
			return nil, err
		}
		f.Events++
		f.Bytes += int64(len(rec.Data))
		f.Types[rec.Type]++
		f.streams[rec.Stream] = true
		seen(rec.Position)
	}
	return f, nil
}

// Holder is a version that has not taken in yet what is to be forgotten.
type Holder struct {
	projection.Version
	At runtime.Position
}

// Holders returns the versions, relays and archives of a ledger that have not come as
// far as the position in front of from, the slowest first. Those of another life of
// the store, whose positions are of no account, hold nothing.
func Holders(ctx context.Context, db projection.Control, life runtime.Incarnation, from runtime.Position) ([]Holder, error) {
	versions, err := Survey(ctx, db, "")
	if err != nil {
		return nil, err
	}
	var slow []Holder
	for i := range versions {
		v := &versions[i]
		if v.Consumes() || len(v.Shards) == 0 || v.IsTakenUp() && v.Incarnation != life {
			continue
		}
		if at := v.Position(); at < from-1 {
			slow = append(slow, Holder{v.Version, at})
		}
	}
	slices.SortStableFunc(slow, func(a, b Holder) int { return int(a.At - b.At) })
	return slow, nil
}

// ReadBoundary reads a position or a time, the latter in loc unless it names a zone.
func ReadBoundary(text string, loc *time.Location) (Boundary, error) {
	var n int64
	if _, err := fmt.Sscanf(text, "%d", &n); err == nil && fmt.Sprint(n) == text {
		if n < 1 {
			return Boundary{}, fmt.Errorf("position %d: positions count from 1", n)
		}
		return Boundary{Position: runtime.Position(n)}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateTime, "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, loc); err == nil {
			return Boundary{Time: at}, nil
		}
	}
	return Boundary{}, fmt.Errorf("%q is neither a position nor a time such as 2026-01-31 or 2026-01-31T12:00:00Z", text)
}
