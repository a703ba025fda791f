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
	// them. It keeps nobody from taking in more: Take notices.
	Taken(ctx context.Context, consumer string, streams []runtime.StreamID) (map[runtime.StreamID]Taken, error)
	// Take replaces what was taken in last, which is before, as it was seen in this
	// transaction or in an earlier one; no entry in before stands for nothing. If another
	// transaction took in more of one of last's streams meanwhile, this one fails with an
	// error that passes ([Database].Transient), at the latest when it commits.
	Take(ctx context.Context, consumer string, before, last map[runtime.StreamID]Taken) error
}

// Taken is the event of a stream that a consumer took in last.
type Taken struct {
	Version runtime.StreamVersion
	Event   uuid.UUID
}
