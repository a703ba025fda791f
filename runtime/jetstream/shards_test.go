package jetstream_test

import (
	"context"
	"fmt"
	"testing"

	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/projection"
)

// sharded writes each of n shards to a stream of its own, and makes those streams.
func sharded(b *broker, n int) (sink *jetstream.Sink, streams []string) {
	name := func(shard int) string { return fmt.Sprintf("EVENTS-%d", shard) }
	for i := range n {
		b.stream(name(i), func(c *natsjs.StreamConfig) { c.Subjects = []string{fmt.Sprintf("shard%d.>", i)} })
		streams = append(streams, name(i))
	}
	subject := func(m *delivery.Message) string {
		return fmt.Sprintf("shard%d.%s", projection.SlotOf(m.Key)*n/projection.Slots, jetstream.Subject(m))
	}
	return jetstream.NewSink(b.js, "", jetstream.WithShardStreams(name), jetstream.WithSubject(subject)), streams
}

// Four shards write at once, two runners share them, and a consumer reads all.
func TestShardsOfARelayWriteStreamsOfTheirOwn(t *testing.T) {
	b, store, to, ledger := newBroker(t), memstore.New(), onSQLite(t), onSQLite(t)
	sink, streams := sharded(b, 4)
	ids := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	add(t, store, 5, ids...)
	for range 2 {
		relay(t, store, ledger.db, sink, projection.WithShards(4))
	}
	stop := consume(t, b, &handler[sqliteTx]{target: to}, streams)
	add(t, store, 5, ids...)
	await.Until(t, "all rows", func() bool { return len(to.rows(t)) >= 80 })
	check(t, "stop", stop())
	onceInOrder(t, to.rows(t), 10, ids...)
	used := 0
	for _, name := range streams {
		s, err := b.js.Stream(context.Background(), name)
		check(t, "stream", err)
		if messagesIn(t, s) > 0 {
			used++
		}
	}
	if used < 2 {
		t.Errorf("%d of 4 streams are used", used)
	}
}

// The mark that a shard has left says nothing of those that it was joined with: what
// was not sent of them must not be passed over.
func TestMarkOfAShardDoesNotCountAfterItWasJoined(t *testing.T) {
	b := newBroker(t)
	b.stream("EVENTS")
	sink := jetstream.NewSink(b.js, "EVENTS")
	m, err := format().Encode(&records("a", 1)[0])
	check(t, "encode", err)
	m.Mark = delivery.Mark{Position: 17, Incarnation: "x"}
	half, err := sink.Open(context.Background(), delivery.Owner{First: 0, Last: 511})
	check(t, "open", err)
	_, err = half.Write(context.Background(), []delivery.Message{m})
	check(t, "write", err)
	for slots, want := range map[[2]int]delivery.Mark{{0, 1023}: {}, {0, 511}: m.Mark, {256, 511}: m.Mark, {512, 1023}: {}} {
		w, err := sink.Open(context.Background(), delivery.Owner{First: slots[0], Last: slots[1]})
		check(t, "open", err)
		if w.Last() != want {
			t.Errorf("slots %v go on behind %v, want %v", slots, w.Last(), want)
		}
	}
}

// Shards are joined while one of them has sent more than its checkpoint says.
func TestJoinedShardsLoseNothing(t *testing.T) {
	b, store, to, ledger := newBroker(t), memstore.New(), onSQLite(t), onSQLite(t)
	sink, streams := sharded(b, 2)
	ids := []string{"a", "b", "c", "d", "e", "f"}
	add(t, store, 5, ids...)
	stop := relay[sqliteTx](t, store, mortal[sqliteTx]{ledger.db}, sink, projection.WithShards(2))
	first, err := b.js.Stream(context.Background(), streams[0])
	check(t, "stream", err)
	await.Until(t, "a shard is ahead of its checkpoint", func() bool { return messagesIn(t, first) > 0 })
	check(t, "stop", stop())
	check(t, "join", projection.Reshard(context.Background(), ledger.db, "outgoing", 1))
	joined := jetstream.NewSink(b.js, streams[0], jetstream.WithSubject(func(m *delivery.Message) string { return "shard0." + jetstream.Subject(m) }))
	relay(t, store, ledger.db, joined)
	end := consume(t, b, &handler[sqliteTx]{target: to}, streams)
	await.Until(t, "all rows", func() bool { return len(to.rows(t)) >= 30 })
	check(t, "stop", end())
	onceInOrder(t, to.rows(t), 5, ids...)
}
