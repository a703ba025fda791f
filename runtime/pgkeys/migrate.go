package pgkeys

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

//go:embed sql/level_1.sql
var level1 string

// NewerError says that a newer release of evgen has made the tables.
type NewerError struct {
	Found, Known int
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("tables of keys are of version %d, this build knows versions up to %d: update the program", e.Found, e.Known)
}

// Migrations returns the steps that make the tables, in order, for tools that
// apply them: each is applied once, in one transaction, and records itself.
func Migrations(opts ...Option) []string {
	return []string{newConfig(opts).fill(level1)}
}

// Migrate brings the tables up to date, in one transaction, under a lock that makes
// other processes wait for it. It may return a *[NewerError].
func Migrate(ctx context.Context, pool *pgxpool.Pool, opts ...Option) error {
	steps := Migrations(opts...)
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		// the number is this package's own
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(7308895159187472241)`); err != nil {
			return err
		}
		level, err := level(ctx, tx, newConfig(opts))
		if err == nil && level > len(steps) {
			err = &NewerError{level, len(steps)}
		}
		if err != nil {
			return err
		}
		for _, step := range steps[level:] {
			// the simple protocol takes several statements
			if _, err := tx.Conn().PgConn().Exec(ctx, step).ReadAll(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("migrate tables of keys: %w", err)
	}
	return nil
}

// findTables reads pg_class_relname_nsp_index. A regclass would be looked up in the session's
// cache, which knows nothing of tables that others made while this transaction waited for its lock.
const findTables = `SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = 'subject_keys')`

// level is the newest step that was applied, 0 if there are no tables.
func level(ctx context.Context, tx pgx.Tx, c config) (level int, err error) {
	var exists bool
	err = tx.QueryRow(ctx, findTables, c.schema).Scan(&exists)
	if err == nil && exists {
		// the primary key
		err = tx.QueryRow(ctx, c.fill(`SELECT coalesce(max(version), 0) FROM {schema}.migrations`)).Scan(&level)
	}
	return level, err
}
