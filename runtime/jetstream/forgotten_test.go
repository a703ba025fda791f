package jetstream_test

import (
	"testing"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/memstore"
)

// A server keeps in memory how far a consumer is, and does not know it when it starts again.
func TestRunningConsumerGoesOnWhereTheServerHasForgottenIt(t *testing.T) {
	everywhere(t, func(t *testing.T) { forgotten(t, onSQLite(t)) }, func(t *testing.T) { forgotten(t, onPostgres(t)) })
}

func forgotten[T any](t *testing.T, to target[T]) {
	b, store := newBroker(t), memstore.New()
	b.stream("EVENTS")
	h := &handler[T]{target: to}
	relay(t, store, onSQLite(t).db, jetstream.NewSink(b.js, "EVENTS"))
	stop := consume(t, b, h, []string{"EVENTS"})
	add(t, store, 3, "a")
	await.Until(t, "rows", func() bool { return len(to.rows(t)) == 3 })
	b.stop()
	b.start()
	add(t, store, 3, "b")
	await.Until(t, "rows after the restart", func() bool { return len(to.rows(t)) == 6 })
	check(t, "stop", stop())
	onceInOrder(t, to.rows(t), 3, "a", "b")
}
