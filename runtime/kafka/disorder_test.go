package kafka_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
)

// A topic whose number of partitions has grown, and a producer that repeats itself:
// one stream lies in two partitions, the later versions are read first, and
// everything is there twice.
func TestDisorderAcrossPartitionsLeavesTheRightRows(t *testing.T) {
	everywhere(t, disorder[sqliteTx], disorder[*pgmodel.Tx])
}

func disorder[T any](t *testing.T, to *rows[T]) {
	b, store := newBroker(t, 2), memstore.New()
	add(t, store, 10, "a", "b")
	check(t, "set up", to.Setup(context.Background()))
	background(t, consumer(t, b.source(t, ""), to, delivery.WithWindow(4)).Run)
	produce(t, b, store, 1, func(v runtime.StreamVersion) bool { return v%2 == 0 })
	await.Until(t, "they wait", func() bool { return letters(t, to) == 20 && len(to.all(t)) == 0 })
	produce(t, b, store, 0, func(v runtime.StreamVersion) bool { return v%2 == 1 })
	await.Until(t, "all rows", func() bool { return len(to.all(t)) >= 20 && letters(t, to) == 0 })
	onceInOrder(t, to.all(t), 10, "a", "b")
}

// A partition repeats what came by way of another one in between: what its own
// transactions have taken in before says nothing of that.
func TestPartitionRepeatsWhatAnotherOneHasBrought(t *testing.T) {
	everywhere(t, repeated[sqliteTx], repeated[*pgmodel.Tx])
}

func repeated[T any](t *testing.T, to *rows[T]) {
	b, store := newBroker(t, 2), memstore.New()
	add(t, store, 4, "a", "b")
	check(t, "set up", to.Setup(context.Background()))
	background(t, consumer(t, b.source(t, ""), to).Run)
	for i, versions := range [][]runtime.StreamVersion{{1}, {2, 3}, {2, 4}} {
		produce(t, b, store, int32(i%2), func(v runtime.StreamVersion) bool { return slices.Contains(versions, v) })
		last := int(versions[len(versions)-1])
		await.Until(t, fmt.Sprintf("rows up to version %d", last), func() bool { return len(to.all(t)) >= 2*last && letters(t, to) == 0 })
	}
	onceInOrder(t, to.all(t), 4, "a", "b")
}

// produce writes some of a store's records to a partition, twice.
func produce(t testing.TB, b *broker, store *memstore.Store, partition int32, wanted func(v runtime.StreamVersion) bool) {
	t.Helper()
	client, err := kgo.NewClient(append(b.opts(), kgo.RecordPartitioner(kgo.ManualPartitioner()))...)
	check(t, "new producer", err)
	defer client.Close()
	for rec, err := range store.ReadAll(context.Background(), 0, runtime.Filter{}) {
		check(t, "read", err)
		if !wanted(rec.StreamVersion) {
			continue
		}
		m, err := format().Encode(&rec)
		check(t, "encode", err)
		for range 2 {
			check(t, "produce", client.ProduceSync(context.Background(), plain(&m, partition)).FirstErr())
		}
	}
}

// plain is a message as another program writes it.
func plain(m *delivery.Message, partition int32) *kgo.Record {
	r := &kgo.Record{Topic: topic, Partition: partition, Key: []byte(m.Key), Value: m.Data}
	for _, a := range m.Attributes {
		r.Headers = append(r.Headers, kgo.RecordHeader{Key: "ce_" + a.Name, Value: []byte(a.Value)})
	}
	r.Headers = append(r.Headers, kgo.RecordHeader{Key: "content-type", Value: []byte(m.ContentType)})
	return r
}

func letters(t testing.TB, db projection.Control) (n int) {
	t.Helper()
	check(t, "letters", db.Ledger(context.Background(), func(l projection.Ledger) error {
		all, err := l.Letters(context.Background(), projection.LetterQuery{})
		n = len(all)
		return err
	}))
	return n
}

// Four shards write one topic, each under an id of its own.
func TestShardsOfARelayWriteOneTopic(t *testing.T) {
	b, store, to := newBroker(t, 3), memstore.New(), newRows(t)
	ids := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	add(t, store, 5, ids...)
	relay(t, store, newRows(t).Database, b.sink(t), projection.WithShards(4))
	background(t, consumer(t, b.source(t, ""), to).Run)
	add(t, store, 5, ids...)
	await.Until(t, "all rows", func() bool { return len(to.all(t)) >= 80 })
	onceInOrder(t, to.all(t), 10, ids...)
	onceInOrder(t, rowsOf(b.records(t, 80)), 10, ids...)
}

// While a handler takes longer than a member may be silent, the member stays, and
// nothing is delivered twice.
func TestHandlerSlowerThanTheSessionIsGivenEachEventOnce(t *testing.T) {
	everywhere(t, slow[sqliteTx], slow[*pgmodel.Tx])
}

func slow[T any](t *testing.T, to *rows[T]) {
	b, store := newBroker(t, 1, kfake.GroupMinSessionTimeout(time.Millisecond)), memstore.New()
	const session = 150 * time.Millisecond
	calls := 0
	to.do(func(ctx context.Context, _ *projection.Fact) error {
		if calls++; calls > 1 {
			return nil
		}
		select { // the time of the work, not a wait for something
		case <-time.After(4 * session):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	relay(t, store, newRows(t).Database, b.sink(t))
	add(t, store, 4, "a", "b")
	stop := background(t, consumer(t, b.source(t, "", kgo.SessionTimeout(session)), to, delivery.WithWindow(1)).Run)
	await.Until(t, "all rows", func() bool { return len(to.all(t)) >= 8 })
	check(t, "stop", stop())
	onceInOrder(t, to.all(t), 4, "a", "b")
	if calls != 8 {
		t.Errorf("%d calls for 8 events", calls)
	}
}
