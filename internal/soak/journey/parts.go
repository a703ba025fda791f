package journey

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/kafka"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/pgsaga"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/reaction"
	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// Topic is the one of Kafka; RelayToKafka is the relay that writes to it.
const (
	Topic        = "journey"
	RelayToKafka = "to_kafka"
	relayToNATS  = "to_nats"
)

// relay brings what is stored to both brokers.
func (c *calling) relay(ctx context.Context) error {
	store, models, err := c.database(ctx)
	if err != nil {
		return err
	}
	js, err := c.jetstream()
	if err != nil {
		return err
	}
	toKafka, err := kafka.NewSink(Topic, append(c.brokers(), kgo.TransactionTimeout(3*time.Second))...)
	if err != nil {
		return err
	}
	toNATS := jetstream.NewSink(js, "", jetstream.WithShardStreams(streamOf), jetstream.WithSubject(subjectOf), jetstream.WithAckWait(2*time.Second))
	r, err := c.runner(store, models,
		delivery.Relay[*pgmodel.Tx](relayToNATS, c.sink(toNATS), newFormat()),
		delivery.Relay[*pgmodel.Tx](RelayToKafka, c.sink(toKafka), newFormat()))
	if err != nil {
		return err
	}
	return r.Run(ctx)
}

func (c *calling) sink(s delivery.Sink) delivery.Sink {
	if c.tamperedWith.Sink == nil {
		return s
	}
	return c.tamperedWith.Sink(s)
}

func (c *calling) jetstream() (natsjs.JetStream, error) {
	conn, err := nats.Connect(c.NATS, nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond), nats.RetryOnFailedConnect(true), quietly())
	if err != nil {
		return nil, err
	}
	return natsjs.New(conn)
}

// quietly keeps a connection from writing about each link that is cut.
func quietly() nats.Option { return nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}) }

// brokers are options under which a group notices soon who is gone.
func (c *calling) brokers() []kgo.Opt {
	return []kgo.Opt{kgo.SeedBrokers(c.Kafka...)}
}

// streamOf names the stream of JetStream that holds a relay's shard.
func streamOf(shard int) string { return fmt.Sprintf("JOURNEY-%d", shard) }

func subjectOf(m *delivery.Message) string {
	return fmt.Sprintf("shard%d.%s", projection.SlotOf(m.Key)*shards/projection.Slots, jetstream.Subject(m))
}

// consumers lists those that every consuming process has.
func consumers() []string { return []string{"nats_pg", "nats_file", "kafka_pg", "kafka_file"} }

// consume gives what the brokers have its effect, in both databases.
func (c *calling) consume(ctx context.Context) error {
	models, err := pgmodel.Open(ctx, c.Postgres)
	if err != nil {
		return err
	}
	file, err := sqlitemodel.Open(ctx, c.File, sqlitemodel.WithSynchronous(sqlitemodel.Full))
	if err != nil {
		return err
	}
	var runs []func(context.Context) error
	for _, name := range consumers() {
		from, err := c.source(name)
		if err != nil {
			return err
		}
		var run func(context.Context) error
		if mine := newTenures(c.Name); name == "nats_pg" || name == "kafka_pg" {
			run, err = consumer(c, name, observed{from, mine}, c.models(models), mine.inPostgres(name))
		} else {
			run, err = consumer(c, name, observed{from, mine}, file, mine.inSQLite(name))
		}
		if err != nil {
			return err
		}
		runs = append(runs, run)
	}
	return all(ctx, runs...)
}

func (c *calling) source(name string) (delivery.Source, error) {
	if name == "kafka_pg" || name == "kafka_file" {
		return kafka.NewSource(Topic, kafka.Membership{Group: name}, append(c.brokers(),
			kgo.SessionTimeout(2*time.Second), kgo.HeartbeatInterval(300*time.Millisecond), kgo.RebalanceTimeout(5*time.Second))...)
	}
	js, err := c.jetstream()
	if err != nil {
		return nil, err
	}
	var streams []string
	for shard := range shards {
		streams = append(streams, streamOf(shard))
	}
	return jetstream.NewSource(js, name, streams, jetstream.WithRedelivery(time.Second))
}

func consumer[T any](c *calling, name string, from delivery.Source, db projection.Database[T], d delivererOf[T]) (func(context.Context) error, error) {
	known, err := registry()
	if err != nil {
		return nil, err
	}
	p := projection.Projection[T]{ID: name, Types: types(), Handler: d.handler()}
	consumer, err := delivery.NewConsumer(from, db, known, p,
		delivery.WithFormat(newFormat()), delivery.WithLogger(c.logger), delivery.WithWindow(100),
		delivery.WithGuard(time.Second), delivery.WithDrain(time.Second), delivery.WithRunner(c.quick()...))
	if err != nil {
		return nil, err
	}
	return consumer.Run, nil
}

// work runs the reaction and the sagas.
func (c *calling) work(ctx context.Context) error {
	store, models, err := c.database(ctx)
	if err != nil {
		return err
	}
	known, err := registry()
	if err != nil {
		return err
	}
	emit := reaction.AppendIn[*pgmodel.Tx](postgres.AppendIn[*pgmodel.Tx](store))
	if c.tamperedWith.Append != nil {
		emit = c.tamperedWith.Append(emit)
	}
	var sagas saga.Database[*pgmodel.Tx] = pgsaga.New(models)
	if c.tamperedWith.Sagas != nil {
		sagas = c.tamperedWith.Sagas(sagas)
	}
	worker, err := saga.NewWorker(store, sagas, known, saga.AppendIn[*pgmodel.Tx](emit), trip(models.Pool()),
		saga.WithOwner(c.Name), saga.WithLease(lease), saga.WithConcurrency(8), saga.WithDrain(time.Second), saga.WithLogger(c.logger),
		saga.WithPoll(runtime.Poll{Min: 5 * time.Millisecond, Max: 200 * time.Millisecond}))
	if err != nil {
		return err
	}
	runner, err := c.runner(store, models, worker.Starter(), reaction.New(echoing, []string{Noted}, emit, echo))
	if err != nil {
		return err
	}
	return all(ctx, worker.Run, runner.Run)
}

// echoing is the reaction to Noted.
const echoing = "echoing"

// echo answers what is noted in Note-x in Echo-x.
func echo(_ context.Context, f *projection.Fact) ([]reaction.Emission, error) {
	h := f.Data.(Happening)
	if h.Poison {
		return nil, errPoison
	}
	return []reaction.Emission{{Stream: runtime.StreamOf("Echo", f.Stream.ID()), Event: Happening{Type: Echoed, Number: h.Number}}}, nil
}
