// Package soak holds a store in PostgreSQL or in a SQLite file, and a read model, under
// everything that delays or breaks them, for as long as one likes.
//
// In go a server and a [Plan]: writers with transactions of all kinds, sessions that
// idle, prepared transactions, a full lock table, readers that fail over, runners that
// compete, versions that are swapped, and kill -9 of the server. Out comes a [Report]:
// figures, and the verdict of package testimony on what writers were told, what readers
// saw, and what the read model says. It corrects nothing and forgives nothing.
package soak

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/internal/testimony"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
)

// Plan says what to do to a store. The zero Plan does nothing.
type Plan struct {
	// Length is how long writers write.
	Length time.Duration
	// Seed makes the choices of writers, though not what comes of them, the same again.
	Seed uint64
	// KillEvery is the mean time between kills of the server, 0 for none.
	KillEvery time.Duration
	// SwapEvery is the mean time between rebuilds of the read model, each of them with
	// a swap, a swap back and another swap; 0 for none.
	SwapEvery time.Duration
	// Locks is how many locks a session hoards now and then.
	Locks int
	// Partition is how many positions a partition of events holds, 0 for one table.
	// New ones are made while writers write.
	Partition int64
	// Follow is how readers follow the log; nil for a subscription.
	Follow Follow
	// Models makes of a database what runners are given; nil for itself.
	Models func(*pgmodel.DB) projection.Database[*pgmodel.Tx]
}

// Settings are those of a server that has room for this.
func Settings() []pgtest.Setting {
	return []pgtest.Setting{
		{Name: "max_locks_per_transaction", Value: "256"},
		{Name: "deadlock_timeout", Value: "100ms"},
		{Name: "log_min_messages", Value: "panic"},
	}
}

// patience is how long everything has to come to its end once the writers have stopped.
const patience = 2 * time.Minute

// world is a soak under way.
type world struct {
	plan   Plan
	server *pgtest.Server
	dsn    string
	store  *postgres.Store
	pool   *pgxpool.Pool
	// writing ends when the writers' time is up, following when all is over.
	writing, following context.Context
	figures            figures
	witnesses          []*testimony.Witness
	readings           [2]testimony.Reading
	logger             *slog.Logger
}

// Run does to a server, which must be running and is not used by anybody else, what
// plan says, and judges what is left. The error is that of the judging itself; the
// verdict is [Report.Err].
func Run(ctx context.Context, server *pgtest.Server, plan Plan) (*Report, error) {
	following, end := context.WithCancel(ctx)
	defer end()
	w := &world{plan: plan, server: server, dsn: server.DSN("postgres"), following: following, logger: slog.New(slog.DiscardHandler)}
	if err := w.open(ctx); err != nil {
		return nil, fmt.Errorf("soak: %w", err)
	}
	defer w.close()
	var readers faults.Crew
	readers.Spawn(w.steady, w.failingOver, w.runner(0), w.runner(1))
	w.write(ctx)
	report, err := w.judge(ctx, func() {
		end()
		readers.Wait()
	})
	if err != nil {
		return nil, fmt.Errorf("soak: %w", err)
	}
	return report, nil
}

// open makes the tables, and what all writers share.
func (w *world) open(ctx context.Context) (err error) {
	if w.store, err = postgres.Open(ctx, w.dsn, postgres.WithMigrations(), postgres.WithPartitions(w.plan.Partition), postgres.WithLogger(w.logger)); err != nil {
		return err
	}
	if w.pool, err = pgxpool.New(ctx, w.dsn); err != nil {
		return errors.Join(err, w.store.Close())
	}
	_, err = w.pool.Exec(ctx, `CREATE TABLE elsewhere (x int)`)
	return err
}

func (w *world) close() {
	w.pool.Close()
	_ = w.store.Close()
}

const writers = 8

// write lets writers write, and all that troubles them, until their time is up. Then
// the server runs and nobody writes.
func (w *world) write(ctx context.Context) {
	writing, stop := context.WithTimeout(ctx, w.plan.Length)
	defer stop()
	w.writing = writing
	var crew faults.Crew
	for range writers {
		crew.Spawn(w.writer(w.witness()).run)
	}
	crew.Spawn(w.idler(w.witness()), w.preparer(w.witness()), w.preparer(w.witness()))
	crew.Spawn(w.elsewhere, w.hoarder)
	if w.plan.Partition > 0 {
		crew.Spawn(w.maintainer)
	}
	if w.plan.SwapEvery > 0 {
		crew.Spawn(w.operator)
	}
	if w.plan.KillEvery > 0 {
		crew.Spawn(w.killer)
	}
	crew.Wait()
}

func (w *world) witness() *testimony.Witness {
	witness := testimony.NewWitness(len(w.witnesses))
	w.witnesses = append(w.witnesses, witness)
	return witness
}

// random is a source of choices of its own.
func (w *world) random(of int) *rand.Rand { return rand.New(rand.NewPCG(w.plan.Seed, uint64(of))) }

// connect makes a session, trying until there is a server or ctx ends.
func (w *world) connect(ctx context.Context) (conn *pgx.Conn, err error) {
	for {
		if conn, err = pgx.Connect(ctx, w.dsn); err == nil || ctx.Err() != nil {
			return conn, err
		}
		faults.Pause(ctx, 50*time.Millisecond)
	}
}

// session calls do with sessions of its own, one after the other, until ctx ends.
func (w *world) session(ctx context.Context, do func(conn *pgx.Conn) error) {
	for ctx.Err() == nil {
		conn, err := w.connect(ctx)
		for err == nil && ctx.Err() == nil {
			err = do(conn)
		}
		if conn != nil {
			_ = conn.Close(context.WithoutCancel(ctx))
		}
	}
}

// killer kills the server and starts it again.
func (w *world) killer() {
	random := w.random(-1)
	for {
		faults.Pause(w.writing, w.plan.KillEvery/2+rand.N(w.plan.KillEvery))
		if w.writing.Err() != nil {
			return
		}
		began := time.Now()
		w.server.Kill()
		w.figures.kills.Add(1)
		faults.Pause(w.writing, time.Duration(random.IntN(400))*time.Millisecond)
		for w.server.Start() != nil && w.following.Err() == nil {
			faults.Pause(w.following, 100*time.Millisecond)
		}
		w.figures.down.Add(int64(time.Since(began)))
	}
}

// figures are counted along the way.
type figures struct {
	written, refused, unknown, conflicts, repeated, cancelled, imported atomic.Int64
	transactions, rolledBack, prepared, undecided                       atomic.Int64
	kills, down, failovers, resumed                                     atomic.Int64
	runs, rebuilds, swaps, swapsBack, partitions                        atomic.Int64
	latency                                                             latencies
}
