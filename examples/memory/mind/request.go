package mind

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/events/memory/memoryprocess"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/saga"
)

// Request asks for a consolidation and returns the id of the memory that is to
// come to be. It does not wait for it: unlike [Mind.Consolidate], which the caller
// has to repeat if it breaks off, the saga brings it to an end. Its error is
// [ErrTooFew].
func (m *Mind) Request(ctx context.Context, parts []uuid.UUID, text string) (uuid.UUID, error) {
	parts = distinct(parts)
	if len(parts) < 2 {
		return uuid.Nil, ErrTooFew
	}
	request := memory.ConsolidationRequested{Whole: m.newID(), Text: text, Parts: parts}
	_, err := m.store.Append(ctx, memory.ConsolidationRequestedStream(request), runtime.ExpectNew(), m.cause(), request)
	if err != nil {
		return uuid.Nil, fmt.Errorf("request a consolidation: %w", err)
	}
	return request.Whole, nil
}

// Consolidation takes the steps of a requested consolidation. It needs no state:
// all that it has to know stands in the request.
type Consolidation struct{ mind *Mind }

var _ memoryprocess.ConsolidateSteps[struct{}] = Consolidation{}

// ConsolidateRun is one attempt of one of its steps.
type ConsolidateRun = memoryprocess.ConsolidateRun[struct{}]

// Consolidation returns the steps, for a saga's worker.
func (m *Mind) Consolidation() Consolidation { return Consolidation{m} }

// Capture lets the whole come to be, beside its parts.
func (c Consolidation) Capture(ctx context.Context, run *ConsolidateRun) error {
	request := run.Start.Data
	for _, id := range request.Parts {
		if _, err := c.part(ctx, id); err != nil {
			return err
		}
	}
	created := memory.MemoryCreated{Text: request.Text, Source: memory.Source{Origin: memory.OriginTool}, CreatedAt: run.Start.OccurredAt}
	run.Emit(
		memoryprocess.EmitMemoryCreated(request.Whole, created).Expecting(runtime.ExpectNew()),
		memoryprocess.EmitMemoryConsolidated(request.Whole, memory.MemoryConsolidated{Parts: request.Parts}),
	)
	return nil
}

// Discard takes the whole back.
func (c Consolidation) Discard(_ context.Context, run *ConsolidateRun) error {
	forgotten := memory.MemoryForgotten{Reason: "The consolidation was undone."}
	run.Emit(memoryprocess.EmitMemoryForgotten(run.Start.Data.Whole, forgotten))
	return nil
}

// Absorb lets the whole stand for its parts: for all of them, in one transaction,
// or for none. A part that changes meanwhile makes it look again.
func (c Consolidation) Absorb(ctx context.Context, run *ConsolidateRun) error {
	whole := run.Start.Data.Whole
	for _, id := range run.Start.Data.Parts {
		part, err := c.part(ctx, id)
		if err != nil {
			return err
		}
		absorbed := memoryprocess.EmitMemoryAbsorbed(id, memory.MemoryAbsorbed{Into: whole})
		run.Emit(absorbed.Expecting(runtime.ExpectVersion(part.Version)))
	}
	return nil
}

// part returns a memory that can be a part. That it cannot, no retry will change.
func (c Consolidation) part(ctx context.Context, id uuid.UUID) (Item, error) {
	part, err := c.mind.Now(ctx, id)
	if errors.Is(err, ErrUnknown) {
		return part, saga.Permanent(err)
	}
	if err == nil && part.Status != Kept {
		gone := &GoneError{Status: part.Status, Into: part.Into, Reason: part.Reason}
		return part, saga.Permanent(fmt.Errorf("part %s: %w", id, gone))
	}
	return part, err
}
