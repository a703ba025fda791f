package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/projection"
)

// measureConsumer compares a consumer that writes a row a message with a projection that writes the same rows from the
// store.
func measureConsumer(ctx context.Context, b *bench) error {
	s, err := b.service(ctx, b.events)
	if err != nil {
		return err
	}
	defer s.close()
	broker, err := newBroker(ctx)
	if err != nil {
		return err
	}
	defer broker.close()
	if _, err := s.project(ctx, b.events, delivery.Relay[tx]("outgoing", jetstream.NewSink(broker.js, "EVENTS"), format())); err != nil {
		return err
	}
	n := 0
	all, err := b.inTurns(ctx,
		func(ctx context.Context, b *bench) (figure, error) { return bareConsume(ctx, broker, b.events) },
		func(ctx context.Context, b *bench) (figure, error) {
			n++
			return s.project(ctx, b.events, rows(fmt.Sprintf("list%d", n)))
		},
		func(ctx context.Context, b *bench) (figure, error) {
			return s.consume(ctx, broker, fmt.Sprintf("mailer%d", n), b.events, nil)
		},
		watermillConsume)
	if err != nil {
		return err
	}
	print(fmt.Sprintf("%d events into rows of PostgreSQL", b.events),
		heading(),
		all[0].cells("bare client, no rows"),
		all[1].cells("projection, from the store"),
		append(all[2].cells("consumer, from JetStream"), all[2].against(all[1], 0.7)...),
		all[3].cells("watermill, from JetStream"))
	return nil
}

// bareConsume takes n messages and acknowledges them all at once, with one in each thousand: what broker and client cost
// by themselves.
func bareConsume(ctx context.Context, b *broker, n int) (figure, error) {
	const name = "bare"
	consumer, err := b.js.CreateOrUpdateConsumer(ctx, "EVENTS", natsjs.ConsumerConfig{
		Durable: name, AckPolicy: natsjs.AckAllPolicy, MaxAckPending: 15_000,
	})
	if err != nil {
		return figure{}, err
	}
	defer func() { _ = b.js.DeleteConsumer(ctx, "EVENTS", name) }()
	watch, taken, failed := start(), 0, make(chan error, 1)
	pull, err := consumer.Consume(func(m natsjs.Msg) {
		if taken++; taken%1000 != 0 && taken != n {
			return
		}
		if err := m.Ack(); err != nil || taken == n {
			failed <- err
		}
	})
	if err != nil {
		return figure{}, err
	}
	defer pull.Stop()
	select {
	case err := <-failed:
		return watch.events(n), err
	case <-ctx.Done():
		return figure{}, ctx.Err()
	}
}

func (s *service) consume(ctx context.Context, b *broker, name string, n int, each func(a projection.Applied)) (figure, error) {
	source, err := jetstream.NewSource(b.js, name, []string{"EVENTS"})
	if err != nil {
		return figure{}, err
	}
	return until(ctx, n, func(ctx context.Context, watched *reached) error {
		watched.each = each
		c, err := delivery.NewConsumer(source, projection.Database[tx](s.db), s.registry, rows(name),
			delivery.WithObserver(watched), delivery.WithLogger(slog.New(slog.DiscardHandler)), delivery.WithRunner(quiet()))
		if err != nil {
			return err
		}
		return c.Run(ctx)
	})
}

// samples is how many events are timed, pace how far they are apart.
const (
	samples = 1000
	pace    = 5 * time.Millisecond
)

// measureLatency appends at an even pace and measures how long it takes from the end of each append, over relay and
// broker, until its row is committed in the consumer.
func measureLatency(ctx context.Context, b *bench) error {
	s, err := b.service(ctx, 0)
	if err != nil {
		return err
	}
	defer s.close()
	broker, err := newBroker(ctx)
	if err != nil {
		return err
	}
	defer broker.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var t timed
	ended := make(chan error, 3)
	go func() {
		_, err := s.project(ctx, samples+1, delivery.Relay[tx]("outgoing", jetstream.NewSink(broker.js, "EVENTS"), format()))
		ended <- err
	}()
	go func() { _, err := s.consume(ctx, broker, "mailer", samples, t.committed); ended <- err }()
	go func() { ended <- t.append(ctx, s) }()
	for range 2 { // the relay waits for one that does not come
		if err := <-ended; err != nil {
			return err
		}
	}
	lags := t.lags()
	print(fmt.Sprintf("From append to effect, %d events, one every %s", samples, pace),
		[]string{"p50", "p99", "largest"},
		[]string{at(lags, 50), at(lags, 99), at(lags, 100)})
	return nil
}

// timed notes when events were appended, and when they had their effect, by their place in the stream of messages.
type timed struct {
	mu               sync.Mutex
	appended, effect [samples + 1]time.Time
	reached          int
}

func (t *timed) append(ctx context.Context, s *service) error {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for i := 1; i <= samples; i++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		if _, err := s.store.Append(ctx, streamOf(i), runtime.ExpectAny(), runtime.Root(), created(i)); err != nil {
			return err
		}
		t.mu.Lock()
		t.appended[i] = time.Now()
		t.mu.Unlock()
	}
	return nil
}

// committed notes that all up to an offset had their effect.
func (t *timed) committed(a projection.Applied) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.reached < int(a.Position) && t.reached < samples {
		t.reached++
		t.effect[t.reached] = now
	}
}

func (t *timed) lags() []time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []time.Duration
	for i := 1; i <= samples; i++ {
		all = append(all, max(t.effect[i].Sub(t.appended[i]), 0))
	}
	slices.Sort(all)
	return all
}

func at(sorted []time.Duration, percent int) string {
	return sorted[min(len(sorted)*percent/100, len(sorted)-1)].Round(10 * time.Microsecond).String()
}
