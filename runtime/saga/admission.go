package saga

import (
	"context"
	"fmt"
	"slices"

	"github.com/evgen/evgen/runtime/projection"
)

// Sagas whose definitions do not go together must not be under way at once: no program
// could run them all. So what begins sagas registers its definition first, which is refused
// while sagas of such another one are under way; and in each transaction it asks whether
// another one was registered since. Who registers waits for those transactions.

// register registers the definition, and calls each for those that go together with it.
// It returns *[DefinitionError] if sagas of others are under way.
func (w *Worker[T]) register(ctx context.Context, each func(Registered)) error {
	names := w.definition.names()
	return w.db.Register(ctx, w.definition.ID, Registered{Digest: w.digest, Steps: names}, func(others []Registered) error {
		for _, r := range others {
			if !goTogether(names, r.Steps) && r.Open > 0 {
				return &DefinitionError{Saga: w.definition.ID, Open: r.Open, Steps: r.Steps, Now: names}
			}
		}
		for _, r := range others {
			if goTogether(names, r.Steps) {
				each(r)
			}
		}
		return nil
	})
}

// Admit implements [projection.Gated].
func (s *starter[T]) Admit(ctx context.Context) error {
	s.asked.Store(true)
	return s.register(ctx, func(Registered) {})
}

// errWrapped waits for a program that is mended: no event is lost to it.
var errWrapped = fmt.Errorf("%w: what begins sagas was not admitted; a handler around it has to be a projection.Gated, too", projection.ErrUnavailable)

// admitted returns [projection.ErrFenced] if another definition was registered since
// Admit that does not go together with this one.
func (s *starter[T]) admitted(ctx context.Context, tx T) error {
	if !s.asked.Load() {
		return errWrapped
	}
	all, err := s.db.Definitions(ctx, tx, s.definition.ID)
	if err != nil {
		return fmt.Errorf("definitions of sagas %s: %w", s.definition.ID, err)
	}
	names := s.definition.names()
	for _, r := range slices.Backward(all) {
		switch {
		case r.Digest == s.digest:
			return nil
		case !goTogether(names, r.Steps):
			return fmt.Errorf("%w: a program with another definition of %s was started", projection.ErrFenced, s.definition.ID)
		}
	}
	return fmt.Errorf("%w: the definition of %s is not registered", projection.ErrFenced, s.definition.ID)
}

// goTogether reports whether sagas of two definitions may be under way at once: one has
// the steps of the other, and maybe more behind them.
func goTogether(a, b []string) bool { return begins(a, b) || begins(b, a) }

// begins reports whether the first of all are those of some.
func begins(all, some []string) bool {
	return len(all) >= len(some) && slices.Equal(all[:len(some)], some)
}
