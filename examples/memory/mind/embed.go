package mind

import (
	"context"
	"fmt"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/runtime"
)

// Embed notes what the words mean that an event has brought. The event is the
// command: however often it is called for one, there is one note.
func (m *Mind) Embed(ctx context.Context, words runtime.Meta, embedding memory.MemoryEmbedded) error {
	cause := runtime.CausedBy(words).WithCommand(words.ID).WithActor(m.actor).WithOccurredAt(words.OccurredAt)
	if _, err := m.store.Append(ctx, words.Stream, runtime.ExpectAny(), cause, embedding); err != nil {
		return fmt.Errorf("embed %s: %w", words.Stream, err)
	}
	return nil
}
