package jetstream_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/projection"
)

// everywhere runs a story on both databases.
func everywhere(t *testing.T, sqlite, postgres func(t *testing.T)) {
	t.Run("sqlite", sqlite)
	t.Run("postgres", postgres)
}

func TestEventsHaveTheirEffectOnceAndInOrder(t *testing.T) {
	everywhere(t, func(t *testing.T) { pass(t, onSQLite(t)) }, func(t *testing.T) { pass(t, onPostgres(t)) })
}

func pass[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	b.stream("EVENTS")
	add(t, store, 50, "a", "b", "c.d", "e f")
	h := &handler[T]{target: to}
	relay(t, store, to.db, jetstream.NewSink(b.js, "EVENTS", jetstream.WithWindow(7)))
	stop := consume(t, b, h, []string{"EVENTS"}, delivery.WithWindow(9))
	add(t, store, 50, "a", "b", "c.d", "e f")
	await.Until(t, "all rows", func() bool { return len(to.rows(t)) >= 400 })
	check(t, "stop", stop())
	onceInOrder(t, to.rows(t), 100, "a", "b", "c.d", "e f")
}

// A handler that takes longer than the server waits is given each event once, since
// the server is told that it is worked on.
func TestHandlerSlowerThanTheAckWaitIsCalledOnce(t *testing.T) {
	everywhere(t, func(t *testing.T) { slow(t, onSQLite(t)) }, func(t *testing.T) { slow(t, onPostgres(t)) })
}

func slow[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	events := b.stream("EVENTS")
	var signs, calls atomic.Int64
	acks, err := b.conn.Subscribe("$JS.ACK.EVENTS.>", func(m *nats.Msg) {
		if string(m.Data) == "+WPI" {
			signs.Add(1)
		}
	})
	check(t, "listen", err)
	defer func() { _ = acks.Unsubscribe() }()
	h := &handler[T]{target: to}
	h.do(func(context.Context, *projection.Fact) error { // signs come at a third of the wait: this takes three waits
		calls.Add(1)
		await.Until(t, "signs of life", func() bool { return signs.Load() >= 10 })
		return nil
	})
	relay(t, store, to.db, jetstream.NewSink(b.js, "EVENTS"))
	stop := consume(t, b, h, []string{"EVENTS"}, delivery.WithWindow(1))
	add(t, store, 1, "a")
	await.Until(t, "the row", func() bool { return len(to.rows(t)) == 1 })
	await.Until(t, "the acknowledgement", func() bool { return acknowledged(t, events) == 1 })
	check(t, "stop", stop())
	durable, err := events.Consumer(context.Background(), "mailer")
	check(t, "consumer", err)
	if info := durable.CachedInfo(); info.NumRedelivered != 0 || info.Delivered.Consumer != 1 || calls.Load() != 1 {
		t.Errorf("delivered %d times, handled %d times", info.Delivered.Consumer, calls.Load())
	}
}

func acknowledged(t testing.TB, s natsjs.Stream) uint64 {
	t.Helper()
	durable, err := s.Consumer(context.Background(), "mailer")
	if err != nil {
		return 0
	}
	return durable.CachedInfo().AckFloor.Stream
}

// mortal is a database in which checkpoints do not move any more.
type mortal[T any] struct{ projection.Database[T] }

type mortalLedger struct{ projection.Ledger }

var errCrash = errors.New("crashed on purpose")

func (m mortal[T]) Ledger(ctx context.Context, fn func(l projection.Ledger) error) error {
	return m.Database.Ledger(ctx, func(l projection.Ledger) error { return fn(mortalLedger{l}) })
}

func (mortalLedger) Advance(_ context.Context, _ *projection.Lease, from, to runtime.Position) error {
	if from == to {
		return nil
	}
	return errCrash
}

// What was published before a crash is not published again, also when the server
// has long forgotten the ids.
func TestCrashBetweenPublishAndCheckpointRepeatsNothing(t *testing.T) {
	everywhere(t, func(t *testing.T) { crash(t, onSQLite(t)) }, func(t *testing.T) { crash(t, onPostgres(t)) })
}

