package runtime

import (
	"errors"
	"fmt"
)

// Event is a payload that can be stored. Generated code implements it, by value,
// on the struct of every version of every event, so that a service in a rolling
// deploy may go on producing the version before the newest.
type Event interface {
	// EventType returns the wire type, such as "memory.MemoryCreated".
	EventType() string
	// EventVersion returns the schema version of this struct, from 1.
	EventVersion() int
	// AppendJSON appends the encoded payload to dst and returns the longer slice.
	// Equal events encode to equal bytes. On an error dst is returned as it was.
	AppendJSON(dst []byte) ([]byte, error)
	// Validate checks the schema's constraints. Append calls it; decoding never
	// does, since a tightened constraint must not make history unreadable.
	// For a retired event it returns a *[RetiredError].
	Validate() error
}

// RetiredError refuses to produce an event whose schema says retired: true.
// Stored events of that type remain readable.
type RetiredError struct {
	Type string
}

func (e *RetiredError) Error() string {
	return fmt.Sprintf("event %s is retired and can no longer be produced", e.Type)
}

// InvalidEventError says which event of an append was refused, and why: it
// wraps what Validate or AppendJSON returned. Nothing was written.
type InvalidEventError struct {
	// Index counts the events of the append from 0.
	Index int
	Type  string
	Err   error
}

func (e *InvalidEventError) Error() string {
	return fmt.Sprintf("event %d (%s): %v", e.Index, e.Type, e.Err)
}

func (e *InvalidEventError) Unwrap() error { return e.Err }

var errNilEvent = errors.New("event is nil")
