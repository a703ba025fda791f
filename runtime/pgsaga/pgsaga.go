// Package pgsaga keeps sagas in PostgreSQL (15 or newer), beside the ledger of
// projections of a [pgmodel.DB] and in its schema.
//
// In go claims and transitions, out come rows: the package is [saga.Database] for
// PostgreSQL. A transition that emits no event is one statement, and those that
// are made at the same time are one transaction, and one round trip. Claims are not waited for to reach the disk: one that a crash takes back
// was the right to commit something, and nothing was. It works through a pooler
// that gives out connections by transaction, starts no goroutine, and uses one
// connection at a time for each call.
package pgsaga

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// DB is a database of sagas. It must be made by [New].
type DB struct {
	models *pgmodel.DB
	schema string // quoted
	group  *group
}

var _ saga.Database[*pgmodel.Tx] = (*DB)(nil)

// New returns the sagas of a database of read models, which stays open after them.
func New(models *pgmodel.DB) *DB {
	return &DB{models: models, schema: pgx.Identifier{models.LedgerSchema()}.Sanitize(), group: newGroup()}
}

// Transient implements [saga.Database].
func (db *DB) Transient(err error) bool { return db.models.Transient(err) }

// sql replaces {ledger} in a statement by the schema.
func (db *DB) sql(text string) string { return strings.ReplaceAll(text, "{ledger}", db.schema) }

// transact runs fn in one transaction.
func (db *DB) transact(ctx context.Context, fn func(tx *pgmodel.Tx) error) error {
	return db.models.Transact(ctx, projection.Version{}, func(tx *pgmodel.Tx, _ projection.Ledger) error { return fn(tx) })
}

//go:embed sql
var scripts embed.FS

// tablesVersion is that of the newest script, sql/sagas_N.sql, which is applied to
// the tables of the one before. A released script never changes.
const tablesVersion = 2

const (
	// The number is that of pgmodel, which makes the same schema; a transaction's lock works through any pooler.
	lockSetup = `SELECT pg_advisory_xact_lock(7308895159187472239)`

	// pg_class_relname_nsp_index. A regclass would be looked up in the session's cache, which knows nothing of tables that
	// others made while this transaction waited for its lock.
	findTables = `SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = 'saga_ledger')`

	// one row
	selectTablesVersion = `SELECT version FROM {ledger}.saga_ledger`
	deleteTablesVersion = `DELETE FROM {ledger}.saga_ledger`
	insertTablesVersion = `INSERT INTO {ledger}.saga_ledger (version) VALUES ($1)`
)

// Setup implements [saga.Queue], under a lock that makes other processes wait. The
// schema is made if it is missing.
func (db *DB) Setup(ctx context.Context) error {
	if db.Check(ctx) == nil {
		return nil
	}
	err := db.transact(ctx, func(tx *pgmodel.Tx) error { return db.Create(ctx, tx) })
	if err != nil {
		return fmt.Errorf("set up the tables of sagas: %w", err)
	}
	return nil
}

// Check returns *[saga.VersionError] unless the tables are those of this release. It
// changes nothing.
func (db *DB) Check(ctx context.Context) error {
	found, err := db.version(ctx, db.models.Pool())
	if err == nil && found != tablesVersion {
		err = &saga.VersionError{Found: found, Known: tablesVersion}
	}
	return err
}

// Create implements [saga.Writer].
func (db *DB) Create(ctx context.Context, tx *pgmodel.Tx) error {
	if _, err := tx.Exec(ctx, lockSetup); err != nil {
		return err
	}
	found, err := db.version(ctx, tx)
	switch {
	case err != nil:
		return err
	case found > tablesVersion:
		return &saga.VersionError{Found: found, Known: tablesVersion}
	case found == tablesVersion:
		return nil
	}
	return db.migrate(ctx, tx, found)
}

// querier is a pool or a transaction.
type querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// collect reads all rows.
func collect[R any](ctx context.Context, q querier, scan pgx.RowToFunc[R], sql string, args ...any) ([]R, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// version returns 0 if there are no tables.
func (db *DB) version(ctx context.Context, q querier) (version int, err error) {
	var exists bool
	err = q.QueryRow(ctx, findTables, db.models.LedgerSchema()).Scan(&exists)
	if err == nil && exists {
		err = q.QueryRow(ctx, db.sql(selectTablesVersion)).Scan(&version)
	}
	return version, err
}

func (db *DB) migrate(ctx context.Context, tx *pgmodel.Tx, from int) error {
	if _, err := tx.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS `+db.schema); err != nil {
		return err
	}
	for version := from + 1; version <= tablesVersion; version++ {
		script, err := scripts.ReadFile(fmt.Sprintf("sql/sagas_%d.sql", version))
		if err != nil {
			return err
		}
		// without arguments pgx sends a text as it is, which may hold several statements
		if _, err := tx.Exec(ctx, db.sql(string(script))); err != nil {
			return fmt.Errorf("version %d: %w", version, err)
		}
	}
	if _, err := tx.Exec(ctx, db.sql(deleteTablesVersion)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, db.sql(insertTablesVersion), tablesVersion)
	return err
}

// none reports whether err says that a query found no row.
func none(err error) bool { return errors.Is(err, pgx.ErrNoRows) }
