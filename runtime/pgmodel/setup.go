package pgmodel

import (
	"context"
	"embed"
	"fmt"

	"github.com/evgen/evgen/runtime/projection"
)

//go:embed sql
var scripts embed.FS

// ledgerVersion is the newest version of the ledger's tables. The script of each
// version, sql/ledger_N.sql, is applied to the tables of the one before.
const ledgerVersion = 3

const (
	// The number is the package's own; a transaction's lock works through any pooler.
	lockSetup = `SELECT pg_advisory_xact_lock(7308895159187472239)`

	// pg_class_relname_nsp_index. A regclass would be looked up in the session's cache, which
	// knows nothing of tables that others made while this transaction waited for its lock.
	findLedger = `SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = 'projection_ledger')`

	// one row
	selectLedgerVersion = `SELECT version FROM {ledger}.projection_ledger`
	deleteLedgerVersion = `DELETE FROM {ledger}.projection_ledger`
	insertLedgerVersion = `INSERT INTO {ledger}.projection_ledger (version) VALUES ($1)`
)

// Setup creates both schemas and the tables of the ledger, or brings those of an
// older release up to date, in one transaction, under a lock that makes other
// processes wait for it. Tables of a newer release are a *[projection.LedgerVersionError].
func (db *DB) Setup(ctx context.Context) error {
	err := db.transact(ctx, projection.Version{}, func(tx *Tx) error {
		if _, err := tx.Exec(ctx, lockSetup); err != nil {
			return err
		}
		found, err := tx.ledgerVersion(ctx)
		switch {
		case err != nil:
			return err
		case found > ledgerVersion:
			return &projection.LedgerVersionError{Found: found, Known: ledgerVersion}
		case found == ledgerVersion:
			return nil
		}
		return tx.migrate(ctx, found)
	})
	if err != nil {
		return fmt.Errorf("set up the ledger of projections: %w", err)
	}
	return nil
}

// ledgerVersion returns 0 if there are no tables.
func (t *Tx) ledgerVersion(ctx context.Context) (version int, err error) {
	var exists bool
	err = t.QueryRow(ctx, findLedger, t.names.ledger).Scan(&exists)
	if err == nil && exists {
		err = t.QueryRow(ctx, t.names.fill(selectLedgerVersion)).Scan(&version)
	}
	return version, err
}

func (t *Tx) migrate(ctx context.Context, from int) error {
	for _, schema := range []string{t.names.ledger, t.names.models} {
		if _, err := t.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS `+quote(schema)); err != nil {
			return err
		}
	}
	for version := from + 1; version <= ledgerVersion; version++ {
		script, err := scripts.ReadFile(fmt.Sprintf("sql/ledger_%d.sql", version))
		if err != nil {
			return err
		}
		// without arguments pgx sends a text as it is, which may hold several statements
		if _, err := t.Exec(ctx, t.names.fill(string(script))); err != nil {
			return fmt.Errorf("version %d: %w", version, err)
		}
	}
	t.Queue(t.names.fill(deleteLedgerVersion))
	t.Queue(t.names.fill(insertLedgerVersion), ledgerVersion)
	return nil
}
