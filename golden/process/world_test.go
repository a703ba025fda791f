package process_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/golden/process/events/orders"
	"github.com/evgen/evgen/golden/process/events/payments"
	"github.com/evgen/evgen/golden/process/events/stock"
	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/pgsaga"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/reaction"
	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
	"github.com/evgen/evgen/runtime/sqlitesaga"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func check(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// store is an event store as runners and sagas want it.
type store interface {
	runtime.Store
	runtime.Subscriber
	runtime.Finder
}

// world is a store with all that generated processes run on, in one database, and a broker.
type world[T any] struct {
	t      testing.TB
	store  store
	models projection.Database[T]
	sagas  saga.Database[T]
	append func(ctx context.Context, tx T, appends []runtime.Appending) ([]runtime.Appended, error)
	exec   func(ctx context.Context, tx T, statement string, args ...any) error
	mails  func() []string
	js     natsjs.JetStream
}

const selectMails = `SELECT text FROM mails ORDER BY text`

func onSQLite(t testing.TB) *world[*sqlitemodel.Tx] {
	ctx, file := context.Background(), filepath.Join(t.TempDir(), "shop.db")
	events, err := sqlite.Open(ctx, file)
	check(t, "open store", err)
	t.Cleanup(func() { _ = events.Close() })
	models, err := sqlitemodel.Open(ctx, file)
	check(t, "open models", err)
	t.Cleanup(func() { _ = models.Close() })
	return &world[*sqlitemodel.Tx]{
		t: t, store: events, models: models, sagas: sqlitesaga.New(models), append: sqlite.AppendIn[*sqlitemodel.Tx](events), js: broker(t),
		exec: func(ctx context.Context, tx *sqlitemodel.Tx, statement string, args ...any) error {
			_, err := tx.ExecContext(ctx, statement, args...)
			return err
		},
		mails: func() []string {
			rows, err := models.QueryContext(ctx, selectMails)
			if err != nil {
				return nil // the table is not made yet
			}
			defer func() { _ = rows.Close() }()
			return texts(t, rows.Next, rows.Scan)
		},
	}
}

func onPostgres(t testing.TB) *world[*pgmodel.Tx] {
	ctx, dsn := context.Background(), pgtest.Database(t)
	events, err := postgres.Open(ctx, dsn, postgres.WithMigrations())
	check(t, "open store", err)
	t.Cleanup(func() { _ = events.Close() })
	models, err := pgmodel.Open(ctx, dsn)
	check(t, "open models", err)
	t.Cleanup(models.Close)
	return &world[*pgmodel.Tx]{
		t: t, store: events, models: models, sagas: pgsaga.New(models), append: postgres.AppendIn[*pgmodel.Tx](events), js: broker(t),
		exec: func(ctx context.Context, tx *pgmodel.Tx, statement string, args ...any) error {
			_, err := tx.Exec(ctx, statement, args...)
			return err
		},
		mails: func() []string {
			rows, err := models.Pool().Query(ctx, selectMails)
			if err != nil {
				return nil
			}
			defer rows.Close()
			return texts(t, rows.Next, rows.Scan)
		},
	}
}

func texts(t testing.TB, next func() bool, scan func(...any) error) []string {
	var all []string
	for next() {
		var text string
		check(t, "scan", scan(&text))
		all = append(all, text)
	}
	return all
}

// broker starts a NATS server in this process, with a stream for all events.
func broker(t testing.TB) natsjs.JetStream {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true})
	check(t, "new server", err)
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(await.Patience) {
		t.Fatal("the server does not start")
	}
	conn, err := nats.Connect(s.ClientURL())
	check(t, "connect", err)
	t.Cleanup(conn.Close)
	js, err := natsjs.New(conn)
	check(t, "jetstream", err)
	_, err = js.CreateStream(context.Background(), natsjs.StreamConfig{Name: "EVENTS", Subjects: []string{"orders.>", "stock.>", "com.>"}})
	check(t, "create stream", err)
	return js
}

func (w *world[T]) source() *jetstream.Source {
	source, err := jetstream.NewSource(w.js, "mails", []string{"EVENTS"})
	check(w.t, "new source", err)
	return source
}

func registry(t testing.TB) *runtime.Registry {
	t.Helper()
	r, err := runtime.NewRegistry(orders.Schema(), payments.Schema(), stock.Schema())
	check(t, "registry", err)
	return r
}

func (w *world[T]) appendIn() reaction.AppendIn[T] { return w.append }

// run runs projections over the store in the background.
func (w *world[T]) run(projections ...projection.Projection[T]) {
	w.t.Helper()
	runner, err := projection.NewRunner(w.store, w.models, registry(w.t), projections, quick()...)
	check(w.t, "new runner", err)
	background(w.t, runner.Run)
}

func quick() []projection.Option {
	return []projection.Option{
		projection.WithPoll(3 * time.Millisecond), projection.WithLogger(quiet()),
		projection.WithRetries(projection.Retries{Attempts: 1000, Base: time.Millisecond, Max: 5 * time.Millisecond}),
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// background runs fn until the end of the test, which waits for it.
func background(t testing.TB, fn func(ctx context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Add(1)
	go func() {
		defer running.Done()
		if err := fn(ctx); err != nil {
			t.Errorf("in the background: %v", err)
		}
	}()
	t.Cleanup(func() { cancel(); running.Wait() })
}
