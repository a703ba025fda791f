package sqlitemodel

import (
	"context"

	"github.com/evgen/evgen/runtime/projection"
)

// Handwritten makes a handler of Go functions.
type Handwritten struct {
	// Names are those of the tables, as readers know them.
	Names []string
	// Make creates the tables, under tx.Table of their names.
	Make func(ctx context.Context, tx *Tx) error
	// One gives one fact its effect.
	//
	//evgen:role projection
	One func(ctx context.Context, tx *Tx, f *projection.Fact) error
}

var _ projection.Handler[*Tx] = Handwritten{}

// Tables implements [projection.Handler].
func (h Handwritten) Tables() []string { return h.Names }

// Create implements [projection.Handler].
func (h Handwritten) Create(ctx context.Context, tx *Tx) error { return h.Make(ctx, tx) }

// Apply implements [projection.Handler]. A failure is a *[projection.EventError].
func (h Handwritten) Apply(ctx context.Context, tx *Tx, facts []projection.Fact) error {
	for i := range facts {
		if err := h.One(ctx, tx, &facts[i]); err != nil {
			return &projection.EventError{Index: i, Err: err}
		}
	}
	return nil
}
