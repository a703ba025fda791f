package jetstream_test

import (
	"context"
	"strings"
	"testing"

	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/memstore"
)

// What the broker will not take is parked with what follows in its stream; other
// streams go on, and nothing is repeated when it is let through later.
func TestRefusedMessageParksItsStreamOnly(t *testing.T) {
	everywhere(t, func(t *testing.T) { refused(t, onSQLite(t)) }, func(t *testing.T) { refused(t, onPostgres(t)) })
}

func refused[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	events := b.stream("EVENTS", func(c *natsjs.StreamConfig) { c.MaxMsgSize = 2000 })
	add(t, store, 2, "big", "small")
	large := orders.OrderShipped{Carrier: strings.Repeat("x", 3000)}
	_, err := store.Append(context.Background(), stream("big"), runtime.ExpectAny(), runtime.Root(), large)
	check(t, "append", err)
	_, err = store.Append(context.Background(), stream("small"), runtime.ExpectAny(), runtime.Root(), shipped())
	check(t, "append", err)
	add(t, store, 2, "big", "small")
	relay(t, store, to.db, jetstream.NewSink(b.js, "EVENTS"))
	await.Until(t, "what can be sent", func() bool { return len(subjects(t, events)) == 7 && len(lettersIn(t, to.db)) == 3 })
	config := events.CachedInfo().Config
	config.MaxMsgSize = -1
	_, err = b.js.UpdateStream(context.Background(), config)
	check(t, "update stream", err)
	await.Until(t, "the rest", func() bool { return len(subjects(t, events)) >= 10 && len(lettersIn(t, to.db)) == 0 })
	onceInOrder(t, subjects(t, events), 5, "big", "small")
}