func crash[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	events := b.stream("EVENTS")
	add(t, store, 20, "a")
	stop := relay[T](t, store, mortal[T]{to.db}, jetstream.NewSink(b.js, "EVENTS"))
	await.Until(t, "messages", func() bool { return messagesIn(t, events) >= 20 })
	check(t, "stop", stop())
	forget(t, b, "EVENTS")
	add(t, store, 5, "a")
	relay(t, store, to.db, jetstream.NewSink(b.js, "EVENTS"))
	await.Until(t, "the rest", func() bool { return len(subjects(t, events)) >= 25 })
	onceInOrder(t, subjects(t, events), 25, "a")
}

// forget blocks until the server's window of ids is over: until it takes one that it
// knew. It leaves messages of a stranger in the stream.
func forget(t testing.TB, b *broker, name string) {
	t.Helper()
	await.Until(t, "the window is over", func() bool {
		ack, err := b.js.Publish(context.Background(), "probe."+name, nil, natsjs.WithMsgID("probe"))
		check(t, "probe", err)
		return !ack.Duplicate && ack.Sequence > 21
	})
}

// subjects returns what events a stream holds, as rows.
func subjects(t testing.TB, s natsjs.Stream) []string {
	t.Helper()
	info, err := s.Info(context.Background())
	if err != nil {
		return nil
	}
	var rows []string
	for seq := info.State.FirstSeq; seq > 0 && seq <= info.State.LastSeq; seq++ {
		raw, err := s.GetMsg(context.Background(), seq)
		if err != nil {
			return nil
		}
		if strings.HasPrefix(raw.Subject, "orders.") {
			rows = append(rows, raw.Header.Get("ce-subject")+"@"+raw.Header.Get("ce-streamversion"))
		}
	}
	return rows
}

func TestKilledBrokerDelaysAndLosesNothing(t *testing.T) {
	everywhere(t, func(t *testing.T) { outage(t, onSQLite(t)) }, func(t *testing.T) { outage(t, onPostgres(t)) })
}

func outage[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	b.stream("EVENTS")
	h := &handler[T]{target: to}
	relay(t, store, to.db, jetstream.NewSink(b.js, "EVENTS"))
	stop := consume(t, b, h, []string{"EVENTS"})
	for i := range 3 {
		add(t, store, 10, "a", "b")
		await.Until(t, "some rows", func() bool { return len(to.rows(t)) > 40*i })
		b.stop()
		add(t, store, 10, "a", "b")
		b.start()
	}
	await.Until(t, "all rows", func() bool { return len(to.rows(t)) >= 120 })
	check(t, "stop", stop())
	onceInOrder(t, to.rows(t), 60, "a", "b")
	if letters := lettersIn(t, to.db); len(letters) > 0 {
		t.Errorf("an outage made %d dead letters: %s", len(letters), letters[0].Error)
	}
}

func lettersIn(t testing.TB, db projection.Control) (letters []projection.Letter) {
	t.Helper()
	check(t, "letters", db.Ledger(context.Background(), func(l projection.Ledger) (err error) {
		letters, err = l.Letters(context.Background(), projection.LetterQuery{})
		return err
	}))
	return letters
}

// A relay that was paused and wakes up finds that another one has gone on.
func TestZombieRelayCannotPublish(t *testing.T) {
	b := newBroker(t)
	events := b.stream("EVENTS")
	ctx := context.Background()
	sink := jetstream.NewSink(b.js, "EVENTS")
	messages := marked(t, 9)
	zombie, err := sink.Open(ctx, delivery.Owner{Relay: "r", Epoch: 1})
	check(t, "open", err)
	_, err = zombie.Write(ctx, messages[:3])
	check(t, "write", err)
	owner, err := sink.Open(ctx, delivery.Owner{Relay: "r", Epoch: 2})
	check(t, "open", err)
	if last := owner.Last(); last != messages[2].Mark {
		t.Errorf("the new owner goes on behind %v", last)
	}
	_, err = owner.Write(ctx, messages[3:6])
	check(t, "write", err)
	if n, err := zombie.Write(ctx, messages[6:]); err == nil || n != 0 {
		t.Errorf("the zombie wrote %d messages: %v", n, err)
	}
	onceInOrder(t, subjects(t, events), 6, "a")
}

// marked are n messages of one stream, as a relay writes them.
func marked(t testing.TB, n int) []delivery.Message {
	t.Helper()
	messages := make([]delivery.Message, n)
	for i, rec := range records("a", n) {
		m, err := format().Encode(&rec)
		check(t, "encode", err)
		m.Mark = delivery.Mark{Position: rec.Position, Incarnation: "x"}
		messages[i] = m
	}
	return messages
}

