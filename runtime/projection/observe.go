package projection

import (
	"context"
	"time"

	"github.com/evgen/evgen/runtime"
)

// Observer is told what a [Runner] does: for metrics. Its methods are called from
// the goroutines of shards, several at a time, and should be quick.
type Observer interface {
	// Applied is called after each transaction that moved a shard.
	Applied(a Applied)
	// Stopped is called when a shard comes to a stand. It tries again by itself.
	Stopped(v Version, shard int, err error)
}

// Applied is what one transaction did.
type Applied struct {
	Version Version
	Shard   int
	// Facts had their effect, Letters were put aside.
	Facts, Letters int
	// Failed are the positions of those put aside that failed by themselves, rather
	// than wait behind others.
	Failed []runtime.Position
	// Position is the checkpoint after it, Head the end of the store as known then.
	Position, Head runtime.Position
	// Took is the time of the transaction, Age the time since the newest fact in
	// it was recorded, by this machine's clock; 0 if there was none.
	Took, Age time.Duration
}

// WorkObserver is an [Observer] that is told of work before it is done, too: for traces.
type WorkObserver interface {
	Observer
	// BeforeWork is called before a handler is; the context that it returns is given
	// to the handler. The function that it returns is called once, with the outcome.
	// Errors may repeat payload.
	BeforeWork(ctx context.Context, w Work) (context.Context, func(error))
}

// Work is what a handler is given at once.
type Work struct {
	Version Version
	Shard   int
	// Forwards says that the effect takes place somewhere else: a relay.
	Forwards bool
	// Metas returns what is known of the facts but for their payload, in their
	// order. Those of a consumer stand at offsets.
	Metas func(yield func(*runtime.Meta) bool)
}

// RetryObserver is an [Observer] that is told of letters that were tried again.
type RetryObserver interface {
	Observer
	Retried(r Retried)
}

// Retried is the outcome of one more attempt.
type Retried struct {
	Version  Version
	Shard    int
	Position runtime.Position
	// Attempts counts those that have failed. State is that of the letter now,
	// empty if it had its effect and is gone.
	Attempts int
	State    LetterState
}

// working tells the observer of facts that are about to be handled.
func (s *shard[T]) working(ctx context.Context, facts []Fact) (context.Context, func(error)) {
	o, ok := s.observer.(WorkObserver)
	if !ok {
		return ctx, func(error) {}
	}
	_, forwards := s.projection.Handler.(Forwarder[T])
	return o.BeforeWork(ctx, Work{s.lease.Version, s.lease.Shard.Index, forwards, func(yield func(*runtime.Meta) bool) {
		for i := range facts {
			if !yield(&facts[i].Meta) {
				return
			}
		}
	}})
}

// retried tells the observer of an attempt.
func (s *shard[T]) retried(letter *Letter, attempts int, state LetterState) {
	if o, ok := s.observer.(RetryObserver); ok {
		o.Retried(Retried{s.lease.Version, s.lease.Shard.Index, letter.Record.Position, attempts, state})
	}
}

type nobody struct{}

func (nobody) Applied(Applied) {}

func (nobody) Stopped(Version, int, error) {}
