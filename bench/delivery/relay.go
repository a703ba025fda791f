package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/kafka"
)

// measureJetStream compares a relay, which reads a store and moves a checkpoint, with the bare client that publishes the
// same messages, with as many under way.
func measureJetStream(ctx context.Context, b *bench) error {
	s, err := b.service(ctx, b.events)
	if err != nil {
		return err
	}
	defer s.close()
	messages, err := s.messages(ctx)
	if err != nil {
		return err
	}
	n := 0
	all, err := b.inTurns(ctx,
		func(ctx context.Context, _ *bench) (figure, error) { return barePublish(ctx, messages) },
		func(ctx context.Context, _ *bench) (figure, error) {
			n++
			return s.relayToJetStream(ctx, fmt.Sprintf("outgoing%d", n), len(messages))
		},
		watermillRelay)
	if err != nil {
		return err
	}
	print(fmt.Sprintf("Relay of %d events from PostgreSQL to JetStream", b.events),
		heading(),
		all[0].cells("bare client, the same bytes"),
		append(all[1].cells("evgen"), all[1].against(all[0], 0.7)...),
		all[2].cells("watermill"))
	return nil
}

// window is how many messages are under way, the relay's default.
const window = 512

func barePublish(ctx context.Context, messages []delivery.Message) (figure, error) {
	b, err := newBroker(ctx)
	if err != nil {
		return figure{}, err
	}
	defer b.close()
	js, err := natsjs.New(b.conn, natsjs.WithPublishAsyncMaxPending(window))
	if err != nil {
		return figure{}, err
	}
	prepared := make([]*nats.Msg, len(messages))
	for i := range messages {
		prepared[i] = natsMessage(&messages[i])
	}
	watch := start()
	for _, m := range prepared {
		if _, err := js.PublishMsgAsync(m); err != nil {
			return figure{}, err
		}
	}
	select {
	case <-js.PublishAsyncComplete():
		return watch.events(len(messages)), nil
	case <-ctx.Done():
		return figure{}, ctx.Err()
	}
}

// natsMessage has the headers of the relay's.
func natsMessage(m *delivery.Message) *nats.Msg {
	h := nats.Header{natsjs.MsgIDHeader: {m.ID}, "content-type": {m.ContentType}, delivery.MarkHeader: {m.Mark.String()}}
	for _, a := range m.Attributes {
		h["ce-"+a.Name] = []string{a.Value}
	}
	return &nats.Msg{Subject: jetstream.Subject(m), Header: h, Data: m.Data}
}

func (s *service) relayToJetStream(ctx context.Context, name string, n int) (figure, error) {
	b, err := newBroker(ctx)
	if err != nil {
		return figure{}, err
	}
	defer b.close()
	return s.project(ctx, n, delivery.Relay[tx](name, jetstream.NewSink(b.js, "EVENTS", jetstream.WithWindow(window)), format()))
}

// measureKafka does the same on a broker of Kafka's protocol that lives in memory.
func measureKafka(ctx context.Context, b *bench) error {
	s, err := b.service(ctx, b.events)
	if err != nil {
		return err
	}
	defer s.close()
	messages, err := s.messages(ctx)
	if err != nil {
		return err
	}
	n := 0
	all, err := b.inTurns(ctx,
		func(ctx context.Context, _ *bench) (figure, error) { return bareProduce(ctx, messages) },
		func(ctx context.Context, _ *bench) (figure, error) {
			n++
			return s.relayToKafka(ctx, fmt.Sprintf("outgoing%d", n), len(messages))
		})
	if err != nil {
		return err
	}
	print(fmt.Sprintf("Relay of %d events from PostgreSQL to a broker of Kafka's protocol", b.events),
		heading(),
		all[0].cells("bare client, the same bytes, no transactions"),
		append(all[1].cells("evgen, in transactions"), all[1].against(all[0], 0.7)...))
	return nil
}

const topic = "events"

func newCluster() (*kfake.Cluster, error) {
	return kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(4, topic))
}

func bareProduce(ctx context.Context, messages []delivery.Message) (figure, error) {
	c, err := newCluster()
	if err != nil {
		return figure{}, err
	}
	defer c.Close()
	client, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...), kgo.DefaultProduceTopic(topic), kgo.RequiredAcks(kgo.AllISRAcks()))
	if err != nil {
		return figure{}, err
	}
	defer client.Close()
	var failed error
	var once sync.Once
	watch := start()
	for i := range messages {
		client.Produce(ctx, kafkaRecord(&messages[i]), func(_ *kgo.Record, err error) {
			if err != nil {
				once.Do(func() { failed = err })
			}
		})
	}
	if err := client.Flush(ctx); err != nil {
		return figure{}, err
	}
	return watch.events(len(messages)), failed
}

// kafkaRecord has the headers of the relay's.
func kafkaRecord(m *delivery.Message) *kgo.Record {
	r := &kgo.Record{Key: []byte(m.Key), Value: m.Data}
	for _, a := range m.Attributes {
		r.Headers = append(r.Headers, kgo.RecordHeader{Key: "ce_" + a.Name, Value: []byte(a.Value)})
	}
	r.Headers = append(r.Headers, kgo.RecordHeader{Key: "content-type", Value: []byte(m.ContentType)},
		kgo.RecordHeader{Key: delivery.MarkHeader, Value: []byte(m.Mark.String())})
	return r
}

func (s *service) relayToKafka(ctx context.Context, name string, n int) (figure, error) {
	c, err := newCluster()
	if err != nil {
		return figure{}, err
	}
	defer c.Close()
	sink, err := kafka.NewSink(topic, kgo.SeedBrokers(c.ListenAddrs()...))
	if err != nil {
		return figure{}, err
	}
	return s.project(ctx, n, delivery.Relay[tx](name, sink, format()))
}
