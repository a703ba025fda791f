package runtime

import (
	"context"
	"iter"
	"time"

	"github.com/google/uuid"
)

// Store keeps events. Every implementation passes runtime/storetest; what it
// promises:
//
//   - An append is atomic. A failed expectation is a *[ConflictError], writes
//     nothing and uses up no position.
//   - An append is idempotent by event id, whatever is expected: the same batch
//     again returns the original versions and positions with Duplicate set. A
//     part of a batch, or a known id with another payload, is an *[IdempotencyError].
//   - Positions ascend; within a stream positions and versions agree. If B was
//     appended by someone who had read A, B is after A. A reader never passes a
//     position that may still appear.
//   - Events are never changed or removed by an append.
//   - A cancelled context leaves no trace and no goroutine.
//
// All methods may be called concurrently.
type Store interface {
	// Append validates, encodes and stores events at the end of stream, in order.
	// It blocks until they are durable as the store promises. Besides the errors
	// above it returns [ErrNoEvents], [ErrNoExpect], [ErrNoCause],
	// *[InvalidStreamError], *[InvalidEventError], *[TenantError] and [ErrClosed].
	Append(ctx context.Context, stream StreamID, expect Expect, cause Cause, events ...Event) (Appended, error)

	// Load yields the records of one stream, oldest first unless told otherwise.
	// A stream that does not exist is empty. An error ends the iteration. Events
	// appended while it is consumed may or may not be seen, but never with a gap.
	Load(ctx context.Context, stream StreamID, opts ...LoadOption) iter.Seq2[Record, error]

	// ReadAll yields the records with a position above after that f lets
	// through, in order, up to the end of the store as it is when the iteration
	// begins. Reading from the end is empty. An error ends the iteration:
	// [ErrRetentionGap] if records above after are no longer kept, and
	// [ErrStoreRewound] if after lies beyond the end: beyond the last event, that
	// is, and not only beyond what is settled after a restart (see Head).
	ReadAll(ctx context.Context, after Position, f Filter) iter.Seq2[Record, error]

	// Head returns the position of the last event, 0 for an empty store, and
	// the store's incarnation. Where events become visible in another order than
	// their positions, that is the end of what is settled; after a restart of the
	// server it may lie below what an earlier call returned, until the store has
	// found out anew. Who keeps a position goes on from the one that it has read,
	// never from a lower head.
	Head(ctx context.Context) (Position, Incarnation, error)
}

// Appended is the outcome of an append.
type Appended struct {
	// First and Last are the stream versions of the first and last event.
	First, Last StreamVersion
	// FirstPosition and Position are the positions of the first and last event.
	// Position is what a reader waits for to see its own write.
	FirstPosition, Position Position
	// Duplicate says that the same events had been stored before; versions and
	// positions are the original ones.
	Duplicate bool
}

// Subscriber is a store that can be followed.
type Subscriber interface {
	// Subscribe is ReadAll without an end: past the last record it blocks until
	// another one is there. It ends with ctx's error when ctx is cancelled, or
	// with another error of ReadAll.
	Subscribe(ctx context.Context, after Position, f Filter) iter.Seq2[Record, error]
}

// Finder is a store that can look events up by id: how a commit of unknown
// outcome, or a repeated command, is resolved.
type Finder interface {
	// Find returns the records that are there, in order of position.
	Find(ctx context.Context, ids ...uuid.UUID) ([]Record, error)
}

// Importer is a store that takes raw records: a migration from another store,
// or a test with facts as an older release wrote them.
type Importer interface {
	// Import appends records in the order given, in transactions of several
	// records. ID, Type, Version, Stream, Correlation, Causation and Data must be
	// set; StreamVersion and Position are assigned; OccurredAt and RecordedAt
	// are kept, and set to now where they are zero. The payload is checked to be
	// JSON, and is not validated or decoded. A record whose id and content are
	// there already is skipped, so that a broken import can be run again. On an
	// error the transactions before it stay.
	Import(ctx context.Context, records iter.Seq2[Record, error]) (Imported, error)
}

// Imported counts what an import did.
type Imported struct {
	Events     int
	Duplicates int
	// Position is that of the last event that was written.
	Position Position
}

// SnapshotStore is a store that keeps the folded state of streams. Snapshots are
// a cache: losing all of them costs time and nothing else.
type SnapshotStore interface {
	// LoadFromSnapshot yields the records of stream that follow its newest
	// snapshot with this digest, in one round trip where the store can. restore
	// is called at most once, before the first record; without a snapshot it is
	// not called and the whole stream is yielded. An error of restore ends the iteration.
	LoadFromSnapshot(ctx context.Context, stream StreamID, digest string, restore func(Snapshot) error) iter.Seq2[Record, error]
	// SaveSnapshot keeps s unless a newer one of the same stream and digest is there.
	SaveSnapshot(ctx context.Context, s Snapshot) error
}

// Snapshot is the state of one stream, folded up to a version.
type Snapshot struct {
	Stream  StreamID
	Digest  string
	Version StreamVersion
	State   []byte
	TakenAt time.Time
}
