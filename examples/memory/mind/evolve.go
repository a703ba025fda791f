package mind

import (
	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/runtime"
)

// evolver folds events into memories. It sees the newest version of each event
// only: what was stored as version 1 has been upcast before it comes here.
type evolver struct{}

var _ memory.MemoryEvolver[Memory] = evolver{}

func (evolver) MemoryCreated(m Memory, e runtime.Envelope[memory.MemoryCreated]) Memory {
	m.Status, m.Text, m.Source, m.CreatedAt = Kept, e.Data.Text, e.Data.Source, e.Data.CreatedAt
	m.Embedding = e.Data.Embedding
	m.refresh(e.Data.CreatedAt)
	return m
}

func (evolver) MemoryReworded(m Memory, e runtime.Envelope[memory.MemoryReworded]) Memory {
	m.Text = e.Data.Text
	m.Rewordings++
	return m
}

func (evolver) MemoryAccessed(m Memory, e runtime.Envelope[memory.MemoryAccessed]) Memory {
	m.Accesses++
	m.LastAccess = e.OccurredAt
	m.refresh(e.OccurredAt)
	return m
}

func (evolver) MemoryConsolidated(m Memory, e runtime.Envelope[memory.MemoryConsolidated]) Memory {
	m.Parts = e.Data.Parts
	return m
}

func (evolver) MemoryAbsorbed(m Memory, e runtime.Envelope[memory.MemoryAbsorbed]) Memory {
	m.Status, m.Into = Absorbed, e.Data.Into
	return m
}

func (evolver) MemoryEmbedded(m Memory, e runtime.Envelope[memory.MemoryEmbedded]) Memory {
	m.Embedding = e.Data.Vector
	return m
}

func (evolver) MemoryForgotten(m Memory, e runtime.Envelope[memory.MemoryForgotten]) Memory {
	m.Status, m.Reason = Forgotten, e.Data.Reason
	return m
}
