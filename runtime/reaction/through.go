package reaction

import (
	"context"
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
			case runtime.Refused(err):
				return out, &runtime.AppendingError{Index: i, Err: err}
			case err != nil:
				return out, fmt.Errorf("%w: %w", projection.ErrUnavailable, err)
			}
			out = append(out, one)
		}
		return out, nil
	}
}
