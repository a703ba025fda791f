package reaction

import (
	"context"
	"errors"
	"fmt"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Through appends to a store that the transactions of T know nothing of: that of
// another database. Each append is a commit of its own. After a crash, and by an
// owner that has lost its lease, events are appended again, which their ids keep from
// having an effect; but they stay if the transaction is rolled back.
//
// It must not be the store in the same SQLite file as T: the two would wait for each other.
func Through[T any](store runtime.Store) AppendIn[T] {
	return func(ctx context.Context, _ T, appends []runtime.Appending) ([]runtime.Appended, error) {
		out := make([]runtime.Appended, 0, len(appends))
		for i := range appends {
			a := &appends[i]
			one, err := store.Append(ctx, a.Stream, a.Expect, a.Cause, a.Events...)
			switch {
			case refused(err):
				return out, &runtime.AppendingError{Index: i, Err: err}
			case err != nil:
				return out, fmt.Errorf("%w: %w", projection.ErrUnavailable, err)
			}
			out = append(out, one)
		}
		return out, nil
	}
}

// refused reports whether a store will never take an append that has failed so.
func refused(err error) bool {
	var conflict *runtime.ConflictError
	var repeated *runtime.IdempotencyError
	var tenant *runtime.TenantError
	var event *runtime.InvalidEventError
	var stream *runtime.InvalidStreamError
	return errors.As(err, &conflict) || errors.As(err, &repeated) || errors.As(err, &tenant) ||
		errors.As(err, &event) || errors.As(err, &stream) ||
		errors.Is(err, runtime.ErrNoCause) || errors.Is(err, runtime.ErrNoExpect) || errors.Is(err, runtime.ErrNoEvents)
}
