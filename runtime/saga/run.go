package saga

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Run is one attempt of one step of one saga: what the step's method is given.
type Run struct {
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
	Start projection.Fact
	// Received holds the events that were awaited and have come, by their steps.
	Received map[string]projection.Fact
	// State is the saga's own, as JSON. What a step leaves in it is kept if the
	// step succeeds. See [WithState].
	State json.RawMessage
	// StateErased says that State is gone, since it held data of somebody who was
	// erased meanwhile: then it is empty.
	StateErased bool

	// handed is State as the method was given it, and keys are those under which
	// what it leaves there is sealed.
	handed    json.RawMessage
	keys      []uuid.UUID
	emissions []Emission
}

// Emission is an event that a step emits.
type Emission struct {
	Stream runtime.StreamID
	// Expect is the condition; the zero one demands nothing.
	Expect runtime.Expect
	Event  runtime.Event
}

// Emit has events appended in the transaction that commits the step. Their cause
// is the start event, their correlation the saga's; each one's id follows from Key
// and its place, so that it is there once. A refused append is a failed attempt.
func (r *Run) Emit(emissions ...Emission) { r.emissions = append(r.emissions, emissions...) }

// WithState lets fn change the saga's state as a value, and encodes it if fn
// succeeds. The state of a saga that has none yet is the zero S. One that is erased
// is a [Permanent] [ErrStateErased].
func WithState[S any](r *Run, fn func(state *S) error) error {
	if r.StateErased {
		return Permanent(ErrStateErased)
	}
	var state S
	if len(r.State) > 0 {
		if err := json.Unmarshal(r.State, &state); err != nil {
			return fmt.Errorf("read the state of %s: %w", r.Ref, err)
		}
	}
	if err := fn(&state); err != nil {
		return err
	}
	encoded, err := json.Marshal(&state)
	if err != nil {
		return fmt.Errorf("encode the state of %s: %w", r.Ref, err)
	}
	r.State = encoded
	return nil
}

// Permanent marks an error of a step as one that no retry helps: the step has
// failed for good.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanent{err}
}

type permanent struct{ error }

func (p *permanent) Unwrap() error { return p.error }

// isPermanent reports whether err was marked by [Permanent].
func isPermanent(err error) bool {
	var p *permanent
	return errors.As(err, &p)
}