// Somebody publishes to the stream while messages are under way: that one of them is
// refused must not let one behind it through, whatever numbers they have.
func TestNothingIsStoredBehindAMessageThatWasRefused(t *testing.T) {
	for strangers := 1; strangers <= 3; strangers++ {
		b := newBroker(t)
		events := b.stream("EVENTS")
		ctx := context.Background()
		sink, messages := jetstream.NewSink(b.js, "EVENTS"), marked(t, 9)
		w, err := sink.Open(ctx, delivery.Owner{})
		check(t, "open", err)
		for range strangers {
			_, err = b.js.Publish(ctx, "probe.EVENTS", nil)
			check(t, "publish", err)
		}
		if n, err := w.Write(ctx, messages); err == nil || n != 0 {
			t.Errorf("wrote %d messages: %v", n, err)
		}
		if rows := subjects(t, events); len(rows) > 0 {
			t.Errorf("stored %v", rows)
		}
		w, err = sink.Open(ctx, delivery.Owner{})
		check(t, "open", err)
		_, err = w.Write(ctx, messages[:4])
		check(t, "write", err)
		_, err = b.js.Publish(ctx, "probe.EVENTS", nil)
		check(t, "publish", err)
		if n, err := w.Write(ctx, messages[4:]); err == nil || n != 0 {
			t.Errorf("wrote %d messages: %v", n, err)
		}
		onceInOrder(t, subjects(t, events), 4, "a")
	}
}

// A consumer that lost its lease in the middle of a batch cannot commit it.
func TestZombieConsumerCannotCommit(t *testing.T) {
	everywhere(t, func(t *testing.T) { zombie(t, onSQLite(t)) }, func(t *testing.T) { zombie(t, onPostgres(t)) })
}

func zombie[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	b.stream("EVENTS")
	h := &handler[T]{target: to}
	var calls atomic.Int64
	reached, fenced := make(chan struct{}), make(chan struct{})
	h.do(func(context.Context, *projection.Fact) error {
		if calls.Add(1) == 1 {
			close(reached)
			<-fenced
		}
		return nil
	})
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	fencing := &fencing[T]{Database: to.db, fence: make(chan struct{})}
	h.target.db = fencing
	stop := consume(t, b, h, []string{"EVENTS"})
	add(t, store, 1, "a")
	<-reached
	close(fencing.fence)
	close(fenced)
	await.Until(t, "the row", func() bool { return len(to.rows(t)) == 1 })
	check(t, "stop", stop())
	onceInOrder(t, to.rows(t), 1, "a")
	if calls.Load() != 2 || !fencing.done.Load() {
		t.Errorf("the event was handled %d times", calls.Load())
	}
}

// fencing takes a shard away in the transaction that comes after the signal, before
// it commits: as if another process had claimed it when the handler was paused.
type fencing[T any] struct {
	projection.Database[T]
	fence chan struct{}
	done  atomic.Bool
}

func (f *fencing[T]) Transact(ctx context.Context, v projection.Version, fn func(tx T, l projection.Ledger) error) error {
	return f.Database.Transact(ctx, v, func(tx T, l projection.Ledger) error {
		if err := fn(tx, l); err != nil {
			return err
		}
		select {
		case <-f.fence:
		default:
			return nil
		}
		if !f.done.CompareAndSwap(false, true) {
			return nil
		}
		return projection.ErrFenced
	})
}

func TestPoisonParksItsStreamOnly(t *testing.T) {
	everywhere(t, func(t *testing.T) { poison(t, onSQLite(t)) }, func(t *testing.T) { poison(t, onPostgres(t)) })
}

func poison[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	b.stream("EVENTS")
	var terms atomic.Int64
	_, err := b.conn.Subscribe("$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.EVENTS.mailer", func(*nats.Msg) { terms.Add(1) })
	check(t, "listen", err)
	h := &handler[T]{target: to}
	h.do(func(_ context.Context, f *projection.Fact) error {
		if f.Stream == stream("bad") && f.StreamVersion == 3 {
			return errors.New("poison")
		}
		return nil
	})
	relay(t, store, to.db, jetstream.NewSink(b.js, "EVENTS"))
	stop := consume(t, b, h, []string{"EVENTS"})
	add(t, store, 10, "good", "bad")
	await.Until(t, "all but what is parked", func() bool { return len(to.rows(t)) == 12 && len(lettersIn(t, to.db)) == 8 })
	await.Until(t, "the server knows", func() bool { return terms.Load() == 1 })
	for _, letter := range lettersIn(t, to.db) {
		if letter.Key != stream("bad").String() || letter.Version.ID != "mailer.EVENTS" {
			t.Errorf("letter of %s in %s", letter.Key, letter.Version.ID)
		}
	}
	h.do(nil)
	await.Until(t, "the rest", func() bool { return len(to.rows(t)) >= 20 })
	check(t, "stop", stop())
	onceInOrder(t, to.rows(t), 10, "good", "bad")
}

