package runtime

import (
	"errors"
	"fmt"
)

// Appending is one of several appends that are made in one transaction.
type Appending struct {
	Stream StreamID
	Expect Expect
	Cause  Cause
	Events []Event
}

// AppendingError says which of several appends was refused, and wraps why: with one
// of the errors that [Store].Append has for what cannot be appended. Those in front
// of it are written, it and those behind it are not, and the transaction is usable.
type AppendingError struct {
	// Index counts the appends from 0.
	Index int
	Err   error
}

func (e *AppendingError) Error() string { return fmt.Sprintf("append %d: %v", e.Index, e.Err) }

func (e *AppendingError) Unwrap() error { return e.Err }

// Refused reports whether err is one of those with which a [Store] refuses an append
// for what it is, so that nothing was written and the store is well.
func Refused(err error) bool {
	if errors.Is(err, ErrKeysUnavailable) { // the event may be well
		return false
	}
	for _, known := range []error{ErrNoCause, ErrNoExpect, ErrNoEvents} {
		if errors.Is(err, known) {
			return true
		}
	}
	return isA[*ConflictError](err) || isA[*IdempotencyError](err) || isA[*TenantError](err) ||
		isA[*InvalidEventError](err) || isA[*InvalidStreamError](err)
}

func isA[E error](err error) bool {
	var target E
	return errors.As(err, &target)
}
