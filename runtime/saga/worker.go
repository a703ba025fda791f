package saga

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/evgen/evgen/runtime"
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
	for _, wireType := range d.types() {
		if decoder.Event(wireType) == nil {
			return nil, fmt.Errorf("saga %s: event type %q is in no schema", d.ID, wireType)
		}
	}
	return &Worker[T]{
		config: newConfig(opts), definition: d, digest: d.digest(),
		events: events, db: db, decoder: decoder, append: append,
	}, nil
}

// Wake makes the worker look at once for sagas that are due.
func (w *Worker[T]) Wake() { w.woken.Notify() }

// Run runs sagas until ctx ends; then it claims no more, lets steps end within the
// time of [WithDrain], gives back what it has, and returns nil. It waits for steps
// that go on though their context has ended. What fails meanwhile is logged and
// tried again. An error means that it has begun nothing: the database cannot be
// reached, *[VersionError], or *[DefinitionError].
func (w *Worker[T]) Run(ctx context.Context) error {
	known, err := w.prepare(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("run sagas %s: %w", w.definition.ID, err)
	}
	newCrew(w, known).run(ctx)
	return nil
}

// prepare makes the tables, and returns the digests of the sagas that w may go on with.
func (w *Worker[T]) prepare(ctx context.Context) ([]string, error) {
	if err := w.db.Setup(ctx); err != nil {
		return nil, err
	}
	known, newer := []string{w.digest}, 0
	err := w.register(ctx, func(r Registered) {
		if begins(w.definition.names(), r.Steps) {
			known = append(known, r.Digest)
		} else {
			newer += r.Open
		}
	})
	if err == nil && newer > 0 {
		w.config.logger.WarnContext(ctx, "sagas of a newer program are under way: this worker leaves them alone",
			slog.String("saga", w.definition.ID), slog.Int("open", newer))
	}
	return known, err
}
