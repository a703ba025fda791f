package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
)

// feed takes what the server pushes into it for a standing pull request. The server
// stops by itself when too much is not settled.
type feed struct {
	js       natsjs.JetStream
	consumer natsjs.Consumer
	// opening tells the durable consumer from another of its name.
	opening string
	signs   time.Duration
	pull    natsjs.ConsumeContext

	mu sync.Mutex
	// held are the messages that are not settled, in their order; those from
	// fetched on wait to be fetched.
	held    []delivered
	fetched int
	// last is the offset of the newest one, count its number among all deliveries.
	last  delivery.Offset
	count uint64
	// handed is the offset up to which they were fetched.
	handed delivery.Offset
	err    error

	changed runtime.Signal
	stop    chan struct{}
	signing sync.WaitGroup
}

type delivered struct {
	natsjs.Msg
	offset delivery.Offset
}

func newFeed(js natsjs.JetStream, consumer natsjs.Consumer, after delivery.Offset, signs time.Duration) *feed {
	return &feed{js: js, consumer: consumer, opening: openingOf(consumer.CachedInfo()), signs: signs, last: after, handed: after, stop: make(chan struct{})}
}

func (f *feed) start() (err error) {
	f.pull, err = f.consumer.Consume(f.take, natsjs.ConsumeErrHandler(func(_ natsjs.ConsumeContext, err error) { f.complain(err) }))
	if err != nil {
		return err
	}
	f.signing.Add(1)
	go func() {
		defer f.signing.Done()
		f.sign()
	}()
	return nil
}

// complain ends the feed for what it cannot go on after.
func (f *feed) complain(err error) {
	if errors.Is(err, natsjs.ErrConsumerDeleted) || errors.Is(err, natsjs.ErrConsumerNotFound) ||
		errors.Is(err, natsjs.ErrNoHeartbeat) || errors.Is(err, natsjs.ErrConsumerLeadershipChanged) {
		f.fail(err)
	}
}

func (f *feed) fail(err error) {
	f.mu.Lock()
	if f.err == nil {
		f.err = err
	}
	f.mu.Unlock()
	f.changed.Notify()
}

// take keeps a message, unless it has it: then it was delivered again.
func (f *feed) take(msg natsjs.Msg) {
	meta, err := msg.Metadata()
	if err != nil {
		f.fail(fmt.Errorf("message without metadata: %w", err))
		return
	}
	offset := delivery.Offset(meta.Sequence.Stream)
	f.mu.Lock()
	defer f.changed.Notify()
	defer f.mu.Unlock()
	f.count++
	switch {
	case f.err != nil:
	case meta.Sequence.Consumer != f.count:
		// One was lost on the way, and would come again too late.
		f.err = fmt.Errorf("delivery %d came in the place of %d", meta.Sequence.Consumer, f.count)
	case offset > f.last:
		f.held, f.last = append(f.held, delivered{msg, offset}), offset
	case len(f.held) == 0 || offset < f.held[0].offset:
		//evgen:ignore ignored-ack it is settled: if this is lost, too, the message comes once more
		_ = msg.Ack()
	}
}

// Fetch implements [delivery.Feed].
func (f *feed) Fetch(ctx context.Context, limit int) (delivery.Batch, error) {
	for {
		changed := f.changed.Changed()
		b, err := f.next(limit)
		if len(b.Deliveries) > 0 {
			err = f.vouch(ctx, b)
		}
		if err != nil {
			return delivery.Batch{}, err
		}
		if len(b.Deliveries) > 0 {
			return b, nil
		}
		select {
		case <-ctx.Done():
			return b, ctx.Err()
		case <-changed:
		}
	}
}

func (f *feed) next(limit int) (delivery.Batch, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var b delivery.Batch
	for _, d := range f.held[f.fetched:] {
		if len(b.Deliveries) == limit {
			break
		}
		m, err := message(d.Headers(), d.Data())
		if err != nil { // the consumer finds it unreadable, and keeps all of it
			m.Attributes[delivery.AttrSpecVersion] = ""
		}
		b.Deliveries = append(b.Deliveries, delivery.Delivery{Message: m, Offset: d.offset})
		b.Through = d.offset
	}
	f.fetched += len(b.Deliveries)
	if len(b.Deliveries) == 0 {
		return b, f.err
	}
	return b, nil
}

// vouch fails if b may have passed over messages. Where offsets are missing they were
// deleted, or are filtered out; or another owner, whose time was over, has made the
// durable consumer anew where he stood, and requests of this feed, which go by its
// name, were answered from there.
func (f *feed) vouch(ctx context.Context, b delivery.Batch) error {
	first := b.Deliveries[0].Offset
	complete := first == f.handed+1 && b.Through-first == delivery.Offset(len(b.Deliveries)-1)
	f.handed = b.Through
	if complete {
		return nil
	}
	info, err := f.consumer.Info(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("look whose the consumer is: %w", err)
	case openingOf(info) != f.opening:
		return fmt.Errorf("durable consumer %s was made anew by another owner at %s", info.Name, info.Created)
	}
	return nil
}

// openingKey names the mark of a durable consumer that differs each time it is made.
const openingKey = "evgen-opening"

// openingOf reads the mark. Servers before 2.10 keep none: there the time goes for it,
// which after a restart of the server may be told a little differently.
func openingOf(info *natsjs.ConsumerInfo) string {
	if mark := info.Config.Metadata[openingKey]; mark != "" {
		return mark
	}
	return info.Created.String()
}

// sign tells the server, again and again, that what is held is worked on.
func (f *feed) sign() {
	tick := time.NewTicker(f.signs)
	defer tick.Stop()
	for {
		select {
		case <-f.stop:
			return
		case <-tick.C:
		}
		f.mu.Lock()
		held := slices.Clone(f.held)
		f.mu.Unlock()
		for _, d := range held {
			// One that was settled meanwhile refuses; a server that cannot be reached delivers again.
			_ = d.InProgress()
		}
	}
}

// Settle implements [delivery.Feed]. The last message is acknowledged with a
// confirmation, and all before it with that: one by one cost a twentieth of the rate.
func (f *feed) Settle(ctx context.Context, through delivery.Offset, parked []delivery.Offset) error {
	f.mu.Lock()
	n := 0
	for n < f.fetched && f.held[n].offset <= through {
		n++
	}
	done := slices.Clone(f.held[:n])
	f.mu.Unlock()
	var err error
	for i, d := range done {
		switch {
		case slices.Contains(parked, d.offset):
			err = errors.Join(err, d.TermWithReason("parked in the dead letters of the consumer"))
		case i == len(done)-1:
			err = errors.Join(err, d.DoubleAck(ctx))
		}
	}
	if err != nil {
		return fmt.Errorf("acknowledge: %w", err)
	}
	f.mu.Lock()
	f.held = slices.Clone(f.held[n:])
	f.fetched -= n
	f.mu.Unlock()
	return nil
}

// Close implements [delivery.Feed]. The durable consumer stays, for others to see
// how far it is.
func (f *feed) Close() error {
	close(f.stop)
	f.pull.Stop()
	f.signing.Wait()
	return nil
}

func isUnknown(err error) bool {
	return errors.Is(err, natsjs.ErrConsumerNotFound) || errors.Is(err, natsjs.ErrConsumerDoesNotExist)
}
