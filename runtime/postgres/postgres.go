// Package postgres keeps events in PostgreSQL (15 or newer), by way of pgx.
//
// In go appends, out come records, with everything that [runtime.Store] promises,
// to any number of processes at once. An append is one prepared statement, one
// round trip and one commit; concurrent appends of one process share a statement.
// Payloads are kept byte for byte. Nothing takes a lock that all writers share.
// It never starts a goroutine that outlives Close, never changes or deletes an
// event (the database itself refuses), and never touches tables outside its schema.
//
// Positions become visible in the order of commits, so that a reader must know
// which may still appear. An INSERT takes a lock on events before it draws its
// position and frees it once its rows are visible; so a reader looks at what is
// visible and then, in another snapshot, at who holds that lock. A transaction
// that an earlier look did not find owns nothing that was visible before that
// look: the log is settled up to the lowest such mark among the present holders.
// This needs one mark for each open transaction, however many looks there are.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/runtime"
)

// Store is an event store in one schema of a database. It must be made by [Open]
// or [New].
type Store struct {
	pool        *pgxpool.Pool
	owned       bool // whether Close closes the pool
	config      config
	group       *group
	names       names
	incarnation runtime.Incarnation
	// grown is notified after every append of this process.
	grown runtime.Signal
	// queries and track are those of readers.
	queries *queries
	track   *tracker

	closing sync.Once
	closed  atomic.Bool
}

type config struct {
	schema    string
	role      string
	partition int64
	migrate   bool
	observer  runtime.AppendObserver
	inline    Inline
	sealer    runtime.Sealer
	logger    *slog.Logger
	poll      runtime.Poll
	linger    time.Duration
	commit    SynchronousCommit
}

// Option configures a store, or the migrations that make it.
type Option func(*config)

// WithSchema sets the schema that holds the tables; "evgen" is the default. Any
// name that PostgreSQL takes will do.
func WithSchema(name string) Option { return func(c *config) { c.schema = name } }

// WithMigrations makes [Open] and [New] call [Migrate] first. Without it they
// never change a table.
func WithMigrations() Option { return func(c *config) { c.migrate = true } }

// WithRole makes migrations grant an existing role what a program needs: to read
// and to append, and no right to change or delete an event.
func WithRole(name string) Option { return func(c *config) { c.role = name } }

// WithPartitions makes the first migration partition events by ranges of so many
// positions. It has no effect on tables that exist. See [Store.Maintain].
func WithPartitions(positions int64) Option { return func(c *config) { c.partition = positions } }

// WithObserver tells o about every append.
func WithObserver(o runtime.AppendObserver) Option { return func(c *config) { c.observer = o } }

// WithLogger sets where warnings go; [slog.Default] is the default.
func WithLogger(l *slog.Logger) Option { return func(c *config) { c.logger = l } }

// WithPoll sets how often subscriptions look for what other processes have
// appended; from 2 ms to 250 ms is the default. Appends through this Store wake
// them at once.
func WithPoll(p runtime.Poll) Option { return func(c *config) { c.poll = p } }

// WithLinger sets how long a statement waits, at most, for those to come back who
// were appending when the last one ended; 150 µs is the default. It never waits
// longer than half of what the last one took, nor where nobody else appends.
func WithLinger(d time.Duration) Option { return func(c *config) { c.linger = max(d, 0) } }

// SynchronousCommit is PostgreSQL's setting of that name.
type SynchronousCommit string

// Values for [WithSynchronousCommit] that are often wanted.
const (
	// CommitOn survives whatever the server survives: every commit waits for its disk.
	CommitOn SynchronousCommit = "on"
	// CommitOff may lose the appends of the last moments (three times
	// wal_writer_delay, 600 ms by default) when the server or its machine dies,
	// although they were acknowledged; never the order, never a part of a batch.
	// A reader may have seen what is then lost, and its position be given out again.
	CommitOff SynchronousCommit = "off"
)

// WithSynchronousCommit sets what is safe when an append returns; without it the
// server's setting stands. It has an effect on the pool that [Open] makes only.
func WithSynchronousCommit(mode SynchronousCommit) Option {
	return func(c *config) { c.commit = mode }
}

