// Package record is what a team writes around the store of events.
package record

import (
	"context"

	"github.com/evgen/evgen/runtime"
)

// Recorder appends to one stream.
type Recorder struct {
	Store  runtime.Store
	Stream runtime.StreamID
}

// Fresh appends with a chain of its own.
func (r *Recorder) Fresh(ctx context.Context, events ...runtime.Event) error {
	return r.With(ctx, runtime.Root().WithActor("recorder"), events...)
}

// With appends with a cause.
func (r *Recorder) With(ctx context.Context, cause runtime.Cause, events ...runtime.Event) error {
	_, err := r.Store.Append(ctx, r.Stream, runtime.ExpectAny(), cause, events...)
	return err
}

// Or appends with the cause, or with a chain of its own where there is none.
func (r *Recorder) Or(ctx context.Context, cause runtime.Cause, events ...runtime.Event) error {
	if cause.Check() != nil {
		cause = runtime.Root()
	}
	return r.With(ctx, cause, events...)
}

// Cause is a new chain for whoever wants one.
func Cause(actor string) runtime.Cause { return runtime.Root().WithActor(actor) }

// After continues the chain of an event.
func After(c runtime.Causer, actor string) runtime.Cause { return runtime.CausedBy(c).WithActor(actor) }
