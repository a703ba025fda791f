package jetstream

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/runtime/delivery"
)

// Source reads streams of JetStream: each is a partition.
type Source struct {
	js      natsjs.JetStream
	streams []string
	config  sourceConfig
}

var (
	_ delivery.Source  = (*Source)(nil)
	_ delivery.Adviser = (*Source)(nil)
)

type sourceConfig struct {
	durable string
	filters []string
	ackWait time.Duration
	backOff []time.Duration
	pending int
}

// SourceOption configures a [Source].
type SourceOption func(*sourceConfig)

// WithFilters reads some subjects only. Where they tell events of one stream apart
// the consumer must be delivery.Sparse. A consumer ends with a *[delivery.FilterError] if
// it handles what they keep out, and with runtime.ErrStoreRewound if they are not
// those of the run before: see [delivery.Restart].
func WithFilters(subjects ...string) SourceOption {
	return func(c *sourceConfig) { c.filters = slices.Compact(slices.Sorted(slices.Values(subjects))) }
}

// WithRedelivery sets after which time without a sign of life the server takes a
// message for lost; 30 s is the default. A backOff takes the place of ackWait, as
// JetStream has it. However short, messages that are worked on are kept alive: a sign
// goes out at a third of the shorter one.
func WithRedelivery(ackWait time.Duration, backOff ...time.Duration) SourceOption {
	return func(c *sourceConfig) { c.ackWait, c.backOff = ackWait, backOff }
}

// WithMaxPending bounds how many messages are delivered and not settled; 15,000 is the
// default. Less than two windows of the consumer (delivery.WithWindow) slow it down.
func WithMaxPending(n int) SourceOption { return func(c *sourceConfig) { c.pending = max(n, 1) } }

// NewSource reads streams by way of durable consumers of the given name. The names
// of streams must consist of letters, digits, '_' and '-'.
func NewSource(js natsjs.JetStream, durable string, streams []string, opts ...SourceOption) (*Source, error) {
	c := sourceConfig{durable: durable, ackWait: 30 * time.Second, pending: 15_000}
	for _, opt := range opts {
		opt(&c)
	}
	fit := regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	for _, name := range append([]string{durable}, streams...) {
		if !fit.MatchString(name) {
			return nil, fmt.Errorf("%q does not consist of letters, digits, '_' and '-'", name)
		}
	}
	return &Source{js: js, streams: streams, config: c}, nil
}

// Reach implements [delivery.Source]: every member works on all streams, and so finds out
// by itself whether they are there.
func (s *Source) Reach(context.Context) error { return nil }

// Follow implements [delivery.Source]: every member works on all streams, and those
// who get no lease stand by. Consumers of several names need a durable one each, or they
// make it anew in each other's place, again and again.
func (s *Source) Follow(ctx context.Context, _ string, work func(ctx context.Context, p delivery.Partition)) error {
	var working sync.WaitGroup
	for _, name := range s.streams {
		working.Add(1)
		go func() {
			defer working.Done()
			work(ctx, &partition{js: s.js, name: name, config: s.config})
		}()
	}
	working.Wait()
	return nil
}

// Advice implements [delivery.Adviser].
func (s *Source) Advice() string { return advice(s.js) }

var _ delivery.Selector = (*partition)(nil)

// partition is a stream, as a consumer reads it.
type partition struct {
	js     natsjs.JetStream
	name   string
	config sourceConfig
}

// Name implements [delivery.Partition].
func (p *partition) Name() string { return p.name }

// Bounds implements [delivery.Partition].
func (p *partition) Bounds(ctx context.Context) (delivery.Bounds, error) {
	stream, err := p.js.Stream(ctx, p.name)
	if err != nil {
		return delivery.Bounds{}, fmt.Errorf("stream %s: %w", p.name, closing(err))
	}
	info := stream.CachedInfo()
	return delivery.Bounds{
		First: max(delivery.Offset(info.State.FirstSeq), 1), Last: delivery.Offset(info.State.LastSeq),
		Life: info.Created.UTC().Format(time.RFC3339Nano), Selection: strings.Join(p.config.filters, " "),
	}, nil
}

