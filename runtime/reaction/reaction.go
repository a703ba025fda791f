package reaction

import (
	"context"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Emission is an event that follows from a fact.
type Emission struct {
	Stream runtime.StreamID
	// Expect is the condition under which it is appended; the zero Expect stands for
	// [runtime.ExpectAny]. If it fails, the fact becomes a dead letter.
	Expect runtime.Expect
	Event  runtime.Event
}

// Handle returns what follows from a fact, in the order in which it is to be stored.
// It must be deterministic: the same fact leads to the same emissions. An error
// makes the fact a dead letter, which holds up its ordering key alone and is tried again.
type Handle func(ctx context.Context, f *projection.Fact) ([]Emission, error)

// AppendIn appends to a store in tx, in order, and returns the outcomes. If one of
// the appends is refused it returns the outcomes of those in front of it and a
// *[runtime.AppendingError]. After any other error tx is rolled back.
//
// The package of a store has one for its transactions: postgres.AppendIn,
// sqlite.AppendIn. [Through] makes one of any store.
type AppendIn[T any] func(ctx context.Context, tx T, appends []runtime.Appending) ([]runtime.Appended, error)

// Option configures a reaction.
type Option func(*config)

type config struct {
	hops  int
	from  runtime.Position
	since time.Time
}

// DefaultHops is how many reactions may follow one from another, unless [MaxHops] says otherwise.
const DefaultHops = 32

// MaxHops bounds the chains of reactions to which this one may add.
func MaxHops(n int) Option { return func(c *config) { c.hops = n } }

// From leaves out the facts up to a position: they lead to nothing.
func From(position runtime.Position) Option { return func(c *config) { c.from = position } }

// Since leaves out the facts that were recorded before t, in every store alike.
func Since(t time.Time) Option { return func(c *config) { c.since = t } }

// New returns the reaction of the name id, which is given for ever: with another one
// everything would be emitted again. types are the wire types of today that handle takes.
//
// When it is first run it begins at the beginning of the store, unless [From] or
// [Since] say otherwise; from then on it goes on where it stands, whatever its code or
// types become. The ordering key is the stream of the fact; set the Key of the
// projection for another one.
func New[T any](id string, types []string, append AppendIn[T], handle Handle, opts ...Option) projection.Projection[T] {
	c := config{hops: DefaultHops}
	for _, opt := range opts {
		opt(&c)
	}
	return projection.Projection[T]{
		ID: id, Digest: projection.ReactionDigest, Types: types,
		Handler: &handler[T]{config: c, id: id, append: append, handle: handle},
	}
}
