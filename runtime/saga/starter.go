package saga

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Starter returns what begins sagas, and what brings them the events that they
// await, for a [projection.Runner] over the store: each in the transaction of the
// checkpoint, and at once if the runner is in this process. Its ID is that of the
// saga. It has one version for ever, and cannot be rebuilt. While sagas are under way
// that [Worker.Run] refuses it stands still, for the same *[DefinitionError].
func (w *Worker[T]) Starter() projection.Projection[T] {
	return projection.Projection[T]{
		ID: w.definition.ID, Digest: projection.ReactionDigest, Types: w.definition.types(),
		Key: w.orderOf, Handler: &starter[T]{Worker: w},
	}
}

// orderOf is the ordering key of an event: that of the sagas that it is for, so
// that nothing which a saga awaits comes before its start.
func (w *Worker[T]) orderOf(f *projection.Fact) string {
	d := &w.definition
	if f.Data == nil {
		return f.Stream.String()
	}
	wireType := f.Data.EventType()
	if wireType == d.Start {
		return d.keyOf(f)
	}
	for i := range d.Steps {
		if l, ok := d.Steps[i].letter(f, wireType); ok {
			return l.ID
		}
	}
	return f.Stream.String()
}

// starter is a saga's beginning as runners see it. It has no tables of its own.
type starter[T any] struct {
	*Worker[T]
	asked atomic.Bool // whether it was admitted
}

var (
	_ projection.Handler[any] = (*starter[any])(nil)
	_ projection.Gated        = (*starter[any])(nil)
)

// Tables implements [projection.Handler].
func (*starter[T]) Tables() []string { return nil }

// Create implements [projection.Handler].
func (s *starter[T]) Create(ctx context.Context, tx T) error { return s.db.Create(ctx, tx) }

// Apply implements [projection.Handler].
func (s *starter[T]) Apply(ctx context.Context, tx T, facts []projection.Fact) error {
	if err := s.admitted(ctx, tx); err != nil {
		return err
	}
	var sagas []Begin
	var letters []Posted
	for i := range facts {
		if !s.due(tx, &facts[i]) {
			continue
		}
		begin, posted, err := s.meaning(&facts[i])
		if err != nil {
			return &projection.EventError{Index: i, Err: err}
		}
		if begin != nil && len(letters) > 0 { // an event from before the start is none for the saga
			if err := s.store(ctx, tx, sagas, letters); err != nil {
				return err
			}
			sagas, letters = nil, nil
		}
		if begin != nil {
			sagas = append(sagas, *begin)
		}
		letters = append(letters, posted...)
	}
	if err := s.store(ctx, tx, sagas, letters); err != nil {
		return err
	}
	s.Wake()
	return nil
}

func (s *starter[T]) store(ctx context.Context, tx T, sagas []Begin, letters []Posted) error {
	if len(sagas) > 0 {
		if err := s.db.Begin(ctx, tx, sagas); err != nil {
			return fmt.Errorf("begin sagas %s: %w", s.definition.ID, err)
		}
	}
	if len(letters) > 0 {
		if err := s.db.Post(ctx, tx, letters); err != nil {
			return fmt.Errorf("keep events for sagas %s: %w", s.definition.ID, err)
		}
	}
	return nil
}

// effective is a transaction that knows whether side effects are its version's.
type effective interface {
	Effects(position runtime.Position) bool
}

// due reports whether f has an effect here.
func (s *starter[T]) due(tx T, f *projection.Fact) bool {
	if f.Position <= s.config.after {
		return false
	}
	version, ok := any(tx).(effective)
	return !ok || version.Effects(f.Position)
}

// KeyError says that an event gives no correlation key.
type KeyError struct {
	Saga, Type string
}

func (e *KeyError) Error() string {
	return fmt.Sprintf("saga %s: event %s has an empty correlation key", e.Saga, e.Type)
}

// meaning says which saga f begins, if any, and to which steps it is a letter.
func (s *starter[T]) meaning(f *projection.Fact) (begin *Begin, posted []Posted, err error) {
	d := &s.definition
	wireType := f.Data.EventType()
	if wireType == d.Start {
		begin = &Begin{
			Ref: Ref{Saga: d.ID, Tenant: f.Tenant, ID: d.keyOf(f)}, Digest: s.digest, Step: d.Steps[0].Name, Timeout: d.Timeout,
			Start: Start{Event: f.ID, Ordinal: f.Ordinal, Correlation: f.Correlation},
		}
		if begin.ID == "" {
			return nil, nil, &KeyError{d.ID, wireType}
		}
	}
	names := d.names()
	for i := range d.Steps {
		l, ok := d.Steps[i].letter(f, wireType)
		if !ok {
			continue
		}
		if l.Saga = d.ID; l.ID == "" {
			return nil, nil, &KeyError{d.ID, wireType}
		}
		posted = append(posted, Posted{Letter: l, Until: names[:i+1]})
	}
	return begin, posted, nil
}

// letter returns what f says to a step, if it awaits it.
func (s *Step) letter(f *projection.Fact, wireType string) (Letter, bool) {
	l := Letter{Ref: Ref{Tenant: f.Tenant}, Step: s.Name, Outcome: Received, Event: f.ID, Ordinal: f.Ordinal}
	for _, a := range s.Await {
		if a.Type == wireType {
			l.ID = a.keyOf(f)
			return l, true
		}
	}
	for _, a := range s.Refuse {
		if a.Type == wireType {
			l.ID, l.Outcome = a.keyOf(f), Refused
			return l, true
		}
	}
	return l, false
}

// keyOf returns the key of an event; without a Key that is its stream.
func (a *Awaited) keyOf(f *projection.Fact) string {
	if a.Key == nil {
		return f.Stream.String()
	}
	return a.Key(f)
}
