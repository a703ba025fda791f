package projection

import (
	"context"
	"hash/fnv"

	"github.com/evgen/evgen/runtime"
)

// Fact is an event as handlers see it: decoded, upcast to the newest version.
type Fact = runtime.Envelope[runtime.Event]

// Projection is a read model as generated code declares it. T is the type of a
// transaction of the database that holds it, such as *pgmodel.Tx.
type Projection[T any] struct {
	// ID names the projection for ever, in snake case: memory_list.
	ID string
	// Digest identifies the declaration: what is handled, and how. Another
	// digest is another version, which is built beside the live one.
	Digest string
	// Types are the wire types of today that the handler takes.
	Types []string
	// Key returns the ordering key: facts of one key are handled in the order of
	// their positions, others in any. Nil means the stream.
	Key func(f *Fact) string
	// Handler writes what the facts mean.
	Handler Handler[T]
}

// KeyOf returns the ordering key of f.
func (p *Projection[T]) KeyOf(f *Fact) string {
	if p.Key == nil {
		return f.Stream.String()
	}
	return p.Key(f)
}

// WithRevision returns p as another version: what a change of hand-written code
// needs, since no digest sees it.
func (p Projection[T]) WithRevision(revision string) Projection[T] {
	p.Digest += "/" + revision
	return p
}

// Handler writes a read model. Its methods are called from one goroutine per
// shard, within transactions that belong to the runner.
type Handler[T any] interface {
	// Tables lists the names of the tables as readers know them. Each version
	// has its own; readers use views of these names that show the live version.
	Tables() []string
	// Create makes the tables of tx's version, empty.
	Create(ctx context.Context, tx T) error
	// Apply writes what facts mean, in their order. If it knows which of them
	// failed it returns an *[EventError]; otherwise the runner finds out by
	// applying fewer. After an error the transaction is rolled back.
	Apply(ctx context.Context, tx T, facts []Fact) error
}

// Loader is a [Handler] that can fill the empty tables of a version faster than
// by Apply: it folds in memory and writes rows, not changes.
type Loader[T any] interface {
	Handler[T]
	// NewLoad begins at the empty tables of a version.
	NewLoad() Load[T]
}

// Load is a bulk load under way. Its methods are called from one goroutine.
type Load[T any] interface {
	// Add folds facts in memory. It may keep what they point to.
	Add(facts []Fact) error
	// Size estimates the memory that is held, in bytes.
	Size() int
	// Flush writes what was added since the last Flush, in tx.
	Flush(ctx context.Context, tx T) error
	// Finish makes in tx what waits for the end of a load: keys and indexes.
	// It is called also by another process than the one that flushed, after a crash.
	Finish(ctx context.Context, tx T) error
}

// Slots is the number of slots over which ordering keys are spread. It never changes.
const Slots = 1024

// SlotOf returns the slot of an ordering key: FNV-1a of 64 bits, modulo [Slots].
// It is the same on every machine and for ever.
func SlotOf(key string) int {
	h := fnv.New64a()
	_, _ = h.Write([]byte(key)) // never fails
	return int(h.Sum64() % Slots)
}
