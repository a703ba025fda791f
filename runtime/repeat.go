package runtime

import (
	"context"
	"fmt"

	"github.com/google/uuid"
)

// marker is the id of the first event that the cause's command would append to
// stream, or the zero UUID if the cause names no command.
func (c Cause) marker(stream StreamID) uuid.UUID {
	if c.command == uuid.Nil {
		return uuid.Nil
	}
	return c.EventID(stream, 0)
}

// repeated reports whether the stream holds the events of the cause's command,
// and what their append returned. A replay has seen the marker on its way; behind
// a snapshot it has to be looked up.
func (r *Repository[S]) repeated(ctx context.Context, stream StreamID, cause Cause, l *loaded[S]) (Executed, bool, error) {
	if l.marker == uuid.Nil {
		return Executed{}, false, nil
	}
	at := l.markedAt
	if finder, ok := r.store.(Finder); ok && at == 0 && l.fromSnapshot > 0 {
		found, err := finder.Find(ctx, l.marker)
		if err != nil {
			return Executed{}, false, fmt.Errorf("look for earlier events of command %s: %w", cause.command, err)
		}
		if len(found) > 0 {
			at = found[0].StreamVersion
		}
	}
	if at == 0 {
		return Executed{}, false, nil
	}
	first, err := r.original(ctx, stream, cause, at)
	return Executed{Appended: first, Version: l.Version}, true, err
}

// original reads the batch that begins at version at: the records whose ids
// follow from the command.
func (r *Repository[S]) original(ctx context.Context, stream StreamID, cause Cause, at StreamVersion) (Appended, error) {
	out := Appended{First: at, Duplicate: true}
	ordinal := 0
	for rec, err := range r.store.Load(ctx, stream, FromVersion(at)) {
		if err != nil {
			return out, fmt.Errorf("read earlier events of command %s: %w", cause.command, err)
		}
		if rec.ID != cause.EventID(stream, ordinal) {
			break
		}
		if ordinal == 0 {
			out.FirstPosition = rec.Position
		}
		out.Last, out.Position = rec.StreamVersion, rec.Position
		ordinal++
	}
	return out, nil
}
