package pgmodel

import (
	"context"
	"errors"

	"github.com/evgen/evgen/runtime/projection"
)

// Handwritten is the handler of a read model that is written in Go.
//
// A failure is a *[projection.EventError]: that of a queued statement names the
// fact that queued it, however late it shows.
type Handwritten struct {
	// Names are those of the tables, as readers know them.
	Names []string
	// Make creates the tables, under [Tx.Table] of their names.
	Make func(ctx context.Context, tx *Tx) error
	// One gives one fact its effect, best by [Tx.Queue], so that a batch is one round trip.
	//
	//evgen:role projection
	One func(ctx context.Context, tx *Tx, f *projection.Fact) error
}

var _ projection.Handler[*Tx] = Handwritten{}

// Tables implements [projection.Handler].
func (h Handwritten) Tables() []string { return h.Names }

// Create implements [projection.Handler].
func (h Handwritten) Create(ctx context.Context, tx *Tx) error {
	for _, name := range h.Names {
		if err := checkName("table", name); err != nil {
			return err
		}
	}
	err := h.Make(ctx, tx)
	if err == nil {
		err = tx.Flush(ctx)
	}
	return wrap("create the tables of "+tx.version.String(), err)
}

// Apply implements [projection.Handler].
func (h Handwritten) Apply(ctx context.Context, tx *Tx, facts []projection.Fact) error {
	defer func() { tx.fact = none }()
	for i := range facts {
		tx.fact = i
		if err := h.One(ctx, tx, &facts[i]); err != nil {
			return blame(err, i)
		}
	}
	return tx.Flush(ctx)
}

// blame says that fact i failed, unless it is known to have been another one, or
// none: the shard has changed hands.
func blame(err error, i int) error {
	var known *projection.EventError
	if errors.As(err, &known) || errors.Is(err, projection.ErrFenced) {
		return err
	}
	return &projection.EventError{Index: i, Err: err}
}
