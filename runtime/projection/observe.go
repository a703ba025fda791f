package projection

import (
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

type nobody struct{}

func (nobody) Applied(Applied) {}

func (nobody) Stopped(Version, int, error) {}
