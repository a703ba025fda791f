package library

import (
	"context"

	"github.com/evgen/evgen/runtime/projection"
)

// Refuse says why a fact cannot be handled; nil if it can.
type Refuse func(f *projection.Fact) error

// refusing is a handler that fails with some facts.
type refusing[T any] struct {
	projection.Handler[T]
	refuse Refuse
}

// Apply implements [projection.Handler].
func (r refusing[T]) Apply(ctx context.Context, tx T, facts []projection.Fact) error {
	for i := range facts {
		if err := r.refuse(&facts[i]); err != nil {
			return &projection.EventError{Index: i, Err: err}
		}
	}
	return r.Handler.Apply(ctx, tx, facts)
}

// guarded puts refuse in front of p's handler.
func guarded[T any](p projection.Projection[T], refuse Refuse) projection.Projection[T] {
	if refuse != nil {
		p.Handler = refusing[T]{p.Handler, refuse}
	}
	return p
}
