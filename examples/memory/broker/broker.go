// Package broker is NATS JetStream for the example: a server in this process, or one
// that runs elsewhere.
//
// In goes a directory or an address; out come a sink for the relay and sources for
// consumers, on one stream that holds all events of the example. It knows no event.
// It is a package of its own so that nothing else here compiles a server.
package broker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/jetstream"
)

// Stream is where the events stand.
const Stream = "MEMORY"

// subjects are those of the events, as [jetstream.Subject] names them.
const subjects = "memory.>"

// patience bounds how long a server may take to start.
const patience = 30 * time.Second

// Broker is a connection, and the server if that is in this process. It must be made
// by [Start] or [Connect].
type Broker struct {
	// URL is where other processes find it.
	URL    string
	server *server.Server
	conn   *nats.Conn
	js     natsjs.JetStream
}

// Start starts a server in this process, which keeps its stream in dir and can be
// reached from this machine alone. It blocks until the server takes connections.
func Start(ctx context.Context, dir string) (*Broker, error) {
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: dir, NoLog: true, NoSigs: true,
	})
	if err != nil {
		return nil, fmt.Errorf("start NATS in %s: %w", dir, err)
	}
	s.Start()
	if !s.ReadyForConnections(patience) {
		s.Shutdown()
		return nil, fmt.Errorf("start NATS in %s: it takes no connections", dir)
	}
	b, err := Connect(ctx, s.ClientURL())
	if err != nil {
		s.Shutdown()
		return nil, err
	}
	b.server = s
	return b, nil
}

// Connect connects to a server that runs elsewhere, and makes the stream there if it
// is missing. The stream belongs to one store.
func Connect(ctx context.Context, url string) (*Broker, error) {
	conn, err := nats.Connect(url, nats.MaxReconnects(-1))
	if err != nil {
		return nil, fmt.Errorf("connect to NATS at %s: %w", url, err)
	}
	js, err := natsjs.New(conn)
	if err == nil {
		err = makeStream(ctx, js)
	}
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("prepare NATS at %s: %w", url, err)
	}
	return &Broker{URL: url, conn: conn, js: js}, nil
}

func makeStream(ctx context.Context, js natsjs.JetStream) error {
	_, err := js.CreateStream(ctx, natsjs.StreamConfig{Name: Stream, Subjects: []string{subjects}})
	if errors.Is(err, natsjs.ErrStreamNameAlreadyInUse) {
		return nil // made by another one, with settings of its own
	}
	return err
}

// Close closes the connection, and ends the server if that is in this process.
func (b *Broker) Close() {
	b.conn.Close()
	if b.server != nil {
		b.server.Shutdown()
		b.server.WaitForShutdown()
	}
}

// Sink is where a relay writes.
func (b *Broker) Sink() delivery.Sink { return jetstream.NewSink(b.js, Stream) }

// Source is what the consumer of a name reads. After silence a message is taken for
// lost and delivered again.
func (b *Broker) Source(name string, silence time.Duration) (delivery.Source, error) {
	return jetstream.NewSource(b.js, name, []string{Stream}, jetstream.WithRedelivery(silence))
}

// Messages counts what the stream holds.
func (b *Broker) Messages(ctx context.Context) (int, error) {
	stream, err := b.js.Stream(ctx, Stream)
	if err != nil {
		return 0, fmt.Errorf("look at stream %s: %w", Stream, err)
	}
	return int(stream.CachedInfo().State.Msgs), nil
}
