package mind

import (
	"context"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/events/memory/memoryprocess"
	"github.com/evgen/evgen/runtime"
)

// Inheritance refreshes what stands for other memories, once for each of them.
type Inheritance struct{}

var _ memoryprocess.InheritReaction = Inheritance{}

// MemoryAbsorbed implements [memoryprocess.InheritReaction].
func (Inheritance) MemoryAbsorbed(_ context.Context, event runtime.Envelope[memory.MemoryAbsorbed]) ([]memoryprocess.InheritEmission, error) {
	return []memoryprocess.InheritEmission{memoryprocess.EmitMemoryAccessed(event.Data.Into, memory.MemoryAccessed{})}, nil
}