func newConfig(opts []Option) (config, error) {
	c := config{
		schema: "evgen",
		logger: slog.Default(),
		linger: 150 * time.Microsecond,
		poll:   runtime.Poll{Min: 2 * time.Millisecond, Max: 250 * time.Millisecond},
	}
	for _, opt := range opts {
		opt(&c)
	}
	return c, checkSchema(c.schema)
}

// Open connects to the database of dsn, a URL or keywords and values as libpq
// takes them, with a pool of its own. It blocks until the store's tables have
// been checked; ctx bounds the opening alone.
//
// Errors: [ErrNotMigrated], *[NewerStoreError], [ErrNoRights], [ErrUnreachable].
func Open(ctx context.Context, dsn string, opts ...Option) (*Store, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, fmt.Errorf("open event store: %w", err)
	}
	pool, err := newPool(ctx, dsn, c)
	if err != nil {
		return nil, fmt.Errorf("open event store: %w", err)
	}
	s, err := open(ctx, pool, c)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open event store: %w", err)
	}
	s.owned = true
	return s, nil
}

// New is [Open] with a pool of the caller's, which Close leaves open. The pool must
// speak to PostgreSQL itself: a pooler between them hides which session an append
// was sent in. Sessions of the pool are never ended; while one goes on whose link
// was lost, the outcome of what it was sent is unknown.
func New(ctx context.Context, pool *pgxpool.Pool, opts ...Option) (*Store, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, fmt.Errorf("open event store: %w", err)
	}
	s, err := open(ctx, pool, c)
	if err != nil {
		return nil, fmt.Errorf("open event store: %w", err)
	}
	return s, nil
}

// newPool makes a pool whose statements, when their context is cancelled, are
// cancelled at the server too, so that their outcome is known.
func newPool(ctx context.Context, dsn string, c config) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	if c.commit != "" {
		cfg.ConnConfig.RuntimeParams["synchronous_commit"] = string(c.commit)
	}
	if cfg.ConnConfig.RuntimeParams["application_name"] == "" {
		cfg.ConnConfig.RuntimeParams["application_name"] = "evgen"
	}
	cfg.ConnConfig.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: time.Second}
	}
	cfg.AfterConnect = remember
	return pgxpool.NewWithConfig(ctx, cfg)
}

func open(ctx context.Context, pool *pgxpool.Pool, c config) (*Store, error) {
	s := &Store{pool: pool, config: c, names: newNames(c.schema)}
	s.group = newGroup(s, newWriter(s.names))
	s.queries = newQueries(s.names)
	s.track = newTracker(s)
	if c.migrate {
		if _, err := migrate(ctx, pool, c); err != nil {
			return nil, err
		}
	}
	conn, err := s.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	if err := checkLevel(ctx, conn.Conn(), s.names); err != nil {
		return nil, err
	}
	// store has one row
	row := conn.QueryRow(ctx, s.names.fill(`SELECT incarnation::text FROM {schema}.store`))
	var incarnation string
	if err := row.Scan(&incarnation); err != nil {
		return nil, fmt.Errorf("read the incarnation: %w", named(err))
	}
	s.incarnation = runtime.Incarnation(incarnation)
	return s, nil
}

// acquire takes a connection from the pool, [runtime.ErrClosed] after Close.
func (s *Store) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	if s.closed.Load() {
		return nil, runtime.ErrClosed
	}
	conn, err := s.pool.Acquire(ctx)
	if err != nil && s.closed.Load() && ctx.Err() == nil {
		return nil, runtime.ErrClosed
	}
	if err != nil {
		return nil, unreachable(err)
	}
	return conn, nil
}

// Close waits for calls under way to end, closes the pool if [Open] made it, and
// makes every further call fail with [runtime.ErrClosed]. It is idempotent.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.group.close()
		s.closed.Store(true)
		s.grown.Notify()
		if s.owned {
			s.pool.Close()
		}
	})
	return nil
}

// inTransaction calls f in a transaction of READ COMMITTED.
func inTransaction(ctx context.Context, pool *pgxpool.Pool, f func(pgx.Tx) error) error {
	tx, err := pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted})
	if err != nil {
		return unreachable(err)
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback(context.WithoutCancel(ctx)))
	}
	return named(tx.Commit(ctx))
}
