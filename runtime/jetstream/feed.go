package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
)

// feed takes what the server pushes into it for a standing pull request. The server
// stops by itself when too much is not settled.
type feed struct {
	conn     *nats.Conn
	consumer natsjs.Consumer
	// opening tells the durable consumer from another of its name.
	opening string
	signs   time.Duration
	pull    natsjs.ConsumeContext

	// fetched is what Fetch returned, handed the offset up to which it has.
	fetched []delivery.Delivery
	handed  delivery.Offset

	mu sync.Mutex
	// waiting are the messages that are not fetched yet, held those that are not settled,
	// in their order: the last ones of held are those that wait.
	waiting []waiting
	held    []delivered
	// last is the offset of the newest one, count its number among all deliveries.
	last  delivery.Offset
	count uint64
	err   error

	changed runtime.Signal
	stop    chan struct{}
	signing sync.WaitGroup
}

// delivered is what is kept of a message until it is settled: where the server takes
// answers about it. The client's own messages, by the thousand and with a map of
// headers each, kept the collector busy.
type delivered struct {
	offset  delivery.Offset
	replies string
}

type waiting struct {
	natsjs.Msg
	offset delivery.Offset
}

// Answers to the server, of the protocol of JetStream.
const (
	settled = "+ACK"
	working = "+WPI"
	parked  = "+TERM parked in the dead letters of the consumer"
)

func (f *feed) answer(d delivered, what string) error { return f.conn.Publish(d.replies, []byte(what)) }

func newFeed(js natsjs.JetStream, consumer natsjs.Consumer, after delivery.Offset, signs time.Duration) *feed {
	return &feed{
		conn: js.Conn(), consumer: consumer, opening: openingOf(consumer.CachedInfo()), signs: signs,
		last: after, handed: after, stop: make(chan struct{}),
	}
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
		errors.Is(err, natsjs.ErrNoHeartbeat) || errors.Is(err, nats.ErrNoResponders) || errors.Is(err, natsjs.ErrConsumerLeadershipChanged) ||
		errors.Is(err, natsjs.ErrConnectionClosed) {
		f.fail(closing(err))
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
	d := delivered{delivery.Offset(meta.Sequence.Stream), msg.Reply()}
	f.mu.Lock()
	defer f.changed.Notify()
	defer f.mu.Unlock()
	f.count++
	switch {
	case f.err != nil:
	case meta.Sequence.Consumer != f.count:
		// One was lost on the way, and would come again too late.
		f.err = fmt.Errorf("delivery %d came in the place of %d", meta.Sequence.Consumer, f.count)
	case d.offset > f.last:
		f.waiting = append(f.waiting, waiting{msg, d.offset})
		f.held, f.last = append(f.held, d), d.offset
	case len(f.held) == 0 || d.offset < f.held[0].offset:
		// If this is lost, too, the message comes once more.
		_ = f.answer(d, settled)
	}
}

// Fetch implements [delivery.Feed].
func (f *feed) Fetch(ctx context.Context, limit int) (delivery.Batch, error) {
	for {
		changed := f.changed.Changed()
		messages, err := f.next(limit)
		if len(messages) > 0 {
			err = f.vouch(ctx, messages)
		}
		if err != nil {
			return delivery.Batch{}, err
		}
		if len(messages) > 0 {
			return f.batch(messages), nil
		}
		select {
		case <-ctx.Done():
			return delivery.Batch{}, ctx.Err()
		case <-changed:
		}
	}
}

// fetchedAtOnce bounds what Fetch returns, and so the memory for it, which is used again.
const fetchedAtOnce = 256

// next takes messages out of those that wait.
func (f *feed) next(limit int) ([]waiting, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := min(limit, len(f.waiting), fetchedAtOnce)
	if n == 0 {
		return nil, f.err
	}
	messages := slices.Clone(f.waiting[:n])
	clear(f.waiting[:n]) // so that they are not kept
	if f.waiting = f.waiting[n:]; len(f.waiting) == 0 {
		f.waiting = nil
	}
	return messages, nil
}

func (f *feed) batch(messages []waiting) delivery.Batch {
	f.fetched = slices.Grow(f.fetched[:0], len(messages))[:len(messages)]
	for i, msg := range messages {
		d := &f.fetched[i]
		if err := read(&d.Message, msg.Headers(), msg.Data()); err != nil { // the consumer finds it unreadable, and keeps all of it
			d.Attributes.Set(delivery.AttrSpecVersion, "")
		}
		d.Offset = msg.offset
	}
	return delivery.Batch{Deliveries: f.fetched, Through: messages[len(messages)-1].offset}
}

// vouch fails if messages may have been passed over. Where offsets are missing they were
// deleted, or are filtered out; or another owner, whose time was over, has made the
// durable consumer anew where he stood, and requests of this feed, which go by its
// name, were answered from there.
func (f *feed) vouch(ctx context.Context, messages []waiting) error {
	first, last := messages[0].offset, messages[len(messages)-1].offset
	complete := first == f.handed+1 && last-first == delivery.Offset(len(messages)-1)
	f.handed = last
	if complete {
		return nil
	}
	info, err := f.consumer.Info(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("look whose the consumer is: %w", closing(err))
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
			_ = f.answer(d, working)
		}
	}
}

// Settle implements [delivery.Feed]. The last message is acknowledged with a
// confirmation, and all before it with that: one by one cost a twentieth of the rate.
func (f *feed) Settle(ctx context.Context, through delivery.Offset, failed []delivery.Offset) error {
	f.mu.Lock()
	n := 0
	for n < len(f.held)-len(f.waiting) && f.held[n].offset <= through {
		n++
	}
	done := slices.Clone(f.held[:n])
	f.mu.Unlock()
	var err error
	for i, d := range done {
		switch {
		case slices.Contains(failed, d.offset):
			err = errors.Join(err, f.answer(d, parked))
		case i == len(done)-1:
			_, told := f.conn.RequestWithContext(ctx, d.replies, []byte(settled))
			err = errors.Join(err, told)
		}
	}
	if err != nil {
		return fmt.Errorf("acknowledge: %w", closing(err))
	}
	f.mu.Lock()
	f.held = slices.Clone(f.held[n:])
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
