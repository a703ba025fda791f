package archive

import (
	"bytes"
	"context"
	"iter"
	"time"

	"github.com/evgen/evgen/runtime"
)

// Restore yields the records of one life of a store that an archive holds behind
// after, in their order and each once: what runtime.Importer takes. An error ends it:
// a *[ChecksumError], a *[LineError], or a *[GapError] for what is missing between
// after and the last segment. Of an archive that began later than its store nothing is
// restored unless after says so: see [ReadForgotten]. It holds one segment in memory.
func Restore(ctx context.Context, sink Sink, life runtime.Incarnation, after runtime.Position) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		segments, err := Segments(ctx, sink, life)
		if err != nil {
			yield(runtime.Record{}, err)
			return
		}
		at := after
		for _, s := range segments {
			if s.Last <= at {
				continue
			}
			if s.First > at+1 {
				yield(runtime.Record{}, gap(ctx, sink, life, at, s.First))
				return
			}
			if !restore(ctx, sink, s, at, yield) {
				return
			}
			at = s.Last
		}
	}
}

// restore yields what of a segment is behind a position, and reports whether to go on.
func restore(ctx context.Context, sink Sink, s Segment, after runtime.Position, yield func(runtime.Record, error) bool) bool {
	content, err := get(ctx, sink, s.Name)
	if err != nil {
		yield(runtime.Record{}, err)
		return false
	}
	for rec, err := range Read(s.Name, bytes.NewReader(content), time.Now()) {
		if err != nil {
			yield(rec, err)
			return false
		}
		if rec.Position > after && !yield(rec, nil) {
			return false
		}
	}
	return true
}
