package jetstream_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// shortLived connects as nats.Connect does by default, but gives up sooner.
func shortLived(t testing.TB, b *broker) natsjs.JetStream {
	t.Helper()
	conn, err := nats.Connect(b.server.ClientURL(), nats.MaxReconnects(1), nats.ReconnectWait(time.Millisecond))
	check(t, "connect", err)
	t.Cleanup(conn.Close)
	js, err := natsjs.New(conn)
	check(t, "jetstream", err)
	return js
}

// ends runs something until it ends by itself.
func ends(t testing.TB, run func(context.Context) error) (ended chan error) {
	t.Helper()
	ended = make(chan error, 1)
	background(t, func(ctx context.Context) error { ended <- run(ctx); return nil })
	return ended
}

// closedForGood fails unless what was begun ends with an error that names the way out.
func closedForGood(t testing.TB, ended chan error) {
	t.Helper()
	select {
	case err := <-ended:
		if !errors.Is(err, delivery.ErrConnectionClosed) || !errors.Is(err, projection.ErrOver) || !strings.Contains(err.Error(), "nats.MaxReconnects(-1)") {
			t.Errorf("run: %v", err)
		}
	case <-time.After(await.Patience):
		t.Fatal("it goes on without a connection")
	}
}

func TestConsumerEndsWhenItsConnectionIsClosedForGood(t *testing.T) {
	b, store, to, log := newBroker(t), memstore.New(), onSQLite(t), &await.Log{}
	b.stream("EVENTS")
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	add(t, store, 1, "a")
	source, err := jetstream.NewSource(shortLived(t, b), "mailer", []string{"EVENTS"})
	check(t, "new source", err)
	ended := ends(t, consumerOf(t, source, &handler[*sqlitemodel.Tx]{target: to}, delivery.WithLogger(log.Logger())).Run)
	await.Until(t, "a row", func() bool { return len(to.rows(t)) == 1 })
	if !log.Has("connect with nats.MaxReconnects(-1)") {
		t.Error("nobody was warned")
	}
	b.stop()
	closedForGood(t, ended)
}

func TestConsumerThatBeginsOnAClosedConnectionEnds(t *testing.T) {
	b := newBroker(t)
	js := shortLived(t, b)
	js.Conn().Close()
	source, err := jetstream.NewSource(js, "mailer", []string{"EVENTS"})
	check(t, "new source", err)
	closedForGood(t, ends(t, consumerOf(t, source, &handler[*sqlitemodel.Tx]{target: onSQLite(t)}).Run))
}

func TestRelayEndsWhenItsConnectionIsClosedForGood(t *testing.T) {
	b, store, log := newBroker(t), memstore.New(), &await.Log{}
	events := b.stream("EVENTS")
	outgoing := delivery.Relay[*sqlitemodel.Tx]("outgoing", jetstream.NewSink(shortLived(t, b), "EVENTS"), format())
	runner, err := projection.NewRunner(store, onSQLite(t).db, registry(t), []projection.Projection[*sqlitemodel.Tx]{outgoing}, quick(projection.WithLogger(log.Logger()))...)
	check(t, "new runner", err)
	ended := ends(t, runner.Run)
	add(t, store, 1, "a")
	await.Until(t, "a message", func() bool { return messagesIn(t, events) == 1 })
	if !log.Has("connect with nats.MaxReconnects(-1)") {
		t.Error("nobody was warned")
	}
	b.stop()
	add(t, store, 1, "a")
	closedForGood(t, ended)
}

func TestEndlessConnectionIsNothingToWarnOf(t *testing.T) {
	if advice := jetstream.NewSink(newBroker(t).js, "EVENTS").Advice(); advice != "" {
		t.Error(advice)
	}
}