// Misses implements [delivery.Selector]. It goes by [Subject]: of messages that have
// other ones it can tell nothing.
func (p *partition) Misses(ctx context.Context, types []string) ([]string, error) {
	if len(p.config.filters) == 0 {
		return nil, nil
	}
	var missed []string
	for _, t := range types {
		every := t + ".>"
		if overlapsAny(every, p.config.filters) {
			continue
		}
		switch found, err := p.holds(ctx, every); {
		case err != nil:
			return nil, fmt.Errorf("look for %s in stream %s: %w", every, p.name, closing(err))
		case found:
			missed = append(missed, t)
		}
	}
	return missed, nil
}

// holds reports whether the stream has a message whose subject is of a pattern.
func (p *partition) holds(ctx context.Context, pattern string) (bool, error) {
	stream, err := p.js.Stream(ctx, p.name)
	if err == nil {
		_, err = stream.GetLastMsgForSubject(ctx, pattern)
	}
	if errors.Is(err, natsjs.ErrMsgNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Open implements [delivery.Partition].
func (p *partition) Open(ctx context.Context, after delivery.Offset) (delivery.Feed, error) {
	consumer, err := p.consumer(ctx, after)
	if err != nil {
		return nil, fmt.Errorf("consume stream %s: %w", p.name, closing(err))
	}
	f := newFeed(p.js, consumer, after, p.config.signs())
	if err := f.start(); err != nil {
		return nil, fmt.Errorf("consume stream %s: %w", p.name, closing(err))
	}
	return f, nil
}

// consumer makes the durable consumer anew, behind an offset.
func (p *partition) consumer(ctx context.Context, after delivery.Offset) (natsjs.Consumer, error) {
	stream, err := p.js.Stream(ctx, p.name)
	if err != nil {
		return nil, err
	}
	config := &stream.CachedInfo().Config
	if err := errors.Join(fit(config), p.config.within(config)); err != nil {
		return nil, err
	}
	if err := stream.DeleteConsumer(ctx, p.config.durable); err != nil && !isUnknown(err) {
		return nil, err
	}
	return stream.CreateConsumer(ctx, natsjs.ConsumerConfig{
		Durable: p.config.durable, FilterSubjects: p.config.filters,
		DeliverPolicy: natsjs.DeliverByStartSequencePolicy, OptStartSeq: uint64(after) + 1,
		AckPolicy: natsjs.AckAllPolicy, AckWait: p.config.ackWait, BackOff: p.config.backOff,
		MaxDeliver: -1, MaxAckPending: p.config.pending,
		Metadata: map[string]string{openingKey: rand.Text()},
		// The database knows how far it is: that the server writes it down, too, took a
		// twentieth of the rate.
		MemoryStorage: true,
	})
}

// within returns a *[StreamError] if a filter fits no subject of a stream. What comes
// from other streams may have any.
func (c *sourceConfig) within(stream *natsjs.StreamConfig) error {
	if stream.Mirror != nil || len(stream.Sources) > 0 || stream.SubjectTransform != nil {
		return nil
	}
	for _, filter := range c.filters {
		if !overlapsAny(filter, stream.Subjects) {
			return &StreamError{stream.Name, fmt.Sprintf("has no subject that filter %q lets through: it takes %s", filter, strings.Join(stream.Subjects, ", "))}
		}
	}
	return nil
}

// signs returns how often the server is told that messages are worked on.
func (c *sourceConfig) signs() time.Duration {
	shortest := c.ackWait
	if len(c.backOff) > 0 {
		shortest = min(shortest, c.backOff[0])
	}
	return max(shortest/3, time.Millisecond)
}
