package delivery

import (
	"context"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// TableMaker is what a handler of events may be besides: one with tables of its own.
// They are made once, when the consumer runs for the first time.
type TableMaker[T any] interface {
	// Tables lists the tables by the names under which they are read.
	Tables() []string
	// Create makes the tables under the names that the transaction gives them.
	Create(ctx context.Context, tx T) error
}

// Forgetter is what a handler must be that writes what came out of sealed fields.
type Forgetter[T any] interface {
	// ForgetSubject removes, with tx, what was made of the personal data of a subject of
	// a tenant. It may be called again, and for subjects of whom nothing was written.
	ForgetSubject(ctx context.Context, tx T, tenant runtime.Tenant, subject string) error
}

// Each makes a handler, for [NewConsumer], of h, to which apply hands one event at a
// time. If h is a [TableMaker] its tables are made; others write to what is there.
func Each[T, H any](h H, apply func(ctx context.Context, tx T, h H, f *projection.Fact) error) projection.Handler[T] {
	maker, _ := any(h).(TableMaker[T])
	forgetter, _ := any(h).(Forgetter[T])
	return &each[T, H]{h, maker, forgetter, apply}
}

type each[T, H any] struct {
	handler H
	maker   TableMaker[T]
	forget  Forgetter[T]
	apply   func(ctx context.Context, tx T, h H, f *projection.Fact) error
}

func (e *each[T, H]) forgetter() Forgetter[T] { return e.forget }

// Tables implements [projection.Handler].
func (e *each[T, H]) Tables() []string {
	if e.maker == nil {
		return nil
	}
	return e.maker.Tables()
}

// Create implements [projection.Handler].
func (e *each[T, H]) Create(ctx context.Context, tx T) error {
	if e.maker == nil {
		return nil
	}
	return e.maker.Create(ctx, tx)
}

// Apply implements [projection.Handler]. A failure is a *[projection.EventError].
func (e *each[T, H]) Apply(ctx context.Context, tx T, facts []projection.Fact) error {
	for i := range facts {
		if err := e.apply(ctx, tx, e.handler, &facts[i]); err != nil {
			return &projection.EventError{Index: i, Err: err}
		}
	}
	return nil
}
