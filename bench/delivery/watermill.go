package main

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	wnats "github.com/ThreeDotsLabs/watermill-nats/v2/pkg/nats"
	wsql "github.com/ThreeDotsLabs/watermill-sql/v3/pkg/sql"
	"github.com/ThreeDotsLabs/watermill/message"
	_ "github.com/jackc/pgx/v5/stdlib" // watermill speaks database/sql
)

// watermillRelay forwards messages from watermill's table to JetStream, as its forwarder does: each is acknowledged when
// the broker has it.
func watermillRelay(ctx context.Context, b *bench) (figure, error) {
	broker, err := newBroker(ctx)
	if err != nil {
		return figure{}, err
	}
	defer broker.close()
	db, outbox, err := b.watermillTable(ctx)
	if err != nil {
		return figure{}, err
	}
	defer func() { _ = db.Close() }()
	subscriber, err := wsql.NewSubscriber(db, wsql.SubscriberConfig{
		ConsumerGroup: "outgoing", PollInterval: 10 * time.Millisecond,
		SchemaAdapter: outbox, OffsetsAdapter: wsql.DefaultPostgreSQLOffsetsAdapter{}, InitializeSchema: true,
	}, watermill.NopLogger{})
	if err != nil {
		return figure{}, err
	}
	defer func() { _ = subscriber.Close() }()
	publisher, err := newPublisher(broker)
	if err != nil {
		return figure{}, err
	}
	defer func() { _ = publisher.Close() }()
	return taken(ctx, b.peers, subscriber, func(m *message.Message) error { return publisher.Publish(subject, m) })
}

// subject is where watermill publishes.
const subject = "watermill"

func newPublisher(b *broker) (*wnats.Publisher, error) {
	return wnats.NewPublisher(wnats.PublisherConfig{
		URL: b.server.ClientURL(), Marshaler: &wnats.NATSMarshaler{}, JetStream: wnats.JetStreamConfig{TrackMsgId: true},
	}, watermill.NopLogger{})
}

// watermillTable is an outbox of watermill's with messages.
func (b *bench) watermillTable(ctx context.Context) (*sql.DB, wsql.SchemaAdapter, error) {
	dsn, err := b.dsn(ctx)
	if err != nil {
		return nil, nil, err
	}
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, nil, err
	}
	schema := wsql.DefaultPostgreSQLSchema{}
	publisher, err := wsql.NewPublisher(db, wsql.PublisherConfig{SchemaAdapter: schema, AutoInitializeSchema: true}, watermill.NopLogger{})
	if err != nil {
		return nil, nil, err
	}
	messages, err := watermillMessages(b.peers)
	if err != nil {
		return nil, nil, err
	}
	for len(messages) > 0 {
		part := messages[:min(500, len(messages))]
		messages = messages[len(part):]
		if err := publisher.Publish(subject, part...); err != nil {
			return nil, nil, err
		}
	}
	return db, schema, nil
}

// watermillMessages have the payloads of ours.
func watermillMessages(n int) ([]*message.Message, error) {
	var out []*message.Message
	for rec, err := range facts(n) {
		if err != nil {
			return nil, err
		}
		m := message.NewMessage(rec.ID.String(), rec.Data)
		m.Metadata.Set("type", rec.Type)
		m.Metadata.Set("stream", rec.Stream.String())
		out = append(out, m)
	}
	return out, nil
}

// taken gives n messages to handle, one after the other, and returns what they cost.
func taken(ctx context.Context, n int, from message.Subscriber, handle func(m *message.Message) error) (figure, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	messages, err := from.Subscribe(ctx, subject)
	if err != nil {
		return figure{}, err
	}
	watch := start()
	for range n {
		select {
		case m, ok := <-messages:
			if !ok {
				return figure{}, fmt.Errorf("watermill ended early")
			}
			if err := handle(m); err != nil {
				return figure{}, err
			}
			m.Ack()
		case <-ctx.Done():
			return figure{}, ctx.Err()
		}
	}
	return watch.events(n), nil
}

// watermillConsume writes a row a message, in a transaction each, and acknowledges then.
func watermillConsume(ctx context.Context, b *bench) (figure, error) {
	broker, err := newBroker(ctx)
	if err != nil {
		return figure{}, err
	}
	defer broker.close()
	db, err := b.watermillRows(ctx, broker)
	if err != nil {
		return figure{}, err
	}
	defer func() { _ = db.Close() }()
	subscriber, err := wnats.NewSubscriber(wnats.SubscriberConfig{
		URL: broker.server.ClientURL(), Unmarshaler: &wnats.NATSMarshaler{}, AckWaitTimeout: 30 * time.Second,
		JetStream: wnats.JetStreamConfig{DurablePrefix: "mailer"},
	}, watermill.NopLogger{})
	if err != nil {
		return figure{}, err
	}
	defer func() { _ = subscriber.Close() }()
	return taken(ctx, b.peers, subscriber, func(m *message.Message) error {
		_, err := db.ExecContext(ctx, `INSERT INTO seen VALUES ($1, $2)`, m.UUID, string(m.Payload))
		return err
	})
}

// watermillRows publishes messages, and makes a table to write them to.
func (b *bench) watermillRows(ctx context.Context, broker *broker) (*sql.DB, error) {
	publisher, err := newPublisher(broker)
	if err != nil {
		return nil, err
	}
	defer func() { _ = publisher.Close() }()
	messages, err := watermillMessages(b.peers)
	if err != nil {
		return nil, err
	}
	if err := publisher.Publish(subject, messages...); err != nil {
		return nil, err
	}
	dsn, err := b.dsn(ctx)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	_, err = db.ExecContext(ctx, `CREATE TABLE seen (event uuid PRIMARY KEY, text text NOT NULL)`)
	return db, err
}
