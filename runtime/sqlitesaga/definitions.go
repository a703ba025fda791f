package sqlitesaga

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

const (
	// the primary key, whose first column is read
	selectDefinitions = `SELECT digest, steps, 0 FROM evgen_saga_definitions WHERE saga = ?1 ORDER BY added_at, digest`

	// evgen_sagas_due for the count: it holds the sagas that are open
	countDefinitions = `SELECT d.digest, d.steps,
			(SELECT count(*) FROM evgen_sagas s WHERE s.saga = d.saga AND s.digest = d.digest AND s.state IN ('running', 'waiting', 'compensating'))
		FROM evgen_saga_definitions d WHERE d.saga = ?1 AND d.digest <> ?2 ORDER BY d.added_at, d.digest`

	// The primary key. Clocks may be set back, what was registered last stays so.
	upsertDefinition = `INSERT INTO evgen_saga_definitions (saga, digest, steps, added_at)
		VALUES (?1, ?2, ?3, max(?4, coalesce((SELECT max(added_at) + 1 FROM evgen_saga_definitions WHERE saga = ?1), ?4)))
		ON CONFLICT (saga, digest) DO UPDATE SET added_at = excluded.added_at`
)

// Register implements [saga.Queue].
func (db *DB) Register(ctx context.Context, id string, d saga.Registered, admit func(others []saga.Registered) error) error {
	return db.transact(ctx, func(tx *sqlitemodel.Tx, now int64) error {
		others, err := collect(ctx, tx, scanDefinition, countDefinitions, id, d.Digest)
		if err != nil {
			return fmt.Errorf("definitions of %s: %w", id, err)
		}
		if err := admit(others); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, upsertDefinition, id, d.Digest, list(d.Steps), now); err != nil {
			return fmt.Errorf("register the steps of %s: %w", id, err)
		}
		return nil
	})
}

// Definitions implements [saga.Writer]. The transaction alone writes to the file.
func (db *DB) Definitions(ctx context.Context, tx *sqlitemodel.Tx, id string) ([]saga.Registered, error) {
	return collect(ctx, tx, scanDefinition, selectDefinitions, id)
}

func scanDefinition(rows *sql.Rows) (r saga.Registered, err error) {
	var steps string
	if err := rows.Scan(&r.Digest, &steps, &r.Open); err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(steps), &r.Steps)
}
