package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/evgen/evgen/runtime"
)

func historyScenarios() []scenario {
	return []scenario{{"concurrent streams are linearizable registers", historyLinearizable}}
}

// operation is one call on a stream, as a client saw it. Begun and ended are
// ticks of one clock: if a ended before b began, a came first in real time.
type operation struct {
	kind         operationKind
	stream       int
	begun, ended int64
	// version is what the call told of the stream's version: after an append,
	// or as read, or as named by a conflict.
	version runtime.StreamVersion
}

type operationKind string

const (
	appended   operationKind = "append"
	observed   operationKind = "read"
	conflicted operationKind = "conflict"
)

// rank orders the operations of one stream as they must have taken effect: an
// append that made version v before every observation of v, and that before the next append.
func (o operation) rank() int64 {
	if o.kind == appended {
		return 2 * int64(o.version)
	}
	return 2*int64(o.version) + 1
}

// linearizable returns an error if no order of the operations explains both
// what the clients saw and when. A stream's version only ever grows by one
// append, so the rank gives the only possible order, and it is enough that real time
// does not contradict it and that no version was appended twice.
func linearizable(ops []operation) error {
	made := map[string]bool{}
	for _, o := range ops {
		key := fmt.Sprint(o.stream, "@", o.version)
		if o.kind == appended && made[key] {
			return fmt.Errorf("version %d of stream %d was appended twice", o.version, o.stream)
		}
		made[key] = made[key] || o.kind == appended
	}
	for _, a := range ops {
		if a.version > 0 && !made[fmt.Sprint(a.stream, "@", a.version)] {
			return fmt.Errorf("%s saw version %d of stream %d, which nobody appended", a.kind, a.version, a.stream)
		}
		for _, b := range ops {
			if a.stream == b.stream && a.ended < b.begun && a.rank() > b.rank() {
				return fmt.Errorf("%s of version %d on stream %d ended before %s of version %d began", a.kind, a.version, a.stream, b.kind, b.version)
			}
		}
	}
	return nil
}

// client performs operations at random and writes them down.
type client struct {
	store   runtime.Store
	streams []runtime.StreamID
	clock   *atomic.Int64
	random  *rand.Rand
	known   []runtime.StreamVersion
	ops     []operation
}

func (c *client) step() error {
	stream := c.random.IntN(len(c.streams))
	op := operation{stream: stream, begun: c.clock.Add(1)}
	var err error
	if c.random.IntN(3) == 0 {
		op.kind = observed
		op.version, err = c.read(stream)
	} else {
		op.kind, op.version, err = c.append(stream)
	}
	op.ended = c.clock.Add(1)
	c.known[stream] = op.version
	c.ops = append(c.ops, op)
	return err
}

func (c *client) read(stream int) (version runtime.StreamVersion, err error) {
	for rec, err := range c.store.Load(context.Background(), c.streams[stream], runtime.Backwards(), runtime.Limit(1)) {
		if err != nil {
			return 0, err
		}
		version = rec.StreamVersion
	}
	return version, nil
}

func (c *client) append(stream int) (operationKind, runtime.StreamVersion, error) {
	expect := runtime.ExpectVersion(c.known[stream])
	out, err := c.store.Append(context.Background(), c.streams[stream], expect, runtime.Root(), noted{"x"})
	var conflict *runtime.ConflictError
	if errors.As(err, &conflict) {
		return conflicted, conflict.Actual, nil
	}
	return appended, out.Last, err
}

func historyLinearizable(t *testing.T, s runtime.Store) {
	const clients, steps = 6, 60
	streams := []runtime.StreamID{newStream(), newStream()}
	var clock atomic.Int64
	all := make([]*client, clients)
	for i := range all {
		all[i] = &client{store: s, streams: streams, clock: &clock, random: rand.New(rand.NewPCG(1, uint64(i))), known: make([]runtime.StreamVersion, len(streams))}
	}
	inParallel(t, clients, func(i int) error {
		for range steps {
			if err := all[i].step(); err != nil {
				return err
			}
		}
		return nil
	})
	var ops []operation
	for _, c := range all {
		ops = append(ops, c.ops...)
	}
	check(t, "history", linearizable(ops))
	for i, stream := range streams {
		made := 0
		for _, o := range ops {
			if o.kind == appended && o.stream == i {
				made++
			}
		}
		same(t, "events", len(load(t, s, stream)), made)
	}
}
