// Package pgmodel keeps read models in PostgreSQL (15 or newer), by way of pgx.
//
// In go batches of facts, out come tables, in one transaction with the checkpoint
// that counts them: the package is [projection.Database] for PostgreSQL. Declared
// read models are folded and written by a few statements over arrays; a version
// that is built from nothing is written by COPY. Each version has its own tables;
// readers use views that show the live one.
//
// It holds no state in sessions, so that it works through a pooler that gives out
// connections by transaction, if the pool is told not to prepare statements (see
// [pgx.QueryExecMode]). It starts no goroutine and changes nothing outside its two schemas.
package pgmodel

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/runtime/projection"
)

// DB is a database of read models. It must be made by [Open] or [New].
type DB struct {
	pool  *pgxpool.Pool
	owned bool // whether Close closes the pool
	names names
	// mode is how the pool sends statements with arguments.
	mode pgx.QueryExecMode
}

var _ projection.Database[*Tx] = (*DB)(nil)

// Option configures a DB.
type Option func(*names)

// WithLedgerSchema sets the schema of the tables that keep checkpoints and dead
// letters; "evgen" is the default.
func WithLedgerSchema(name string) Option { return func(n *names) { n.ledger = name } }

// WithSchema sets the schema of the read models' tables and views; "public" is
// the default.
func WithSchema(name string) Option { return func(n *names) { n.models = name } }

// Open connects to the database of dsn, a URL or keywords and values as libpq
// takes them, with a pool of its own. It blocks until a connection is there; ctx
// bounds the opening alone. Call [DB.Setup] before the first use.
func Open(ctx context.Context, dsn string, opts ...Option) (*DB, error) {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return nil, fmt.Errorf("open read models: %w", err)
	}
	db, err := New(pool, opts...)
	if err == nil {
		err = pool.Ping(ctx)
	}
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open read models: %w", err)
	}
	db.owned = true
	return db, nil
}

// New is [Open] with a pool of the caller's, which Close leaves open.
func New(pool *pgxpool.Pool, opts ...Option) (*DB, error) {
	n := names{ledger: "evgen", models: "public"}
	for _, opt := range opts {
		opt(&n)
	}
	if err := n.check(); err != nil {
		return nil, err
	}
	return &DB{pool: pool, names: n, mode: pool.Config().ConnConfig.DefaultQueryExecMode}, nil
}

// Close closes the pool if [Open] made it.
func (db *DB) Close() {
	if db.owned {
		db.pool.Close()
	}
}

// LedgerSchema returns the schema of the ledger, for what is kept beside it.
func (db *DB) LedgerSchema() string { return db.names.ledger }

// Pool returns the pool, for readers.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// Transact runs fn in one transaction of READ COMMITTED for version v; see
// [projection.Database]. Statements without a result are sent together as late as
// can be, so that errors of the ledger, [projection.ErrFenced] above all, may come
// from the handler that sends them on, or from Transact itself.
func (db *DB) Transact(ctx context.Context, v projection.Version, fn func(tx *Tx, l projection.Ledger) error) error {
	return db.transact(ctx, v, func(tx *Tx) error { return fn(tx, &ledger{tx}) })
}

// Ledger runs fn in one transaction; see [projection.Control].
func (db *DB) Ledger(ctx context.Context, fn func(l projection.Ledger) error) error {
	return db.transact(ctx, projection.Version{}, func(tx *Tx) error { return fn(&ledger{tx}) })
}

// InTx binds a transaction of the caller's, who commits it or rolls it back, to a
// version: what handlers take that write in the transaction of an append. What
// they queue is sent when they return, or by [Tx.Flush].
func (db *DB) InTx(tx pgx.Tx, v projection.Version) *Tx {
	return &Tx{Tx: tx, conn: tx.Conn(), names: db.names, mode: db.mode, version: v, begun: true, cached: true, fact: none}
}

func (db *DB) transact(ctx context.Context, v projection.Version, fn func(tx *Tx) error) error {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	// A connection that is still in a transaction, after a panic say, is closed by this.
	defer conn.Release()
	tx := &Tx{conn: conn.Conn(), names: db.names, mode: db.mode, version: v, fact: none}
	err = fn(tx)
	if err == nil {
		err = tx.Flush(ctx)
	}
	if err == nil {
		err = tx.commit(ctx)
	}
	if err != nil {
		tx.abandon(ctx)
	}
	return err
}
