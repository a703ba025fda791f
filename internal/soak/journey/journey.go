package journey

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// Broker is one that can be taken away.
type Broker interface {
	// Addresses stay the same.
	Addresses() []string
	// Kill takes it away at once, with a kill -9 if that leaves what it has stored.
	Kill()
	// Start brings it back, with all that it has stored.
	Start() error
}

// Plan says what to do on the way. Its times between troubles are means, 0 for never.
type Plan struct {
	// Length is how long writers write, Pace how long each of them rests at most.
	Length, Pace time.Duration
	// Kills are those of processes with kill -9, Sleeps those after which they wake
	// with leases that have run out.
	Kills, Sleeps time.Duration
	// Cuts are those of links to PostgreSQL, at COMMIT or elsewhere.
	Cuts time.Duration
	// Databases and Brokers are kills of those.
	Databases, Brokers time.Duration
	// Patience is how long everything has to come to its end afterwards.
	Patience time.Duration
	// Tampered names what is broken on purpose, empty for nothing.
	Tampered string
}

// Site is where a journey takes place. Nobody else uses it.
type Site struct {
	Server      *pgtest.Server
	NATS, Kafka Broker
	// File is where SQLite keeps effects; it must not exist.
	File string
}

// Settings are those that a server needs: the order of commits shows.
func Settings() []pgtest.Setting {
	return []pgtest.Setting{{Name: "track_commit_timestamp", Value: "on"}, {Name: "log_min_messages", Value: "panic"}}
}

// world is a journey under way.
type world struct {
	Site
	plan  Plan
	proxy *faults.Proxy
	// direct leads to the server, far leads there by the proxy.
	direct, far string
	store       *postgres.Store
	pool        *pgxpool.Pool // direct
	models      *pgmodel.DB   // direct
	file        *sqlitemodel.DB
	js          natsjs.JetStream
	// troubled ends when the time is up, following when all is over.
	troubled, following context.Context
	slots               []*slot
	numbers             atomic.Int64
	figures             figures

	mu sync.Mutex
	// told are the numbers that writers know to be written.
	told []int
}

// Run does what plan says, and judges what is left. The error is that of the judging
// itself; the verdict is in the report.
func Run(ctx context.Context, site Site, plan Plan) (*Report, error) {
	following, end := context.WithCancel(ctx)
	defer end()
	w := &world{Site: site, plan: plan, direct: site.Server.DSN("postgres"), following: following}
	defer w.close()
	if err := w.open(ctx); err != nil {
		return nil, fmt.Errorf("journey: %w", err)
	}
	var processes faults.Crew
	for _, s := range w.slots {
		processes.Spawn(func() { w.keep(s) })
	}
	w.travel(ctx)
	began := time.Now()
	verdict, err := w.settle(ctx)
	w.figures.settled = time.Since(began)
	end()
	for _, s := range w.slots {
		s.kill()
	}
	processes.Wait()
	if err == nil {
		verdict, err = w.judge(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("journey: %w", err)
	}
	return &Report{Verdict: verdict, length: plan.Length, figures: &w.figures}, nil
}

// writers is how many write.
const writers = 4

// travel lets writers write, and all that troubles them and those behind them, until
// their time is up. Then everything runs, and nobody writes.
func (w *world) travel(ctx context.Context) {
	troubled, stop := context.WithTimeout(ctx, w.plan.Length)
	defer stop()
	w.troubled = troubled
	var crew faults.Crew
	for range writers {
		crew.Spawn(w.write)
	}
	w.trouble(&crew)
	crew.Wait()
	w.proxy.Disarm()
}

//go:embed tables.sql
var tables string

//go:embed tables_sqlite.sql
var tablesSQLite string

// open makes everything that has to be there.
func (w *world) open(ctx context.Context) (err error) {
	if w.proxy, err = faults.Listen(w.Server.Address()); err != nil {
		return err
	}
	if w.far, err = w.proxy.DSN(w.direct); err != nil {
		return err
	}
	quiet := slog.New(slog.DiscardHandler)
	if w.store, err = postgres.Open(ctx, w.far, postgres.WithMigrations(), postgres.WithLogger(quiet)); err != nil {
		return err
	}
	if w.models, err = pgmodel.Open(ctx, w.direct); err != nil {
		return err
	}
	w.pool = w.models.Pool()
	if w.file, err = sqlitemodel.Open(ctx, w.File, sqlitemodel.WithSynchronous(sqlitemodel.Full)); err != nil {
		return err
	}
	if err := w.tables(ctx); err != nil {
		return err
	}
	for part, places := range map[string]int{relaying: 2, consuming: 3, working: 2} {
		for index := range places {
			w.slots = append(w.slots, newSlot(part, index))
		}
	}
	return w.streams(ctx)
}

// tables makes those that are not made by whoever needs them.
func (w *world) tables(ctx context.Context) error {
	if err := w.models.Setup(ctx); err != nil {
		return err
	}
	if err := w.file.Setup(ctx); err != nil {
		return err
	}
	if _, err := w.pool.Exec(ctx, tables); err != nil {
		return err
	}
	return inFile(ctx, w.File, tablesSQLite)
}

// streams makes those of JetStream. Its window of recognised ids is of no help.
func (w *world) streams(ctx context.Context) error {
	conn, err := nats.Connect(w.NATS.Addresses()[0], nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond), quietly())
	if err != nil {
		return err
	}
	if w.js, err = natsjs.New(conn); err != nil {
		return err
	}
	for shard := range shards {
		_, err := w.js.CreateStream(ctx, natsjs.StreamConfig{
			Name: streamOf(shard), Subjects: []string{fmt.Sprintf("shard%d.>", shard)}, Duplicates: 100 * time.Millisecond,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *world) close() {
	if w.js != nil {
		w.js.Conn().Close()
	}
	if w.file != nil {
		_ = w.file.Close()
	}
	if w.models != nil {
		w.models.Close()
	}
	if w.store != nil {
		_ = w.store.Close()
	}
	if w.proxy != nil {
		w.proxy.Close()
	}
}
