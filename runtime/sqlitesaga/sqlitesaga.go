// Package sqlitesaga keeps sagas in a SQLite file, beside the ledger of projections
// of a [sqlitemodel.DB].
//
// In go claims and transitions, out come rows: the package is [saga.Database] for
// SQLite. Looking for what is due blocks on no writer. It starts no goroutine.
package sqlitesaga

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// DB is a file with sagas. It must be made by [New].
type DB struct {
	models *sqlitemodel.DB
}

var _ saga.Database[*sqlitemodel.Tx] = (*DB)(nil)

// New returns the sagas of a file of read models, which stays open after them. What
// sagas have done is in no log from which it could be repaired: open the file with
// sqlitemodel.WithSynchronous(sqlitemodel.Full) if it has to survive a loss of power.
func New(models *sqlitemodel.DB) *DB { return &DB{models: models} }

// Transient implements [saga.Database].
func (db *DB) Transient(err error) bool { return db.models.Transient(err) }

// transact runs fn in one transaction, which alone writes to the file. now is its time.
func (db *DB) transact(ctx context.Context, fn func(tx *sqlitemodel.Tx, now int64) error) error {
	return db.models.Transact(ctx, projection.Version{}, func(tx *sqlitemodel.Tx, _ projection.Ledger) error { return fn(tx, now()) })
}

// now is the time of the file's machine, which is that of all who write to it.
func now() int64 { return time.Now().UnixMicro() }

//go:embed sagas_1.sql
var firstTables string

//go:embed sagas_2.sql
var secondTables string

// scripts lead from no tables to today's; script n makes version n+1. A released
// one never changes.
func scripts() []string { return []string{firstTables, secondTables} }

const (
	findTables          = `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'evgen_saga_ledger'`
	selectTablesVersion = `SELECT version FROM evgen_saga_ledger`
	updateTablesVersion = `UPDATE evgen_saga_ledger SET version = ?1`
)

// Setup implements [saga.Queue].
func (db *DB) Setup(ctx context.Context) error {
	if db.Check(ctx) == nil {
		return nil
	}
	err := db.transact(ctx, func(tx *sqlitemodel.Tx, _ int64) error { return db.Create(ctx, tx) })
	if err != nil {
		return fmt.Errorf("set up the tables of sagas: %w", err)
	}
	return nil
}

// Check returns *[saga.VersionError] unless the tables are those of this release. It
// changes nothing.
func (db *DB) Check(ctx context.Context) error {
	found, err := tablesVersion(ctx, db.models)
	if known := len(scripts()); err == nil && found != known {
		err = &saga.VersionError{Found: found, Known: known}
	}
	return err
}

// Create implements [saga.Writer].
func (db *DB) Create(ctx context.Context, tx *sqlitemodel.Tx) error {
	found, err := tablesVersion(ctx, tx)
	if err != nil {
		return err
	}
	known := len(scripts())
	if found > known {
		return &saga.VersionError{Found: found, Known: known}
	}
	for v := found; v < known; v++ {
		if _, err := tx.ExecContext(ctx, scripts()[v]); err != nil {
			return fmt.Errorf("version %d: %w", v+1, err)
		}
		if _, err := tx.ExecContext(ctx, updateTablesVersion, v+1); err != nil {
			return err
		}
	}
	return nil
}

// tablesVersion returns 0 if there are no tables.
func tablesVersion(ctx context.Context, q sqlitemodel.Querier) (version int, err error) {
	err = q.QueryRowContext(ctx, findTables).Scan(&version)
	if err == nil && version > 0 {
		err = q.QueryRowContext(ctx, selectTablesVersion).Scan(&version)
	}
	return version, err
}

// collect reads all rows.
func collect[R any](ctx context.Context, q sqlitemodel.Querier, scan func(*sql.Rows) (R, error), query string, args ...any) ([]R, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	var out []R
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		out = append(out, r)
	}
	return out, errors.Join(rows.Err(), rows.Close())
}

// none reports whether err says that a query found no row.
func none(err error) bool { return errors.Is(err, sql.ErrNoRows) }
