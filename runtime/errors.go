package runtime

import (
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// Errors that say all there is to say. Test for them with errors.Is.
var (
	// ErrNoEvents refuses an append of nothing.
	ErrNoEvents = errors.New("no events to append")
	// ErrClosed is returned by every method of a store after Close.
	ErrClosed = errors.New("store is closed")
	// ErrRetentionGap is matched by *[RetentionGapError].
	ErrRetentionGap = errors.New("records are no longer kept")
	// ErrStoreRewound is matched by *[StoreRewoundError].
	ErrStoreRewound = errors.New("store ends before the position")
)

// ConflictError says that a stream was not as expected. Nothing was written.
type ConflictError struct {
	Stream   StreamID
	Expected Expect
	// Actual is the version of the stream's last event, 0 for none.
	Actual StreamVersion
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("conflict on %s: expected %s, found version %d", e.Stream, e.Expected, e.Actual)
}

// IdempotencyError refuses events of which some, but not exactly the same
// batch, are stored already. Nothing was written.
type IdempotencyError struct {
	// ID is an event id that is stored, in Stream.
	ID     uuid.UUID
	Stream StreamID
	Reason string
}

func (e *IdempotencyError) Error() string {
	return fmt.Sprintf("event %s is stored in %s already: %s", e.ID, e.Stream, e.Reason)
}

// TenantError refuses an append to a stream of another tenant. Nothing was written.
type TenantError struct {
	Stream StreamID
	Tenant Tenant
}

func (e *TenantError) Error() string {
	return fmt.Sprintf("stream %s does not belong to tenant %q", e.Stream, e.Tenant)
}

// RetentionGapError says that records above After are gone; the first kept one
// stands at FirstKept. Its target for errors.Is is [ErrRetentionGap].
type RetentionGapError struct {
	After, FirstKept Position
}

func (e *RetentionGapError) Error() string {
	return fmt.Sprintf("records after position %d are no longer kept (the first is %d)", e.After, e.FirstKept)
}

// Is makes errors.Is(err, ErrRetentionGap) true.
func (e *RetentionGapError) Is(target error) bool { return target == ErrRetentionGap }

// StoreRewoundError says that a reader has seen more than the store holds, or that
// it began to read in another life of it: the store was restored or replaced. Its target for errors.Is is [ErrStoreRewound].
type StoreRewoundError struct {
	After, Head Position
	Incarnation Incarnation
}

func (e *StoreRewoundError) Error() string {
	if e.After <= e.Head {
		return fmt.Sprintf("store has begun another life, %s: what was read up to position %d is of the one before", e.Incarnation, e.After)
	}
	return fmt.Sprintf("store %s ends at position %d, before %d", e.Incarnation, e.Head, e.After)
}

// Is makes errors.Is(err, ErrStoreRewound) true.
func (e *StoreRewoundError) Is(target error) bool { return target == ErrStoreRewound }
