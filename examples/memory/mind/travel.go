package mind

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/runtime"
)

// Now returns a memory as it is. Its error is [ErrUnknown] if it was never captured.
func (m *Mind) Now(ctx context.Context, id uuid.UUID) (Item, error) {
	state, err := m.memories.Load(ctx, memory.MemoryStream(id))
	return item(id, state, err)
}

// At returns a memory as it was at a version; a version that is not there yet
// is the newest one.
func (m *Mind) At(ctx context.Context, id uuid.UUID, version runtime.StreamVersion) (Item, error) {
	state, err := m.memories.LoadAt(ctx, memory.MemoryStream(id), version)
	return item(id, state, err)
}

// AsOf returns what was known of a memory at a time. Its error is [ErrUnknown]
// if that was before it was captured.
func (m *Mind) AsOf(ctx context.Context, id uuid.UUID, at time.Time) (Item, error) {
	state, err := m.memories.LoadAsOf(ctx, memory.MemoryStream(id), at)
	return item(id, state, err)
}

func item(id uuid.UUID, state runtime.State[Memory], err error) (Item, error) {
	if err == nil && state.Version == 0 {
		err = ErrUnknown
	}
	if err != nil {
		return Item{}, fmt.Errorf("load memory %s: %w", id, err)
	}
	return Item{ID: id, Version: state.Version, Memory: state.Data}, nil
}

// History yields what happened to a memory, oldest first. The envelope's Version
// is the one that was stored, its data is of the newest one.
func (m *Mind) History(ctx context.Context, id uuid.UUID) iter.Seq2[memory.Envelope, error] {
	return memory.Load(ctx, m.store, memory.MemoryStream(id))
}
