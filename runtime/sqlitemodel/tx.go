package sqlitemodel

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Tx is a transaction of a runner, for one version. It is used as an [sql.Tx]; the
// runner commits it.
type Tx struct {
	tx      transaction
	version projection.Version
	// prepared keeps statements for the time of the transaction, whose end closes
	// them; nil: nothing would, so nothing is prepared.
	prepared map[string]*sql.Stmt
}

var _ Querier = (*Tx)(nil)

// transaction is an [sql.Tx], or an [sql.Conn] within a transaction.
type transaction interface {
	Querier
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// InTx binds a transaction of yours to a version, for handlers that run inline.
func InTx(tx *sql.Tx, v projection.Version) *Tx {
	return &Tx{tx: tx, version: v, prepared: map[string]*sql.Stmt{}}
}

// InConn is [InTx] for a connection on which a transaction was begun by other
// means, as sqlite.WithInline hands it out.
func InConn(conn *sql.Conn, v projection.Version) *Tx { return &Tx{tx: conn, version: v} }

// ExecContext runs a statement, which is prepared once a transaction.
func (tx *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if tx.prepared == nil {
		return tx.tx.ExecContext(ctx, query, args...)
	}
	stmt, err := tx.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// QueryContext reads, and sees what the transaction has written.
func (tx *Tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return tx.tx.QueryContext(ctx, query, args...)
}

// QueryRowContext is [Tx.QueryContext] for one row.
func (tx *Tx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return tx.tx.QueryRowContext(ctx, query, args...)
}

// PrepareContext prepares a statement, which the caller closes: with it a Tx is what an
// event store in the same file appends in (see sqlite.Store.InTx).
func (tx *Tx) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return tx.tx.PrepareContext(ctx, query)
}

func (tx *Tx) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := tx.prepared[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := tx.tx.PrepareContext(ctx, query)
	if err == nil {
		tx.prepared[query] = stmt
	}
	return stmt, err
}

// Table returns the name of the version's own table, quoted, for a name that
// readers know.
func (tx *Tx) Table(name string) string { return quote(tx.version.Table(name)) }

// Effects reports whether side effects of an event at position are this version's.
func (tx *Tx) Effects(position runtime.Position) bool { return tx.version.Effects(position) }

// Version returns the version that the transaction is bound to.
func (tx *Tx) Version() projection.Version { return tx.version }

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Transact implements [projection.Database]. It blocks on other writers of the file.
func (db *DB) Transact(ctx context.Context, v projection.Version, fn func(tx *Tx, l projection.Ledger) error) error {
	return db.transact(ctx, db.writer, v, fn)
}

func (db *DB) transact(ctx context.Context, pool *sql.DB, v projection.Version, fn func(tx *Tx, l projection.Ledger) error) error {
	tx, err := begin(ctx, pool)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	bound := InTx(tx, v)
	if err := fn(bound, &ledger{bound, db.now}); err != nil {
		if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			return fmt.Errorf("%w (and rolling back: %w)", err, undo)
		}
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// begin asks for the file until lockWait has passed, often enough to get its turn.
func begin(ctx context.Context, pool *sql.DB) (*sql.Tx, error) {
	for end := time.Now().Add(lockWait * time.Millisecond); ; {
		tx, err := pool.BeginTx(ctx, nil)
		var failure *sqlite.Error
		if !errors.As(err, &failure) || failure.Code()&0xff != lib.SQLITE_BUSY || time.Now().After(end) || ctx.Err() != nil {
			return tx, err
		}
	}
}

// Ledger implements [projection.Control]. Most of its uses only look: so it tries
// that first, which blocks on no writer, and calls fn once more if it writes.
func (db *DB) Ledger(ctx context.Context, fn func(l projection.Ledger) error) error {
	run := func(_ *Tx, l projection.Ledger) error { return fn(l) }
	err := db.transact(ctx, db.reader, projection.Version{}, run)
	var failure *sqlite.Error
	if errors.As(err, &failure) && failure.Code()&0xff == lib.SQLITE_READONLY {
		return db.Transact(ctx, projection.Version{}, run)
	}
	return err
}

// Transient implements [projection.Database]: locks, a full disk, a disk that fails, and
// what another transaction has taken in.
func (db *DB) Transient(err error) bool {
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return errors.Is(err, sql.ErrConnDone) || errors.Is(err, errTaken)
	}
	switch failure.Code() & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_FULL, lib.SQLITE_IOERR, lib.SQLITE_INTERRUPT, lib.SQLITE_NOMEM, lib.SQLITE_SCHEMA:
		return true
	}
	return false
}
