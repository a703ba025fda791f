// Package upcast is what generated upcasts call: presence, collections, conversions.
//
// In: values of an old version. Out: values of the next one. Everything in it
// is pure and total: equal input gives equal output, nothing is read from a
// clock, a random source or a service, and a conversion that cannot be made
// gives the value that the schema names for that case.
package upcast

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// Step is one upcast under way: the envelope that its rules may read, and the first error of a hand-written one.
type Step struct {
	Meta *runtime.Meta
	err  error
}

// NewStep begins the upcast of the event that m describes.
func NewStep(m *runtime.Meta) *Step { return &Step{Meta: m} }

// Err returns the first error of a hand-written upcast, or nil.
func (s *Step) Err() error { return s.err }

// Func is a hand-written upcast. It is pure: equal input gives equal output.
//
//evgen:role upcaster
type Func[O, T any] func(m *runtime.Meta, old O) (T, error)

// Custom calls a hand-written upcast. Its error is kept for [Step.Err], with the name of what it makes.
func Custom[O, T any](s *Step, what string, f Func[O, T], old O) T {
	value, err := f(s.Meta, old)
	if err != nil && s.err == nil {
		s.err = fmt.Errorf("upcast %s: %w", what, err)
	}
	return value
}

// StreamUUID returns the id part of the event's stream. Where that is no UUID, the step fails.
func (s *Step) StreamUUID() uuid.UUID {
	id, err := uuid.Parse(s.Meta.Stream.ID())
	if err != nil && s.err == nil {
		s.err = fmt.Errorf("upcast: the id of stream %q is no UUID: %w", s.Meta.Stream, err)
	}
	return id
}

// NotWrittenError says that a hand-written upcast is still the stub that evgen made.
type NotWrittenError struct{ Func string }

func (e *NotWrittenError) Error() string {
	return fmt.Sprintf("%s is not written yet: replace the stub by the upcast that the schema leaves to you", e.Func)
}
