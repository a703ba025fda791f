package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Forgotten is what an archive states of the records that its store had forgotten
// before the archive began: it never held them.
type Forgotten struct {
	// First and Last are positions, both inclusive.
	First runtime.Position `json:"first"`
	Last  runtime.Position `json:"last"`
	// NotedAt is when the archive began.
	NotedAt time.Time `json:"noted_at"`
}

// forgottenEnding is that of the object which states it. It has a checksum as segments have.
const forgottenEnding = ".forgotten.json"

// ReadForgotten returns what the archive of one life of a store states to lack; nil if
// it began with the store. It may be a *[ChecksumError].
func ReadForgotten(ctx context.Context, sink Sink, life runtime.Incarnation) (*Forgotten, error) {
	names, err := sink.List(ctx, string(life)+"/")
	if err != nil {
		return nil, fmt.Errorf("list the archive of store %s: %w", life, err)
	}
	for _, name := range names {
		// without its checksum it was not written to its end, and will be again
		if !strings.HasSuffix(name, forgottenEnding) || !slices.Contains(names, name+sumEnding) {
			continue
		}
		content, err := get(ctx, sink, name)
		if err != nil {
			return nil, err
		}
		var f Forgotten
		if err := json.Unmarshal(content, &f); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		return &f, nil
	}
	return nil, nil
}

// note states that the archive begins behind last.
func note(ctx context.Context, sink Sink, life runtime.Incarnation, last runtime.Position) error {
	content, err := json.Marshal(Forgotten{First: 1, Last: last, NotedAt: runtime.Timestamp(time.Now())})
	if err != nil {
		return err
	}
	return put(ctx, sink, path.Join(string(life), "begin"+forgottenEnding), append(content, '\n'))
}

var _ projection.Beginner = (*writer[any])(nil)

// Begin implements [projection.Beginner]. An archive that holds nothing begins where the
// store does today, and states what is gone. One that holds something begins where that
// ends: records that neither has any more are a *[GapError].
func (w *writer[T]) Begin(ctx context.Context, l *projection.Lease) (runtime.Position, error) {
	first, err := firstKept(ctx, w.store)
	if err != nil || first <= 1 {
		return 0, err
	}
	life, gone := l.Version.Incarnation, first-1
	through, err := Through(ctx, w.sink, life)
	switch {
	case err != nil:
		return 0, err
	case through >= gone:
		return gone, nil
	case through > 0:
		return 0, &GapError{After: through, Next: first}
	}
	return gone, note(ctx, w.sink, life, gone)
}

// gap says what an archive lacks behind a position, and whether it states that.
func gap(ctx context.Context, sink Sink, life runtime.Incarnation, after, next runtime.Position) error {
	f, err := ReadForgotten(ctx, sink, life)
	stated := err == nil && f != nil && f.First <= after+1 && f.Last >= next-1
	return errors.Join(&GapError{After: after, Next: next, Forgotten: stated}, err)
}
