package delivery

import (
	"context"

	"github.com/evgen/evgen/runtime"
)

// Offset is a place in a partition. Offsets ascend from 1 and may have gaps; 0 is
// in front of the first message. (Kafka counts from 0: its offset plus 1.)
type Offset int64

// Source is a broker that a [Consumer] reads from.
type Source interface {
	// Reach returns nil when there is somebody to follow. It is called, before Follow,
	// until it does: again after an error that is projection.ErrUnavailable, since there
	// is no broker, or no such topic yet. Others say that taking part failed for good.
	Reach(ctx context.Context) error
	// Follow takes part in consuming for a consumer, of that name, and calls work, in
	// a goroutine each, for every partition that is this member's. Members of other
	// consumers get all partitions, too, or an error. If a partition is taken away the
	// ctx of its work ends, and it is given on when work has returned. Follow blocks until
	// ctx has ended and all work has returned, then it returns nil. Errors say that taking
	// part failed for good.
	//
	// The broker's opinion of who reads a partition need not be exact: the lease in
	// the database decides, and the offset is kept there.
	Follow(ctx context.Context, consumer string, work func(ctx context.Context, p Partition)) error
}

// Partition is a part of a source within which the order of a key is kept.
type Partition interface {
	// Name is unique within the source and stays: letters, digits, '_' and '-'.
	Name() string
	// Bounds asks the broker what it keeps.
	Bounds(ctx context.Context) (Bounds, error)
	// Open reads what comes after an offset, whatever the broker believes to have
	// been read. It is called while this member holds the partition's lease.
	Open(ctx context.Context, after Offset) (Feed, error)
}

// Bounds is what a broker keeps of a partition.
type Bounds struct {
	// First is the offset of the oldest message that is kept; Last+1 if none is.
	First Offset
	// Last is the offset of the newest message, 0 if there never was one. It may be
	// that of something which is not delivered, such as the end of a transaction.
	Last Offset
	// Life tells the partition from another one of its name: it changes where a
	// topic or stream is made anew. A word, opaque.
	Life string
	// Selection says which messages of the partition are read, if not all: what its
	// filters are. What other ones kept out lies in front of offsets that they have reached.
	Selection string
}

// incarnation is what offsets refer to: a life of the partition, and what is read of it.
func (b *Bounds) incarnation() runtime.Incarnation {
	if b.Selection == "" {
		return runtime.Incarnation(b.Life)
	}
	return runtime.Incarnation(b.Life + " " + b.Selection)
}

// Selector is a [Partition] of which not all may be read.
type Selector interface {
	// Misses returns those of some types of which there are messages in the partition
	// and none is read, as far as that can be told.
	Misses(ctx context.Context, types []string) ([]string, error)
}

// Feed reads a partition in the order of offsets. Fetch is called from one
// goroutine, Settle from another. From the moment that it is fetched until it is
// settled a message is under way: where brokers deliver again what takes too long,
// the feed tells them, by itself, that it is still worked on.
type Feed interface {
	// Fetch blocks until there is more, and returns at most limit messages, in
	// ascending order and none twice, in memory that the next Fetch may use again but
	// for strings and Data. It ends with ctx's error, or with another one
	// after which the feed is closed and opened anew.
	Fetch(ctx context.Context, limit int) (Batch, error)
	// Settle tells the broker what needs not be delivered again: all up to through,
	// whose effects are committed. Those in parked have failed and were put aside
	// in the database. It blocks until the broker has confirmed.
	Settle(ctx context.Context, through Offset, parked []Offset) error
	// Close gives up what the feed holds; the broker may deliver again what is not settled.
	Close() error
}

// Batch is a stretch of a partition.
type Batch struct {
	Deliveries []Delivery
	// Through is how far the partition has been read with this batch: the offset of
	// its last delivery, or more, where what follows is known not to be delivered.
	Through Offset
}

// Delivery is a message at its place in a partition.
type Delivery struct {
	Message
	Offset Offset
}
