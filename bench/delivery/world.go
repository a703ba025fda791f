package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/golden/memory/events/memory"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
)

type (
	tx    = *pgmodel.Tx
	model = projection.Projection[tx]
)

// dsn creates an empty database.
func (b *bench) dsn(ctx context.Context) (string, error) {
	b.made++
	name := fmt.Sprintf("bench%d", b.made)
	conn, err := pgx.Connect(ctx, b.server.DSN("postgres"))
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	u, err := url.Parse(b.server.DSN("postgres"))
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

// service is a store with n events, and a database for read models.
type service struct {
	dsn      string
	store    *postgres.Store
	db       *pgmodel.DB
	registry *runtime.Registry
}

func (b *bench) service(ctx context.Context, n int) (s *service, err error) {
	s = &service{}
	if s.dsn, err = b.dsn(ctx); err != nil {
		return nil, err
	}
	if s.store, err = postgres.Open(ctx, s.dsn, postgres.WithMigrations()); err != nil {
		return nil, err
	}
	if s.db, err = pgmodel.Open(ctx, s.dsn); err != nil {
		return nil, err
	}
	if s.registry, err = runtime.NewRegistry(memory.Schema()); err != nil {
		return nil, err
	}
	if _, err = s.store.Import(ctx, facts(n)); err != nil {
		return nil, err
	}
	return s, s.db.Setup(ctx)
}

func (s *service) close() {
	s.db.Close()
	_ = s.store.Close()
}

// text makes a payload of about 300 bytes.
const text = "Ada likes tea, the smoky kind, and told so twice: once at the harbour while it rained, and once more when the kettle sang. She would rather be asked than guessed at, and keeps a list."

// streams is over how many streams events are spread.
const streams = 1000

func created(i int) memory.MemoryCreated {
	return memory.MemoryCreated{Text: fmt.Sprintf("%s (%d)", text, i), CreatedAt: moment, Source: memory.Source{Origin: memory.OriginConversation}}
}

var moment = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func streamOf(i int) runtime.StreamID {
	var id uuid.UUID
	copy(id[:], fmt.Sprintf("memory%010d", i%streams))
	return memory.MemoryStream(id)
}

// facts are n events as an import takes them.
func facts(n int) func(yield func(runtime.Record, error) bool) {
	return func(yield func(runtime.Record, error) bool) {
		for i := range n {
			data, err := created(i).AppendJSON(nil)
			rec := runtime.Record{Data: data}
			rec.ID, rec.Type, rec.Version, rec.Stream = uuid.Must(uuid.NewV7()), created(i).EventType(), created(i).EventVersion(), streamOf(i)
			rec.Correlation, rec.Causation, rec.OccurredAt, rec.RecordedAt = rec.ID, rec.ID, moment, moment
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

// format is that of all messages.
func format() delivery.Format { return delivery.Binary{Source: "/memory"} }

// messages are what a relay would send of a store.
func (s *service) messages(ctx context.Context) (all []delivery.Message, err error) {
	_, life, err := s.store.Head(ctx)
	if err != nil {
		return nil, err
	}
	for rec, err := range s.store.ReadAll(ctx, 0, runtime.Filter{}) {
		if err != nil {
			return nil, err
		}
		m, err := format().Encode(&rec)
		if err != nil {
			return nil, err
		}
		m.Mark = delivery.Mark{Position: rec.Position, Incarnation: life}
		all = append(all, m)
	}
	return all, nil
}

// reached is an observer that says when n facts had their effect.
type reached struct {
	left int
	done chan struct{}
	each func(a projection.Applied)
}

func (r *reached) Applied(a projection.Applied) {
	if r.each != nil {
		r.each(a)
	}
	before := r.left
	if r.left -= a.Facts; before > 0 && r.left <= 0 {
		close(r.done)
	}
}

func (*reached) Stopped(v projection.Version, _ int, err error) {
	fmt.Fprintf(os.Stderr, "%s stopped: %v\n", &v, err)
}

// until runs what an observer watches until n facts had their effect, and returns what they cost.
func until(ctx context.Context, n int, run func(ctx context.Context, watched *reached) error) (figure, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watched, ended := &reached{left: n, done: make(chan struct{})}, make(chan error, 1)
	watch := start()
	go func() { ended <- run(ctx, watched) }()
	select {
	case err := <-ended:
		return figure{}, fmt.Errorf("ended before it was done: %w", err)
	case <-watched.done:
	}
	measured := watch.events(n)
	cancel()
	return measured, <-ended
}

// project runs a projection on a service until n facts had their effect.
func (s *service) project(ctx context.Context, n int, p model) (figure, error) {
	return until(ctx, n, func(ctx context.Context, watched *reached) error {
		r, err := projection.NewRunner(s.store, projection.Database[tx](s.db), s.registry, []model{p}, projection.WithObserver(watched), quiet())
		if err != nil {
			return err
		}
		return r.Run(ctx)
	})
}

func quiet() projection.Option { return projection.WithLogger(slog.New(slog.DiscardHandler)) }

// rows is the handler of consumers and projections: a row a fact.
func rows(id string) model {
	return model{ID: id, Digest: "a", Types: []string{memory.TypeMemoryCreated}, Handler: pgmodel.Handwritten{
		Names: []string{id + "_rows"},
		Make: func(ctx context.Context, t tx) error {
			_, err := t.Exec(ctx, `CREATE TABLE `+t.Table(id+"_rows")+` (event uuid PRIMARY KEY, text text NOT NULL)`)
			return err
		},
		One: func(_ context.Context, t tx, f *projection.Fact) error {
			t.Queue(`INSERT INTO `+t.Table(id+"_rows")+` VALUES ($1, $2)`, f.ID, f.Data.(memory.MemoryCreated).Text)
			return nil
		},
	}}
}

// broker is a server of NATS that keeps streams in files.
type broker struct {
	server *server.Server
	dir    string
	conn   *nats.Conn
	js     natsjs.JetStream
}

func newBroker(ctx context.Context) (*broker, error) {
	dir, err := os.MkdirTemp("", "evgen-bench-*")
	if err != nil {
		return nil, err
	}
	b := &broker{dir: dir}
	b.server, err = server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: dir, NoLog: true, NoSigs: true})
	if err != nil {
		return nil, err
	}
	b.server.Start()
	if !b.server.ReadyForConnections(10 * time.Second) {
		return nil, fmt.Errorf("the server does not start")
	}
	if b.conn, err = nats.Connect(b.server.ClientURL()); err != nil {
		return nil, err
	}
	if b.js, err = natsjs.New(b.conn, natsjs.WithPublishAsyncMaxPending(4000)); err != nil {
		return nil, err
	}
	_, err = b.js.CreateStream(ctx, natsjs.StreamConfig{Name: "EVENTS", Subjects: []string{"memory.>", "watermill"}})
	return b, err
}

func (b *broker) close() {
	b.conn.Close()
	b.server.Shutdown()
	b.server.WaitForShutdown()
	_ = os.RemoveAll(b.dir)
}