func TestConsumerStopsWhereMessagesWereDropped(t *testing.T) {
	everywhere(t, func(t *testing.T) { dropped(t, onSQLite(t)) }, func(t *testing.T) { dropped(t, onPostgres(t)) })
}

func dropped[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	events := b.stream("EVENTS")
	h := &handler[T]{target: to}
	relay(t, store, to.db, jetstream.NewSink(b.js, "EVENTS"))
	add(t, store, 5, "a")
	stop := consume(t, b, h, []string{"EVENTS"})
	await.Until(t, "rows", func() bool { return len(to.rows(t)) == 5 })
	check(t, "stop", stop())
	add(t, store, 5, "a")
	await.Until(t, "messages", func() bool { return messagesIn(t, events) == 10 })
	check(t, "purge", events.Purge(context.Background(), natsjs.WithPurgeSequence(8)))
	var gap *runtime.RetentionGapError
	err := consumer(t, b, h, []string{"EVENTS"}).Run(context.Background())
	if !errors.Is(err, runtime.ErrRetentionGap) || !errors.As(err, &gap) || gap.After != 5 || gap.FirstKept != 8 {
		t.Errorf("run: %v", err)
	}
	onceInOrder(t, to.rows(t), 5, "a")
}

// Two partitions hold one stream, the later event comes first, and everything comes twice.
func TestDisorderAcrossPartitionsLeavesTheRightRows(t *testing.T) {
	everywhere(t, func(t *testing.T) { disorder(t, onSQLite(t)) }, func(t *testing.T) { disorder(t, onPostgres(t)) })
}

func disorder[T any](t *testing.T, to target[T]) {
	b := newBroker(t)
	even := b.stream("EVEN", func(c *natsjs.StreamConfig) { c.Subjects = []string{"even.>"} })
	b.stream("ODD", func(c *natsjs.StreamConfig) { c.Subjects = []string{"odd.>"} })
	h := &handler[T]{target: to}
	stop := consume(t, b, h, []string{"EVEN", "ODD"})
	for i, rec := range records("a", 10) {
		if i%2 == 1 {
			publish(t, b, "EVEN", "even", rec, rec)
		}
	}
	await.Until(t, "they wait", func() bool { return len(lettersIn(t, to.db)) > 0 && acknowledged(t, even) == 10 })
	for i, rec := range records("a", 10) {
		if i%2 == 0 {
			publish(t, b, "ODD", "odd", rec, rec)
		}
	}
	await.Until(t, "all rows", func() bool { return len(to.rows(t)) >= 10 && len(lettersIn(t, to.db)) == 0 })
	check(t, "stop", stop())
	onceInOrder(t, to.rows(t), 10, "a")
}

// records returns events as a store would have them.
func records(id string, n int) []runtime.Record {
	store := memstore.New()
	var all []runtime.Record
	for range n {
		_, _ = store.Append(context.Background(), stream(id), runtime.ExpectAny(), runtime.Root(), shipped())
	}
	for rec := range store.ReadAll(context.Background(), 0, runtime.Filter{}) {
		all = append(all, rec)
	}
	return all
}

// publish writes records under ids that the server does not recognise.
func publish(t testing.TB, b *broker, name, prefix string, records ...runtime.Record) {
	t.Helper()
	sink := jetstream.NewSink(b.js, name, jetstream.WithSubject(func(m *delivery.Message) string { return prefix + "." + jetstream.Subject(m) }))
	w, err := sink.Open(context.Background(), delivery.Owner{})
	check(t, "open", err)
	for i := range records {
		m, err := format().Encode(&records[i])
		check(t, "encode", err)
		m.ID += string(rune('a' + i))
		_, err = w.Write(context.Background(), []delivery.Message{m})
		check(t, "write", err)
	}
}
