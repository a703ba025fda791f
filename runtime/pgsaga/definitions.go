package pgsaga

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/saga"
)

const (
	// Locks of the transaction work through any pooler. The number is that of lockSetup, as a seed: no two
	// schemas, and no two sagas, share a lock, but for a collision, which only makes somebody wait.
	lockDefinitions  = `SELECT pg_advisory_xact_lock(hashtextextended($1 || '.' || $2, 7308895159187472239))`
	shareDefinitions = `SELECT pg_advisory_xact_lock_shared(hashtextextended($1 || '.' || $2, 7308895159187472239))`

	// the primary key, whose first column is read
	selectDefinitions = `SELECT digest, steps, 0 FROM {ledger}.saga_definitions WHERE saga = $1 ORDER BY added_at, digest`

	// sagas_due for the count: it holds the sagas that are open
	countDefinitions = `SELECT d.digest, d.steps,
			(SELECT count(*) FROM {ledger}.sagas s WHERE s.saga = d.saga AND s.digest = d.digest AND s.state IN ('running', 'waiting', 'compensating'))
		FROM {ledger}.saga_definitions d WHERE d.saga = $1 AND d.digest <> $2 ORDER BY d.added_at, d.digest`

	// The primary key. Clocks may be set back, what was registered last stays so.
	upsertDefinition = `INSERT INTO {ledger}.saga_definitions (saga, digest, steps, added_at)
		SELECT $1, $2, $3, greatest(clock_timestamp(), max(added_at) + interval '1 microsecond') FROM {ledger}.saga_definitions WHERE saga = $1
		ON CONFLICT (saga, digest) DO UPDATE SET added_at = excluded.added_at`
)

// Register implements [saga.Queue].
func (db *DB) Register(ctx context.Context, id string, d saga.Registered, admit func(others []saga.Registered) error) error {
	return db.transact(ctx, func(tx *pgmodel.Tx) error {
		if _, err := tx.Exec(ctx, lockDefinitions, db.schema, id); err != nil {
			return fmt.Errorf("lock the definitions of %s: %w", id, err)
		}
		others, err := collect(ctx, tx, scanDefinition, db.sql(countDefinitions), id, d.Digest)
		if err != nil {
			return fmt.Errorf("definitions of %s: %w", id, err)
		}
		if err := admit(others); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, db.sql(upsertDefinition), id, d.Digest, d.Steps); err != nil {
			return fmt.Errorf("register the steps of %s: %w", id, err)
		}
		return nil
	})
}

// Definitions implements [saga.Writer]. The lock comes first: a statement sees what was
// committed when it began, and may have waited since.
func (db *DB) Definitions(ctx context.Context, tx *pgmodel.Tx, id string) ([]saga.Registered, error) {
	if _, err := tx.Exec(ctx, shareDefinitions, db.schema, id); err != nil {
		return nil, err
	}
	return collect(ctx, tx, scanDefinition, db.sql(selectDefinitions), id)
}

func scanDefinition(row pgx.CollectableRow) (r saga.Registered, err error) {
	err = row.Scan(&r.Digest, &r.Steps, &r.Open)
	return r, err
}
