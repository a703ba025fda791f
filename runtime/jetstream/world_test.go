package jetstream_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func check(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// broker is a NATS server that can be killed and started again.
type broker struct {
	t      testing.TB
	server *server.Server
	opts   server.Options
	conn   *nats.Conn
	js     natsjs.JetStream
}

func newBroker(t testing.TB) *broker {
	t.Helper()
	b := &broker{t: t, opts: server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true, SyncAlways: true}}
	b.start()
	b.opts.Port = b.server.Addr().(*net.TCPAddr).Port
	var err error
	b.conn, err = nats.Connect(b.server.ClientURL(), nats.MaxReconnects(-1), nats.ReconnectWait(5*time.Millisecond))
	check(t, "connect", err)
	b.js, err = natsjs.New(b.conn)
	check(t, "jetstream", err)
	t.Cleanup(func() { b.conn.Close(); b.stop() })
	return b
}

func (b *broker) start() {
	b.t.Helper()
	opts := b.opts
	s, err := server.NewServer(&opts)
	check(b.t, "new server", err)
	s.Start()
	if !s.ReadyForConnections(await.Patience) {
		b.t.Fatal("the server does not start")
	}
	b.server = s
}

func (b *broker) stop() {
	b.server.Shutdown()
	b.server.WaitForShutdown()
}

// stream makes a stream that takes all events, and what begins with probe.
func (b *broker) stream(name string, change ...func(*natsjs.StreamConfig)) natsjs.Stream {
	b.t.Helper()
	c := natsjs.StreamConfig{Name: name, Subjects: []string{"orders.>", "probe." + name}, Duplicates: 100 * time.Millisecond}
	for _, each := range change {
		each(&c)
	}
	s, err := b.js.CreateStream(context.Background(), c)
	check(b.t, "create stream", err)
	return s
}

func messagesIn(t testing.TB, s natsjs.Stream) uint64 {
	t.Helper()
	info, err := s.Info(context.Background())
	if err != nil {
		return 0 // the server is away
	}
	return info.State.Msgs
}

// target is a database that consumers write rows to, one a fact.
type target[T any] struct {
	db     projection.Database[T]
	create func(ctx context.Context, tx T) error
	insert func(ctx context.Context, tx T, row string) error
	rows   func(t testing.TB) []string
}

// sqliteTx is a transaction of [onSQLite].
type sqliteTx = *sqlitemodel.Tx

func onSQLite(t testing.TB) target[*sqlitemodel.Tx] {
	t.Helper()
	db, err := sqlitemodel.Open(context.Background(), filepath.Join(t.TempDir(), "rows.db"))
	check(t, "open", err)
	check(t, "set up", db.Setup(context.Background()))
	t.Cleanup(func() { _ = db.Close() })
	exec := func(ctx context.Context, tx *sqlitemodel.Tx, statement string, args ...any) error {
		_, err := tx.ExecContext(ctx, statement, args...)
		return err
	}
	return target[*sqlitemodel.Tx]{
		db: db,
		create: func(ctx context.Context, tx *sqlitemodel.Tx) error {
			return exec(ctx, tx, `CREATE TABLE `+tx.Table("seen")+` (n INTEGER PRIMARY KEY AUTOINCREMENT, row TEXT NOT NULL)`)
		},
		insert: func(ctx context.Context, tx *sqlitemodel.Tx, row string) error {
			return exec(ctx, tx, `INSERT INTO `+tx.Table("seen")+` (row) VALUES (?1)`, row)
		},
		rows: func(t testing.TB) []string {
			rows, err := db.QueryContext(context.Background(), `SELECT row FROM seen ORDER BY n`)
			if err != nil {
				return nil // the table is not made yet
			}
			defer func() { _ = rows.Close() }()
			var all []string
			for rows.Next() {
				var row string
				check(t, "row", rows.Scan(&row))
				all = append(all, row)
			}
			return all
		},
	}
}

func onPostgres(t testing.TB) target[*pgmodel.Tx] {
	t.Helper()
	db, err := pgmodel.Open(context.Background(), pgtest.Database(t))
	check(t, "open", err)
	check(t, "set up", db.Setup(context.Background())) // stories look before a consumer has begun
	t.Cleanup(db.Close)
	return target[*pgmodel.Tx]{
		db: db,
		create: func(ctx context.Context, tx *pgmodel.Tx) error {
			_, err := tx.Exec(ctx, `CREATE TABLE `+tx.Table("seen")+` (n bigserial PRIMARY KEY, row text NOT NULL)`)
			return err
		},
		insert: func(_ context.Context, tx *pgmodel.Tx, row string) error {
			tx.Queue(`INSERT INTO `+tx.Table("seen")+` (row) VALUES ($1)`, row)
			return nil
		},
		rows: rowsOf(db),
	}
}

// rowsOf reads what consumers wrote to PostgreSQL.
func rowsOf(db *pgmodel.DB) func(t testing.TB) []string {
	return func(t testing.TB) []string {
		rows, err := db.Pool().Query(context.Background(), `SELECT row FROM seen ORDER BY n`)
		if err != nil {
			return nil
		}
		defer rows.Close()
		var all []string
		for rows.Next() {
			var row string
			check(t, "row", rows.Scan(&row))
			all = append(all, row)
		}
		return all
	}
}

