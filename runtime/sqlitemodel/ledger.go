package sqlitemodel

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

//go:embed ledger.sql
var firstLedger string

//go:embed ledger_2.sql
var secondLedger string

//go:embed ledger_3.sql
var thirdLedger string

// scripts lead from no ledger to today's; script n makes version n+1. A released
// one never changes.
func scripts() []string { return []string{firstLedger, secondLedger, thirdLedger} }

const (
	selectLedger        = `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'evgen_ledger'`
	selectLedgerVersion = `SELECT version FROM evgen_ledger`
	updateLedgerVersion = `UPDATE evgen_ledger SET version = ?1`
)

// Setup implements [projection.Control].
func (db *DB) Setup(ctx context.Context) error {
	err := db.Transact(ctx, projection.Version{}, func(tx *Tx, _ projection.Ledger) error {
		var found int
		if err := tx.QueryRowContext(ctx, selectLedger).Scan(&found); err != nil {
			return err
		}
		if found > 0 {
			if err := tx.QueryRowContext(ctx, selectLedgerVersion).Scan(&found); err != nil {
				return err
			}
		}
		return tx.migrate(ctx, found)
	})
	if err != nil {
		return fmt.Errorf("set up the ledger of projections: %w", err)
	}
	return nil
}

func (tx *Tx) migrate(ctx context.Context, found int) error {
	known := len(scripts())
	if found > known {
		return &projection.LedgerVersionError{Found: found, Known: known}
	}
	for v := found; v < known; v++ {
		if _, err := tx.tx.ExecContext(ctx, scripts()[v]); err != nil {
			return err
		}
		if _, err := tx.tx.ExecContext(ctx, updateLedgerVersion, v+1); err != nil {
			return err
		}
	}
	return nil
}

// ledger is the ledger within a transaction, which alone writes to the file: so
// that there is nothing to lock.
type ledger struct {
	tx  *Tx
	now func() time.Time
}

var _ projection.Ledger = (*ledger)(nil)

// All of them are carried by the primary key.
const (
	versionColumns = `id, number, digest, state, tables, incarnation, loaded, effects_from, created_at, live_at`

	selectVersions = `SELECT ` + versionColumns + ` FROM evgen_projections WHERE ?1 IN ('', id) ORDER BY id, number`

	insertVersion = `INSERT INTO evgen_projections (` + versionColumns + `)
		SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM evgen_projections WHERE id = ?1
		RETURNING number`

	updateVersion = `UPDATE evgen_projections SET state = ?3, loaded = ?4, effects_from = ?5, live_at = ?6, incarnation = ?7
		WHERE id = ?1 AND number = ?2`
)

// Lock implements [projection.Versions]: a transaction has the file to itself.
func (l *ledger) Lock(context.Context, string) error { return nil }

// Versions implements [projection.Versions].
func (l *ledger) Versions(ctx context.Context, id string) ([]projection.Version, error) {
	return collect(ctx, l.tx, scanVersion, selectVersions, id)
}

func scanVersion(rows *sql.Rows) (v projection.Version, err error) {
	var tables string
	var created, live int64
	err = rows.Scan(&v.ID, &v.Number, &v.Digest, &v.State, &tables, &v.Incarnation, &v.Loaded, &v.EffectsFrom, &created, &live)
	if err != nil {
		return v, err
	}
	v.CreatedAt, v.LiveAt = instant(created), instant(live)
	return v, json.Unmarshal([]byte(tables), &v.Tables)
}

// AddVersion implements [projection.Versions].
func (l *ledger) AddVersion(ctx context.Context, v projection.Version, shards int) (projection.Version, error) {
	tables, err := json.Marshal(v.Tables)
	if err != nil {
		return v, err
	}
	v.CreatedAt = l.now().UTC().Truncate(time.Microsecond)
	err = l.tx.QueryRowContext(ctx, insertVersion, v.ID, v.Digest, v.State, string(tables), v.Incarnation, v.Loaded,
		v.EffectsFrom, micros(v.CreatedAt), micros(v.LiveAt)).Scan(&v.Number)
	if err != nil {
		return v, fmt.Errorf("add a version of %s: %w", v.ID, err)
	}
	return v, l.insertShards(ctx, v, projection.EvenShards(shards), 0)
}

// SaveVersion implements [projection.Versions].
func (l *ledger) SaveVersion(ctx context.Context, v projection.Version) error {
	_, err := l.tx.ExecContext(ctx, updateVersion, v.ID, v.Number, v.State, v.Loaded, v.EffectsFrom, micros(v.LiveAt), v.Incarnation)
	if err != nil {
		return fmt.Errorf("save %s: %w", &v, err)
	}
	return nil
}

// collect reads all rows.
func collect[R any](ctx context.Context, q Querier, scan func(*sql.Rows) (R, error), query string, args ...any) ([]R, error) {
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

// micros is 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// position is what the driver takes for one.
func position(p runtime.Position) int64 { return int64(p) }
