package projection

import (
	"context"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// Inbox remembers what consumers of a broker have taken in, one event a stream:
// versions of a stream ascend, so that the last one tells of all before it. Ledgers
// implement it beside [Ledger].
type Inbox interface {
	// Taken returns what consumer took in last of each stream, as far as it knows
	// them, and keeps other transactions from taking in more of these before this
	// one ends.
	Taken(ctx context.Context, consumer string, streams []runtime.StreamID) (map[runtime.StreamID]Taken, error)
	// Take replaces what was taken in last.
	Take(ctx context.Context, consumer string, last map[runtime.StreamID]Taken) error
}

// Taken is the event of a stream that a consumer took in last.
type Taken struct {
	Version runtime.StreamVersion
	Event   uuid.UUID
}
