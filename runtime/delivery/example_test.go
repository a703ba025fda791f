package delivery_test

import (
	"context"
	"net/http"
	"time"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"
	"github.com/twmb/franz-go/pkg/kgo"
	globalotel "go.opentelemetry.io/otel"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/archive"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/health"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/kafka"
	"github.com/evgen/evgen/runtime/otel"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
)

// A relay is a projection: it runs beside others, on their database.
func ExampleRelay() {
	relay := func(ctx context.Context, store *postgres.Store, db *pgmodel.DB, registry *runtime.Registry, conn *nats.Conn) error {
		js, err := natsjs.New(conn)
		if err != nil {
			return err
		}
		_, err = js.CreateOrUpdateStream(ctx, natsjs.StreamConfig{
			Name: "ORDERS", Subjects: []string{"orders.>"},
			Retention: natsjs.LimitsPolicy, Discard: natsjs.DiscardOld, MaxAge: 30 * 24 * time.Hour,
			Replicas: 3,
		})
		if err != nil {
			return err
		}
		outgoing := delivery.Relay[*pgmodel.Tx]("outgoing", jetstream.NewSink(js, "ORDERS"), delivery.Binary{Source: "/shop"})
		runner, err := projection.NewRunner(store, db, registry, []projection.Projection[*pgmodel.Tx]{outgoing})
		if err != nil {
			return err
		}
		return runner.Run(ctx)
	}
	_ = relay
}

// A relay to Kafka writes in transactions, under an id that belongs to its shard.
func ExampleRelay_kafka() {
	relay := func(brokers ...string) (projection.Projection[*pgmodel.Tx], error) {
		sink, err := kafka.NewSink("shop.orders", kgo.SeedBrokers(brokers...))
		return delivery.Relay[*pgmodel.Tx]("outgoing", sink, delivery.Binary{Source: "/shop"}), err
	}
	_ = relay
}

// A consumer gives each message its effect in a database, in one transaction with what
// it remembers of the stream, and with its offset.
func ExampleNewConsumer() {
	consume := func(ctx context.Context, js natsjs.JetStream, db projection.Database[*pgmodel.Tx], registry *runtime.Registry) error {
		source, err := jetstream.NewSource(js, "mailer", []string{"ORDERS"}, jetstream.WithRedelivery(30*time.Second))
		if err != nil {
			return err
		}
		mails := projection.Projection[*pgmodel.Tx]{
			ID: "mailer", Types: []string{orders.TypeOrderShipped},
			Handler: pgmodel.Handwritten{
				Names: []string{"mails"},
				Make: func(ctx context.Context, tx *pgmodel.Tx) error {
					_, err := tx.Exec(ctx, `CREATE TABLE `+tx.Table("mails")+` (event uuid PRIMARY KEY, carrier text NOT NULL)`)
					return err
				},
				One: func(_ context.Context, tx *pgmodel.Tx, f *projection.Fact) error {
					shipped := f.Data.(orders.OrderShipped)
					tx.Queue(`INSERT INTO `+tx.Table("mails")+` VALUES ($1, $2)`, f.ID, shipped.Carrier)
					return nil
				},
			},
		}
		consumer, err := delivery.NewConsumer(source, db, registry, mails,
			delivery.WithHandlerTimeout(2*time.Minute), delivery.WithDrain(20*time.Second))
		if err != nil {
			return err
		}
		return consumer.Run(ctx)
	}
	_ = consume
}

// The members of a group share the partitions of a topic out among themselves.
func ExampleNewConsumer_kafka() {
	source := func(pod string, brokers ...string) (*kafka.Source, error) {
		return kafka.NewSource("shop.orders", kafka.Membership{Group: "mailer", Instance: pod},
			kgo.SeedBrokers(brokers...), kgo.SessionTimeout(45*time.Second), kgo.RebalanceTimeout(60*time.Second))
	}
	_ = source
}

// An operator lets a consumer go on behind a version that will never come.
func ExampleSkip() {
	skip := func(ctx context.Context, db *pgmodel.DB) error {
		return delivery.Skip(ctx, db, "mailer", runtime.StreamOf(orders.CategoryOrder, "17"), 4)
	}
	_ = skip
}

// An archive is a projection, too. What it holds, and nothing else, the store may forget.
func Example_archive() {
	sink := archive.Dir("/var/lib/shop/archive")
	keep := func(store *postgres.Store) projection.Projection[*pgmodel.Tx] {
		return archive.Projection[*pgmodel.Tx]("archive", store, sink)
	}
	forget := func(ctx context.Context, store *postgres.Store, from runtime.Position) (int64, error) {
		return archive.Retain(ctx, store, sink, from)
	}
	restore := func(ctx context.Context, into *postgres.Store, life runtime.Incarnation) (runtime.Imported, error) {
		return into.Import(ctx, archive.Restore(ctx, sink, life, 0))
	}
	_, _, _ = keep, forget, restore
}

// One observer is given to the store, to runners and to consumers.
func Example_observed() {
	observe := func(ctx context.Context, dsn string, db *pgmodel.DB) (*postgres.Store, error) {
		observer, err := otel.New(globalotel.GetTracerProvider(), globalotel.GetMeterProvider(), otel.WithSystem("nats"))
		if err != nil {
			return nil, err
		}
		store, err := postgres.Open(ctx, dsn, postgres.WithObserver(observer))
		if err != nil {
			return nil, err
		}
		_, err = observer.Watch(db, store)
		return store, err
	}
	appendTraced := func(ctx context.Context, store *postgres.Store, stream runtime.StreamID) error {
		_, err := store.Append(ctx, stream, runtime.ExpectAny(), otel.Trace(ctx, runtime.Root()), orders.OrderShipped{Carrier: "post"})
		return err
	}
	_, _ = observe, appendTraced
}

// A process whose runner has ended is dead; one whose relay is behind is not ready.
func Example_health() {
	serve := func(ctx context.Context, runner *projection.Runner[*pgmodel.Tx], store *postgres.Store, db *pgmodel.DB, consumer *delivery.Consumer[*pgmodel.Tx]) error {
		running := health.NewTask()
		bounds := health.Bounds{Events: 10_000, Still: time.Minute}
		http.Handle("/livez", health.New([]health.Check{running.Check("runner")}))
		http.Handle("/readyz", health.New([]health.Check{
			health.Store("store", store),
			health.Projections("relay", db, store, bounds, "outgoing"),
			health.Consumer("mailer", consumer, bounds),
		}))
		return running.Run(ctx, runner.Run)
	}
	_ = serve
}
