package jetstream_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/projection"
)

// spoiled are messages that no consumer of these schemas can read, in the place of
// version 2 of stream bad.
func spoiled(t testing.TB) map[string]delivery.Message {
	t.Helper()
	second := records("bad", 2)[1]
	encoded := func(change func(rec *runtime.Record)) delivery.Message {
		rec := second
		change(&rec)
		m, err := format().Encode(&rec)
		check(t, "encode", err)
		return m
	}
	stranger := encoded(func(*runtime.Record) {})
	stranger.Attributes = slices.DeleteFunc(stranger.Attributes, func(a delivery.Attribute) bool { return a.Name == delivery.AttrCorrelation })
	return map[string]delivery.Message{
		"envelope":      stranger,
		"unknown type":  encoded(func(rec *runtime.Record) { rec.Type = "orders.OrderPraised" }),
		"newer version": encoded(func(rec *runtime.Record) { rec.Version = 99 }),
		"payload":       encoded(func(rec *runtime.Record) { rec.Data = []byte(`{"carrier": 7}`) }),
	}
}

// spoil makes a stream that holds bad@1, good@1, what cannot be read, bad@3, good@2.
func spoil(t testing.TB, b *broker, m delivery.Message) {
	t.Helper()
	b.stream("EVENTS", func(c *natsjs.StreamConfig) { c.Subjects = []string{"x.>"} })
	bad, good := records("bad", 3), records("good", 2)
	publish(t, b, "EVENTS", "x", bad[0], good[0])
	sink := jetstream.NewSink(b.js, "EVENTS", jetstream.WithSubject(func(*delivery.Message) string { return "x.spoiled" }))
	w, err := sink.Open(context.Background(), delivery.Owner{})
	check(t, "open", err)
	_, err = w.Write(context.Background(), []delivery.Message{m})
	check(t, "write", err)
	publish(t, b, "EVENTS", "x", bad[2], good[1])
}

func TestUnreadableMessageIsParkedWithWhatFollowsInItsStream(t *testing.T) {
	for kind, m := range spoiled(t) {
		t.Run(kind, func(t *testing.T) {
			b, to := newBroker(t), onSQLite(t)
			spoil(t, b, m)
			stop := consume(t, b, &handler[sqliteTx]{target: to}, []string{"EVENTS"})
			await.Until(t, "the others", func() bool { return len(to.rows(t)) == 3 && len(lettersIn(t, to.db)) == 2 })
			check(t, "stop", stop())
			first := lettersIn(t, to.db)[0]
			if first.Key != stream("bad").String() || first.Error == "" || string(first.Record.Data) != string(m.Data) {
				t.Errorf("letter of %s: %q, payload %s", first.Key, first.Error, first.Record.Data)
			}
		})
	}
}

func TestUnreadableMessageIsSkippedAndSaidSo(t *testing.T) {
	for kind, m := range spoiled(t) {
		t.Run(kind, func(t *testing.T) {
			b, to, log := newBroker(t), onSQLite(t), &await.Log{}
			spoil(t, b, m)
			stop := consume(t, b, &handler[sqliteTx]{target: to}, []string{"EVENTS"},
				delivery.WithUnreadable(projection.SkipUnreadable), delivery.WithLogger(log.Logger()))
			want := "Order-bad@1 Order-good@1 Order-bad@3 Order-good@2"
			if kind == "envelope" { // who knows which version that was: those behind wait
				want = "Order-bad@1 Order-good@1 Order-good@2"
			}
			await.Until(t, "the others", func() bool { return strings.Join(to.rows(t), " ") == want })
			check(t, "stop", stop())
			if !log.Has("message skipped") {
				t.Error("nothing is said")
			}
		})
	}
}

func TestUnreadableMessageStopsThePartitionBehindWhatIsInFrontOfIt(t *testing.T) {
	for kind, m := range spoiled(t) {
		t.Run(kind, func(t *testing.T) {
			b, to, log, watched := newBroker(t), onSQLite(t), &await.Log{}, &stops{}
			spoil(t, b, m)
			stop := consume(t, b, &handler[sqliteTx]{target: to}, []string{"EVENTS"}, delivery.WithObserver(watched),
				delivery.WithUnreadable(projection.StopAtUnreadable), delivery.WithLogger(log.Logger()))
			await.Until(t, "what is in front", func() bool { return len(to.rows(t)) == 2 && watched.count.Load() > 2 })
			check(t, "stop", stop())
			if rows := strings.Join(to.rows(t), " "); rows != "Order-bad@1 Order-good@1" || len(lettersIn(t, to.db)) > 0 {
				t.Errorf("rows %s, %d letters", rows, len(lettersIn(t, to.db)))
			}
			if !log.Has("message 3, which cannot be read") {
				t.Error("nothing is said")
			}
		})
	}
}

// What anybody publishes to the stream, without an envelope, is kept under a stream
// of its own and holds up nobody.
func TestMessageOfAStrangerHoldsUpNobody(t *testing.T) {
	b, to := newBroker(t), onSQLite(t)
	b.stream("EVENTS", func(c *natsjs.StreamConfig) { c.Subjects = []string{"x.>"} })
	publish(t, b, "EVENTS", "x", records("a", 1)...)
	_, err := b.js.PublishMsg(context.Background(), &nats.Msg{Subject: "x.y", Data: []byte("hello")})
	check(t, "publish", err)
	publish(t, b, "EVENTS", "x", records("b", 1)...)
	consume(t, b, &handler[sqliteTx]{target: to}, []string{"EVENTS"})
	await.Until(t, "the others", func() bool { return len(to.rows(t)) == 2 && len(lettersIn(t, to.db)) == 1 })
	if letter := lettersIn(t, to.db)[0]; letter.Key != "unreadable-EVENTS-2" || string(letter.Record.Data) != "hello" {
		t.Errorf("letter of %s: %s", letter.Key, letter.Record.Data)
	}
}
