package delivery

import (
	"context"
	"fmt"

	"github.com/evgen/evgen/runtime"
)

// Sink is a broker that a [Relay] writes to.
type Sink interface {
	// Open begins to write as the one owner of a relay's shard, and keeps those
	// who owned it before from writing, where the broker can. It is called after
	// the shard was claimed, and again after each failure of the writer, while the
	// lease holds; it must not hang longer than ctx lets it.
	Open(ctx context.Context, owner Owner) (Writer, error)
}

// Owner is a shard of a relay, as its lease says.
type Owner struct {
	// Relay is the projection's ID: stable, in snake case.
	Relay string
	Shard int
	// First and Last bound the slots of the shard, both inclusive. A mark that was
	// left by fewer slots than these says nothing of the others.
	First, Last int
	// Epoch grows each time the shard changes hands.
	Epoch       int64
	Incarnation runtime.Incarnation
}

// Writer writes the messages of one shard. Its methods are called from one goroutine.
type Writer interface {
	// Last returns the mark of the last message of this shard that the broker had
	// at Open, the zero Mark if it has none or none that is still kept.
	Last() Mark
	// Write publishes messages in their order, many at a time, and blocks until the
	// broker has all of them safe, or one has failed: the first n are safe then. It
	// must be certain that no message behind the first failed one stands in front
	// of it when the writer is opened anew and told to go on there. A message that
	// the broker will never take is a *[RefusedError]; other errors may pass.
	// projection.ErrFenced says that another owner writes by now.
	Write(ctx context.Context, messages []Message) (n int, err error)
	// Close gives up what the writer holds. It waits for nothing that the broker owes.
	Close()
}

// RefusedError says that a broker will not take a message, however often it is
// tried: it is too large, say. The record becomes a dead letter.
type RefusedError struct {
	ID  string
	Err error
}

func (e *RefusedError) Error() string { return fmt.Sprintf("broker refuses event %s: %v", e.ID, e.Err) }

func (e *RefusedError) Unwrap() error { return e.Err }
