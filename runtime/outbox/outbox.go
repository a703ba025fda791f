// Package outbox lets services that keep their state in tables say what they did: the
// event is written by the transaction that writes the rows, and so is there if and
// only if they are. The event log is the outbox: relays, read models, reactions and
// sagas follow it as they follow any.
//
// In go a transaction of the caller's and events; out come appends in it. It begins
// and ends no transaction, and knows no database: the package of a store has the
// function that appends (postgres.AppendIn, postgres.AppendInConn, sqlite.AppendIn).
package outbox

import (
	"context"
	"fmt"

	"github.com/evgen/evgen/runtime"
)

// AppendIn appends to a store in tx, in order; see reaction.AppendIn.
type AppendIn[T any] func(ctx context.Context, tx T, appends []runtime.Appending) ([]runtime.Appended, error)

// Entry is an event with the stream that it belongs to.
type Entry struct {
	Stream runtime.StreamID
	Event  runtime.Event
}

// Keyed is the entry of an event that has a declared key instead of an aggregate.
// stream is what is generated for it: Keyed(billing.InvoicePaidStream, paid).
func Keyed[E runtime.Event](stream func(E) runtime.StreamID, event E) Entry {
	return Entry{Stream: stream(event), Event: event}
}

// Outbox adds events to transactions of type T. It must be made by [New].
type Outbox[T any] struct{ append AppendIn[T] }

// New returns the outbox of a store.
func New[T any](append AppendIn[T]) *Outbox[T] { return &Outbox[T]{append} }

// Add appends entries in tx, those of each stream in their order: they become visible
// when tx commits. The streams may be of any version, and begin with the entry. A
// cause with a command makes it idempotent: see [runtime.Cause.WithCommand].
//
// It blocks on others who write to these streams. Errors: a *[runtime.AppendingError]
// for what is refused, and those of the store for transactions that it cannot use; in
// either case roll back.
func (o *Outbox[T]) Add(ctx context.Context, tx T, cause runtime.Cause, entries ...Entry) error {
	if _, err := o.append(ctx, tx, byStream(cause, entries)); err != nil {
		return fmt.Errorf("add to the outbox: %w", err)
	}
	return nil
}

// byStream makes one append of what goes to one stream: the ids of a command's events
// count them by stream.
func byStream(cause runtime.Cause, entries []Entry) []runtime.Appending {
	var appends []runtime.Appending
	at := make(map[runtime.StreamID]int, 1)
	for _, e := range entries {
		i, known := at[e.Stream]
		if !known {
			i = len(appends)
			at[e.Stream] = i
			appends = append(appends, runtime.Appending{Stream: e.Stream, Expect: runtime.ExpectAny(), Cause: cause})
		}
		appends[i].Events = append(appends[i].Events, e.Event)
	}
	return appends
}
