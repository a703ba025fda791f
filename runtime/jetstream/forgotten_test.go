package jetstream_test

import (
	"context"
	"testing"

	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/sqlitemodel"
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
	eventually(t, "rows", func() bool { return len(to.rows(t)) == 3 })
	b.stop()
	b.start()
	add(t, store, 3, "b")
	eventually(t, "rows after the restart", func() bool { return len(to.rows(t)) == 6 })
	check(t, "stop", stop())
	onceInOrder(t, to.rows(t), 3, "a", "b")
}

// A stream that keeps messages for as long as a consumer waits for them must not forget the consumer.
func TestStreamThatGoesByConsumersKeepsThemOnItsDisk(t *testing.T) {
	b, to := newBroker(t), onSQLite(t)
	for name, policy := range map[string]natsjs.RetentionPolicy{"LIMITS": natsjs.LimitsPolicy, "INTEREST": natsjs.InterestPolicy} {
		s := b.stream(name, func(c *natsjs.StreamConfig) { c.Retention, c.Subjects = policy, []string{name} })
		stop := consume(t, b, &handler[*sqlitemodel.Tx]{target: to}, []string{name})
		var info *natsjs.ConsumerInfo
		eventually(t, "consumer", func() bool {
			c, err := s.Consumer(context.Background(), "mailer")
			if err == nil {
				info = c.CachedInfo()
			}
			return err == nil
		})
		check(t, "stop", stop())
		if info.Config.MemoryStorage != (policy == natsjs.LimitsPolicy) {
			t.Errorf("stream %s: consumer in memory: %t", name, info.Config.MemoryStorage)
		}
	}
}
