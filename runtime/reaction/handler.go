package reaction

import (
	"context"
	"errors"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// handler is a reaction as runners see it. It has no tables.
type handler[T any] struct {
	config
	id     string
	append AppendIn[T]
	handle Handle
}

var _ projection.Handler[any] = (*handler[any])(nil)

// Tables implements [projection.Handler].
func (*handler[T]) Tables() []string { return nil }

// Create implements [projection.Handler].
func (*handler[T]) Create(context.Context, T) error { return nil }

// Apply implements [projection.Handler]: all that follows from facts is appended together.
func (h *handler[T]) Apply(ctx context.Context, tx T, facts []projection.Fact) error {
	var out emissions
	for i := range facts {
		if !h.due(tx, &facts[i]) {
			continue
		}
		if err := h.react(ctx, &facts[i], i, &out); err != nil {
			return &projection.EventError{Index: i, Err: err}
		}
	}
	return h.emit(ctx, tx, out)
}

// emissions are what facts lead to: appends[i] is that of fact of[i].
type emissions struct {
	appends []runtime.Appending
	of      []int
}

// effective is a transaction that knows whether side effects are its version's.
type effective interface {
	Effects(position runtime.Position) bool
}

// due reports whether anything may follow from f here.
func (h *handler[T]) due(tx T, f *projection.Fact) bool {
	if f.Position <= h.from || f.RecordedAt.Before(h.since) {
		return false
	}
	version, ok := any(tx).(effective)
	return !ok || version.Effects(f.Position)
}

// react adds what follows from f, which is fact number at.
func (h *handler[T]) react(ctx context.Context, f *projection.Fact, at int, out *emissions) error {
	emitted, err := h.handle(ctx, f)
	if err != nil || len(emitted) == 0 {
		return err
	}
	if hops := hopsOf(f); hops >= h.hops {
		return &LoopError{Reaction: h.id, Hops: hops, Limit: h.hops}
	}
	cause := causeOf(f)
	for n, e := range emitted {
		if e.Expect.Kind() == runtime.KindInvalid {
			e.Expect = runtime.ExpectAny()
		}
		out.of = append(out.of, at)
		out.appends = append(out.appends, runtime.Appending{
			Stream: e.Stream, Expect: e.Expect, Cause: cause.WithCommand(command(h.id, f, n)), Events: []runtime.Event{e.Event},
		})
	}
	return nil
}

// emit appends, passing over what was emitted before by other code.
func (h *handler[T]) emit(ctx context.Context, tx T, out emissions) error {
	for len(out.appends) > 0 {
		_, err := h.append(ctx, tx, out.appends)
		var refused *runtime.AppendingError
		if !errors.As(err, &refused) {
			return err
		}
		if !emittedBefore(&out.appends[refused.Index], refused.Err) {
			return &projection.EventError{Index: out.of[refused.Index], Err: refused.Err}
		}
		out.appends, out.of = out.appends[refused.Index+1:], out.of[refused.Index+1:]
	}
	return nil
}

// emittedBefore reports whether a was refused since its event is stored, with what the
// code of that day put into it.
func emittedBefore(a *runtime.Appending, err error) bool {
	var repeated *runtime.IdempotencyError
	return errors.As(err, &repeated) && repeated.ID == a.Cause.EventID(a.Stream, 0)
}
