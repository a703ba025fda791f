package saga

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Attempt is a [Run] as generated code gives it to the methods of steps: D is the
// start event, S the saga's own state, E what the saga emits. Tests may make one.
type Attempt[D, S, E any] struct {
	Ref
	// Step and Kind say what is to be done, Attempt how often it was begun, from 1.
	Step    string
	Kind    Kind
	Attempt int
	// Key is the same in each attempt, and for no other step: what is done twice
	// under one key must have its effect once.
	Key uuid.UUID
	// Correlation is that of the start event and of all that the saga emits.
	Correlation uuid.UUID
	// Start is the event that began the saga, as it reads today.
	Start runtime.Envelope[D]
	// Received holds the events that were awaited and have come, by their steps.
	Received map[string]projection.Fact
	// State is the saga's own. What a step leaves in it is kept if the step succeeds.
	State *S

	emitted []E
}

// Emit has events appended in the transaction that commits the step: see [Run.Emit].
func (a *Attempt[D, S, E]) Emit(emissions ...E) { a.emitted = append(a.emitted, emissions...) }

// Emitted returns what was emitted so far, for tests of steps.
func (a *Attempt[D, S, E]) Emitted() []E { return a.emitted }

// Typed makes the function of a [Step] of a method that takes an [Attempt]; emission
// opens what the saga emits.
func Typed[D, S, E any](method func(ctx context.Context, a *Attempt[D, S, E]) error, emission func(E) Emission) func(ctx context.Context, r *Run) error {
	return func(ctx context.Context, r *Run) error {
		start, ok := any(r.Start.Data).(D)
		if !ok {
			return Permanent(fmt.Errorf("%s began with %T, which is not its start event", r.Ref, r.Start.Data))
		}
		return WithState(r, func(state *S) error {
			a := &Attempt[D, S, E]{
				Ref: r.Ref, Step: r.Step, Kind: r.Kind, Attempt: r.Attempt, Key: r.Key, Correlation: r.Correlation,
				Start: runtime.Wrap(r.Start.Meta, start), Received: r.Received, State: state,
			}
			if err := method(ctx, a); err != nil {
				return err
			}
			for _, e := range a.emitted {
				r.Emit(emission(e))
			}
			return nil
		})
	}
}