// handler writes a row for each fact, after before has had a say.
type handler[T any] struct {
	target target[T]
	mu     sync.Mutex
	before func(ctx context.Context, f *projection.Fact) error
}

func (*handler[T]) Tables() []string { return []string{"seen"} }

func (h *handler[T]) Create(ctx context.Context, tx T) error { return h.target.create(ctx, tx) }

func (h *handler[T]) Apply(ctx context.Context, tx T, facts []projection.Fact) error {
	for i := range facts {
		h.mu.Lock()
		before := h.before
		h.mu.Unlock()
		if before != nil {
			if err := before(ctx, &facts[i]); err != nil {
				return &projection.EventError{Index: i, Err: err}
			}
		}
		if err := h.target.insert(ctx, tx, fmt.Sprintf("%s@%d", facts[i].Stream, facts[i].StreamVersion)); err != nil {
			return &projection.EventError{Index: i, Err: err}
		}
	}
	return nil
}

func (h *handler[T]) do(before func(ctx context.Context, f *projection.Fact) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.before = before
}

func registry(t testing.TB) *runtime.Registry {
	t.Helper()
	r, err := runtime.NewRegistry(orders.Schema())
	check(t, "registry", err)
	return r
}

func format() delivery.Format { return delivery.Binary{Source: "/orders"} }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// quick are options of runners under which nothing takes long.
func quick(opts ...projection.Option) []projection.Option {
	return append([]projection.Option{
		projection.WithPoll(3 * time.Millisecond), projection.WithLogger(quiet()),
		projection.WithRetries(projection.Retries{Attempts: 1000, Base: time.Millisecond, Max: 5 * time.Millisecond}),
	}, opts...)
}

// background runs fn until stop, which waits for it; the end of the test stops it too.
func background(t testing.TB, fn func(ctx context.Context) error) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- fn(ctx) }()
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() { _ = stop() })
	return stop
}

// relay runs a relay of store to a stream, on a database.
func relay[T any](t testing.TB, store *memstore.Store, db projection.Database[T], sink delivery.Sink, opts ...projection.Option) (stop func() error) {
	t.Helper()
	r, err := projection.NewRunner(store, db, registry(t), []projection.Projection[T]{delivery.Relay[T]("outgoing", sink, format())}, quick(opts...)...)
	check(t, "new runner", err)
	return background(t, r.Run)
}

// consume runs the consumer "mailer".
func consume[T any](t testing.TB, b *broker, h *handler[T], streams []string, opts ...delivery.Option) (stop func() error) {
	t.Helper()
	return background(t, consumer(t, b, h, streams, opts...).Run)
}

func consumer[T any](t testing.TB, b *broker, h *handler[T], streams []string, opts ...delivery.Option) *delivery.Consumer[T] {
	t.Helper()
	source, err := jetstream.NewSource(b.js, "mailer", streams, jetstream.WithRedelivery(200*time.Millisecond))
	check(t, "new source", err)
	return consumerOf(t, source, h, opts...)
}

func consumerOf[T any](t testing.TB, source delivery.Source, h *handler[T], opts ...delivery.Option) *delivery.Consumer[T] {
	t.Helper()
	opts = append([]delivery.Option{delivery.WithLogger(quiet()), delivery.WithRunner(quick()...)}, opts...)
	c, err := delivery.NewConsumer(source, h.target.db, registry(t), projection.Projection[T]{
		ID: "mailer", Types: []string{orders.TypeOrderShipped, orders.TypeOrderPlaced}, Handler: h,
	}, opts...)
	check(t, "new consumer", err)
	return c
}

// stops counts how often a partition came to a stand.
type stops struct{ count atomic.Int64 }

func (*stops) Applied(projection.Applied) {}

func (s *stops) Stopped(projection.Version, int, error) { s.count.Add(1) }

func shipped() runtime.Event { return orders.OrderShipped{Carrier: "post"} }

func stream(id string) runtime.StreamID { return runtime.StreamOf(orders.CategoryOrder, id) }

// add appends n events to each of some streams, in turn.
func add(t testing.TB, store *memstore.Store, n int, ids ...string) {
	t.Helper()
	for range n {
		for _, id := range ids {
			_, err := store.Append(context.Background(), stream(id), runtime.ExpectAny(), runtime.Root(), shipped())
			check(t, "append", err)
		}
	}
}

// onceInOrder checks that rows are n versions of each stream, each once and in order.
func onceInOrder(t testing.TB, rows []string, n int, ids ...string) {
	t.Helper()
	for _, id := range ids {
		var want, got []string
		for v := range n {
			want = append(want, fmt.Sprintf("%s@%d", stream(id), v+1))
		}
		for _, row := range rows {
			if len(row) > len(stream(id).String()) && row[:len(stream(id).String())+1] == stream(id).String()+"@" {
				got = append(got, row)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("rows of %s: %v, want %v", id, got, want)
		}
	}
	if len(rows) != n*len(ids) {
		t.Errorf("%d rows, want %d", len(rows), n*len(ids))
	}
}
