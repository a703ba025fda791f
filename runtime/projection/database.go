package projection

import (
	"context"
	"time"

	"github.com/evgen/evgen/runtime"
)

// Database holds read models and what is known about their progress. T is its
// type of transaction, bound to a version so that handlers can name their tables.
type Database[T any] interface {
	Control
	// Transact runs fn in one transaction for version v and commits if fn
	// returns nil; otherwise it rolls back and returns fn's error as it is. An
	// error of the commit leaves open whether it took place: the caller looks at
	// the checkpoint.
	Transact(ctx context.Context, v Version, fn func(tx T, l Ledger) error) error
	// Transient reports whether err may pass if the same is tried again: a lost
	// link, a deadlock, a full disk; not a value that no column takes.
	Transient(err error) bool
}

// Control is the part of a [Database] that knows of no handlers: what operators
// and waiting readers need.
type Control interface {
	// Setup creates the tables of the ledger, or checks that they are of this
	// release: *[LedgerVersionError].
	Setup(ctx context.Context) error
	// Ledger runs fn in one transaction and commits if fn returns nil. It may call
	// fn again in another one, after the first was rolled back.
	Ledger(ctx context.Context, fn func(l Ledger) error) error
}

// Ledger is what a database knows of its projections, within one transaction.
// Times are the database's.
type Ledger interface {
	Versions
	Checkpoints
	Letters
	Tables
}

// Versions lists and changes versions.
type Versions interface {
	// Lock makes this transaction the only one that changes versions of id, to
	// its end. Deadlock is avoided by locking before anything else.
	Lock(ctx context.Context, id string) error
	// Versions returns those of id, of all projections if id is empty, by id and number.
	Versions(ctx context.Context, id string) ([]Version, error)
	// AddVersion stores v with the next number of its ID, one shard over all
	// slots for each of shards, at position 0, and returns it.
	AddVersion(ctx context.Context, v Version, shards int) (Version, error)
	// SaveVersion stores State, Loaded, EffectsFrom, LiveAt and Incarnation of v.
	SaveVersion(ctx context.Context, v Version) error
}

// Checkpoints moves shards. Methods with a [Lease] return [ErrFenced] if its
// epoch is no longer the shard's.
type Checkpoints interface {
	// Shards returns the shards of v by index; LockShards also keeps Advance from
	// moving them before this transaction ends.
	Shards(ctx context.Context, v Version) ([]Shard, error)
	LockShards(ctx context.Context, v Version) ([]Shard, error)
	// ReplaceShards makes shards all that v has; epochs go on from the highest one.
	// Only Index, First, Last and Position of shards count. Letters go to the
	// shard that holds their slot.
	ReplaceShards(ctx context.Context, v Version, shards []Shard) error
	// Claim takes a shard that is free, whose lease has run out, or that owner
	// has already, for ttl from now on. Nil without an error: another one holds it.
	Claim(ctx context.Context, v Version, shard int, owner string, ttl time.Duration) (*Lease, error)
	// Extend prolongs a lease.
	Extend(ctx context.Context, l *Lease, ttl time.Duration) error
	// Release gives a shard back at once.
	Release(ctx context.Context, l *Lease) error
	// Advance moves the checkpoint of l's shard from one position to another. If
	// epoch or position are not as given, nothing moves: [ErrFenced]. From may be
	// to: then it is the fence alone.
	Advance(ctx context.Context, l *Lease, from, to runtime.Position) error
	// Pause notes why a shard stands still; an empty reason clears it.
	Pause(ctx context.Context, l *Lease, reason string) error
	// Fence raises the epochs of all shards of v, so that no present owner commits. Of a
	// version that is written inline it waits for who writes, and others wait for its end.
	Fence(ctx context.Context, v Version) error
	// Hold fences v and keeps all of its shards from passing a position for ttl:
	// who claims one is told.
	Hold(ctx context.Context, v Version, at runtime.Position, ttl time.Duration) error
}

// Letters keeps dead letters. In each key they are in the order of positions.
type Letters interface {
	// Park stores letters. Those in state Retrying are due after wait.
	Park(ctx context.Context, letters []Letter, wait time.Duration) error
	// ParkedKeys returns the keys of a shard that have letters, and how many.
	ParkedKeys(ctx context.Context, v Version, shard int) (map[string]int, error)
	// Waiting counts the letters of each shard that has any, by index.
	Waiting(ctx context.Context, v Version) ([]Waiting, error)
	// Due returns the first letters of keys whose time has come, oldest first: at
	// most one a key. A letter in state Parked that is the first of its key is due.
	Due(ctx context.Context, v Version, shard int, limit int) ([]Letter, error)
	// Letters returns what q selects, by projection, version, key and position.
	Letters(ctx context.Context, q LetterQuery) ([]Letter, error)
	// Retry notes a failure and when to try again, counted from now.
	Retry(ctx context.Context, id int64, state LetterState, attempts int, failure string, wait time.Duration) error
	// Settle removes letters whose effect took place, or that are given up. The
	// next letter of each key becomes due at once.
	Settle(ctx context.Context, ids ...int64) error
}

// Tables changes what readers see.
type Tables interface {
	// Publish points the views of v's tables at v.
	Publish(ctx context.Context, v Version) error
	// Drop removes the tables of v, and its letters and shards.
	Drop(ctx context.Context, v Version) error
	// Diff compares the tables of two versions, row by row, and returns at most
	// limit differences.
	Diff(ctx context.Context, a, b Version, limit int) ([]Difference, error)
	// Count estimates the rows of v's tables.
	Count(ctx context.Context, v Version) (int64, error)
}

// Difference is a row that two versions do not share.
type Difference struct {
	Table string
	// In is the number of the version that has the row.
	In int
	// Row is the row as JSON.
	Row string
}
