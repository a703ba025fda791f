package saga

import (
	"context"
	"fmt"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Worker begins and runs the sagas of one definition. Any number of workers, in
// any number of processes, share them.
type Worker[T any] struct {
	config     config
	definition Definition
	digest     string
	events     runtime.Finder
	db         Database[T]
	decoder    *runtime.Registry
	append     AppendIn[T]
	woken      runtime.Signal
}

// NewWorker checks what it is given and starts nothing. Events holds the events
// that begin sagas, or that they await, and decoder reads them; append is where
// steps emit.
func NewWorker[T any](events runtime.Finder, db Database[T], decoder *runtime.Registry, append AppendIn[T], d Definition, opts ...Option) (*Worker[T], error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	w := &Worker[T]{config: newConfig(opts), definition: d, digest: d.digest(), events: events, db: db, decoder: decoder, append: append}
	return w, nil
}

// Starter returns what begins sagas, and what brings them the events that they
// await, for a [projection.Runner] over the store: each in the transaction of the
// checkpoint, and at once if the runner is in this process. Its ID is that of the
// saga. A rebuild of it begins nothing.
func (w *Worker[T]) Starter() projection.Projection[T] { return projection.Projection[T]{} }

// Wake makes the worker look at once for sagas that are due.
func (w *Worker[T]) Wake() { w.woken.Notify() }

// Run runs sagas until ctx ends; then it claims no more, lets steps end within the
// time of [WithDrain], gives back what it has, and returns nil. What fails
// meanwhile is logged and tried again. An error means that it has begun nothing:
// the database cannot be reached, *[VersionError], or *[DefinitionError].
func (w *Worker[T]) Run(ctx context.Context) error {
	return fmt.Errorf("run sagas %s: not yet", w.definition.ID)
}
