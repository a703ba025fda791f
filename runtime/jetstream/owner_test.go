package jetstream_test

import (
	"context"
	"fmt"
	"testing"

	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/jetstream"
)

// partitionOf returns one that is read by way of a durable consumer.
func partitionOf(t testing.TB, b *broker, stream string, opts ...jetstream.SourceOption) (p delivery.Partition) {
	t.Helper()
	source, err := jetstream.NewSource(b.js, "reader", []string{stream}, opts...)
	check(t, "new source", err)
	check(t, "follow", source.Follow(context.Background(), "mailer", func(_ context.Context, found delivery.Partition) { p = found }))
	return p
}

func (b *broker) publish(subject string, n int) {
	b.t.Helper()
	for i := range n {
		_, err := b.js.Publish(context.Background(), subject, fmt.Appendf(nil, "%d", i))
		check(b.t, "publish", err)
	}
}

// An owner whose lease has run out may still open its partition again, where it had
// come to, and so put its durable consumer in the place of the next owner's.
func TestFeedPassesNothingWhenAFormerOwnerReplacesItsConsumer(t *testing.T) {
	for name, opts := range map[string][]jetstream.SourceOption{"all": nil, "filtered": {jetstream.WithFilters("orders.>")}} {
		t.Run(name, func(t *testing.T) {
			b := newBroker(t)
			b.stream("S")
			b.publish("orders.a", 10)
			feed, err := jetstream.OpenLate(context.Background(), partitionOf(t, b, "S", opts...), 2, func() {
				check(t, "replace", jetstream.Replace(context.Background(), partitionOf(t, b, "S", opts...), 6))
			})
			check(t, "open late", err)
			t.Cleanup(func() { _ = feed.Close() })
			got, err := feed.Fetch(context.Background(), 100)
			if err == nil {
				t.Fatalf("passed over messages: %v comes first behind 2", got.Deliveries[0].Offset)
			}
			again, err := partitionOf(t, b, "S", opts...).Open(context.Background(), 2)
			check(t, "open again", err)
			t.Cleanup(func() { _ = again.Close() })
			fetched(t, again, 3, 8)
		})
	}
}

// Offsets that are not there, because their messages were deleted or have other
// subjects, are no reason to stop.
func TestFeedGoesOnWhereMessagesAreNotForIt(t *testing.T) {
	b := newBroker(t)
	stream := b.stream("S")
	b.publish("orders.a", 3)
	b.publish("probe.S", 2)
	b.publish("orders.a", 3)
	check(t, "delete", stream.DeleteMsg(context.Background(), 2))
	feed, err := partitionOf(t, b, "S", jetstream.WithFilters("orders.>")).Open(context.Background(), 0)
	check(t, "open", err)
	t.Cleanup(func() { _ = feed.Close() })
	fetched(t, feed, 1, 5)
}

// A gap behind a server that was away is looked at, and the consumer still known, if it
// is of those that the server remembers.
func TestFeedKnowsItsConsumerAfterTheServerWasAway(t *testing.T) {
	b := newBroker(t)
	stream := b.stream("S")
	p := partitionOf(t, b, "S", jetstream.WithFilters("orders.>"))
	feed, err := jetstream.OpenLate(context.Background(), p, 0, func() {
		remembered(t, stream)
		b.stop()
		b.start()
		await.Until(t, "the server answers", func() bool { _, err := p.Bounds(context.Background()); return err == nil })
		b.publish("probe.S", 1)
		b.publish("orders.a", 3)
	})
	check(t, "open late", err)
	t.Cleanup(func() { _ = feed.Close() })
	fetched(t, feed, 2, 3)
}

// remembered makes the durable consumer one that a server still has when it starts again,
// as several servers have that keep it in memory.
func remembered(t testing.TB, stream natsjs.Stream) {
	t.Helper()
	durable, err := stream.Consumer(context.Background(), "reader")
	check(t, "consumer", err)
	config := durable.CachedInfo().Config
	config.MemoryStorage = false
	check(t, "delete", stream.DeleteConsumer(context.Background(), "reader"))
	_, err = stream.CreateConsumer(context.Background(), config)
	check(t, "create", err)
}

// fetched takes n messages, the first of which is at an offset.
func fetched(t testing.TB, feed delivery.Feed, first delivery.Offset, n int) {
	t.Helper()
	for came := 0; came < n; {
		got, err := feed.Fetch(context.Background(), n)
		check(t, "fetch", err)
		if came == 0 && got.Deliveries[0].Offset != first {
			t.Fatalf("offset %d comes first, not %d", got.Deliveries[0].Offset, first)
		}
		came += len(got.Deliveries)
	}
}
