package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
)

// rowsOf returns records of events as rows.
func rowsOf(records []*kgo.Record) []string {
	var rows []string
	for _, r := range records {
		for _, h := range r.Headers {
			if h.Key == "ce_"+delivery.AttrStreamVersion {
				rows = append(rows, fmt.Sprintf("%s@%s", r.Key, h.Value))
			}
		}
	}
	return rows
}

// mortal is a database in which checkpoints do not move any more.
type mortal[T any] struct{ projection.Database[T] }

type mortalLedger struct{ projection.Ledger }

func (m mortal[T]) Ledger(ctx context.Context, fn func(l projection.Ledger) error) error {
	return m.Database.Ledger(ctx, func(l projection.Ledger) error { return fn(mortalLedger{l}) })
}

func (mortalLedger) Advance(_ context.Context, _ *projection.Lease, from, to runtime.Position) error {
	if from == to {
		return nil
	}
	return errors.New("crashed on purpose")
}

func total(ends map[int32]int64) (sum int64) {
	for _, end := range ends {
		sum += end
	}
	return sum
}

func TestCrashBetweenProduceAndCheckpointRepeatsNothing(t *testing.T) {
	everywhere(t, crash[sqliteTx], crash[*pgmodel.Tx])
}

func crash[T any](t *testing.T, db *rows[T]) {
	b, store := newBroker(t, 3), memstore.New()
	add(t, store, 10, "a", "b")
	stop := relay[T](t, store, mortal[T]{db.Database}, b.sink(t))
	await.Until(t, "messages", func() bool { return total(b.ends(t)) > 20 })
	check(t, "stop", stop())
	add(t, store, 2, "a", "b")
	relay(t, store, db.Database, b.sink(t))
	await.Until(t, "the rest", func() bool { return checkpoint(t, db) == 24 })
	onceInOrder(t, rowsOf(b.records(t, 24)), 12, "a", "b")
}

func checkpoint(t testing.TB, db projection.Control) (at runtime.Position) {
	t.Helper()
	check(t, "shards", db.Ledger(context.Background(), func(l projection.Ledger) error {
		versions, err := l.Versions(context.Background(), "outgoing")
		if err != nil || len(versions) == 0 {
			return err
		}
		shards, err := l.Shards(context.Background(), versions[0])
		at = shards[0].Position
		return err
	}))
	return at
}

func owner(first, last int) delivery.Owner {
	return delivery.Owner{Relay: "outgoing", First: first, Last: last, Epoch: 1, Incarnation: "x"}
}

func open(t testing.TB, b *broker, o delivery.Owner, opts ...kgo.Opt) delivery.Writer {
	t.Helper()
	w, err := b.sink(t, opts...).Open(context.Background(), o)
	check(t, "open", err)
	t.Cleanup(w.Close)
	return w
}

// messages are n of one key, at positions behind after, of size bytes each.
func messages(after, n, size int) []delivery.Message {
	var all []delivery.Message
	for i := range n {
		version, id := fmt.Sprint(after+i+1), uuid.NewString()
		all = append(all, delivery.Message{
			Key: stream("a").String(), ID: id, Type: "orders.OrderShipped", ContentType: delivery.JSONType, Data: make([]byte, size),
			Attributes: delivery.Attributes{{Name: delivery.AttrID, Value: id}, {Name: delivery.AttrStreamVersion, Value: version}},
			Mark:       delivery.Mark{Position: runtime.Position(after + i + 1), Incarnation: "x"},
		})
	}
	return all
}

func TestZombieIsFencedAndWritesNothing(t *testing.T) {
	b := newBroker(t, 1)
	zombie := open(t, b, owner(0, 1023))
	_, err := zombie.Write(context.Background(), messages(0, 3, 10))
	check(t, "write", err)
	heir := open(t, b, owner(0, 1023))
	if n, err := zombie.Write(context.Background(), messages(3, 3, 10)); !errors.Is(err, projection.ErrFenced) || n != 0 {
		t.Errorf("the zombie wrote %d: %v", n, err)
	}
	if at := heir.Last().Position; at != 3 {
		t.Errorf("the heir goes on behind %d, want 3", at)
	}
	_, err = heir.Write(context.Background(), messages(3, 3, 10))
	check(t, "write as the heir", err)
	onceInOrder(t, rowsOf(b.records(t, 6)), 6, "a")
}

// What a writer began and did not live to commit is seen by nobody, and not counted.
func TestUnfinishedTransactionIsWrittenAgainByTheHeir(t *testing.T) {
	b := newBroker(t, 1)
	w := open(t, b, owner(0, 1023), kgo.TransactionTimeout(time.Second))
	_, err := w.Write(context.Background(), messages(0, 3, 10))
	check(t, "write", err)
	stuck, cancel := context.WithCancel(context.Background())
	b.ControlKey(26, func(kmsg.Request) (kmsg.Response, error, bool) { // the end of a transaction
		cancel()
		return nil, errors.New("the link is cut"), true
	})
	if n, err := w.Write(stuck, messages(3, 3, 10)); err == nil || n != 0 {
		t.Errorf("wrote %d: %v", n, err)
	}
	w.Close()
	open(t, b, owner(0, 1023)).Close() // here this waits for the time to be over, which fences it as well
	heir := open(t, b, owner(0, 1023))
	if at := heir.Last().Position; at != 3 {
		t.Errorf("the heir goes on behind %d, want 3", at)
	}
	_, err = heir.Write(context.Background(), messages(3, 3, 10))
	check(t, "write as the heir", err)
	onceInOrder(t, rowsOf(b.records(t, 6)), 6, "a")
}

func TestRefusedMessageIsFoundAndThoseInFrontAreSafe(t *testing.T) {
	b := newBroker(t, 1)
	w := open(t, b, owner(0, 1023), kgo.ProducerBatchMaxBytes(4096))
	batch := messages(0, 8, 10)
	batch[5].Data = make([]byte, 1<<16)
	n, err := w.Write(context.Background(), batch)
	var refused *delivery.RefusedError
	if !errors.As(err, &refused) || refused.ID != batch[5].ID || n != 5 {
		t.Errorf("wrote %d: %v", n, err)
	}
	_, err = w.Write(context.Background(), batch[6:])
	check(t, "write what is behind", err)
	if rows := rowsOf(b.records(t, 7)); rows[4] != stream("a").String()+"@5" || rows[5] != stream("a").String()+"@7" {
		t.Errorf("rows %v", rows)
	}
}

// After shards were joined the mark of one of them says nothing of the others' records.
func TestMarkOfFewerSlotsDoesNotCount(t *testing.T) {
	b := newBroker(t, 1)
	w := open(t, b, owner(0, 511))
	_, err := w.Write(context.Background(), messages(0, 3, 10))
	check(t, "write", err)
	if at := open(t, b, owner(0, 255)).Last().Position; at != 3 {
		t.Errorf("a part of the shard goes on behind %d, want 3", at)
	}
	if mark := open(t, b, owner(0, 1023)).Last(); mark != (delivery.Mark{}) {
		t.Errorf("the joined shard goes on behind %s, want its checkpoint", mark)
	}
}
