package pgmodel

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// ledger is what a transaction knows of projections: [projection.Ledger]. Methods
// that need no result queue their statements.
type ledger struct{ tx *Tx }

var _ projection.Ledger = (*ledger)(nil)

const (
	lockProjection = `SELECT pg_advisory_xact_lock(hashtextextended($1, 7308895159187472240))`

	versionColumns = `id, number, digest, state, tables, incarnation, loaded, effects_from, created_at, live_at`

	// primary key, or all of a small table
	selectVersions = `SELECT ` + versionColumns + ` FROM {ledger}.projections WHERE $1 IN ('', id) ORDER BY id, number`

	// primary key
	insertVersion = `INSERT INTO {ledger}.projections (id, number, digest, state, tables, incarnation, loaded, effects_from, live_at)
		SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8 FROM {ledger}.projections WHERE id = $1
		RETURNING ` + versionColumns

	// primary key
	updateVersion = `UPDATE {ledger}.projections
		SET state = $3, loaded = $4, effects_from = $5, live_at = $6, incarnation = $7 WHERE id = $1 AND number = $2`
)

func (l *ledger) Lock(ctx context.Context, id string) error {
	_, err := l.tx.Exec(ctx, lockProjection, l.tx.names.ledger+"."+id)
	return wrap("lock "+id, err)
}

func (l *ledger) Versions(ctx context.Context, id string) ([]projection.Version, error) {
	rows, err := l.query(ctx, selectVersions, id)
	if err != nil {
		return nil, wrap("versions of "+id, err)
	}
	versions, err := pgx.CollectRows(rows, scanVersion)
	return versions, wrap("versions of "+id, err)
}

func (l *ledger) AddVersion(ctx context.Context, v projection.Version, shards int) (projection.Version, error) {
	rows, err := l.query(ctx, insertVersion, v.ID, v.Digest, string(v.State), texts(v.Tables),
		string(v.Incarnation), v.Loaded, int64(v.EffectsFrom), optional(v.LiveAt))
	if err != nil {
		return v, wrap("add a version of "+v.ID, err)
	}
	added, err := pgx.CollectExactlyOneRow(rows, scanVersion)
	if err != nil {
		return v, wrap("add a version of "+v.ID, err)
	}
	return added, l.ReplaceShards(ctx, added, spread(shards))
}

// spread divides all slots among n shards.
func spread(n int) []projection.Shard {
	shards := make([]projection.Shard, max(n, 1))
	for i := range shards {
		shards[i].Index = i
		shards[i].First = i * projection.Slots / len(shards)
		shards[i].Last = (i+1)*projection.Slots/len(shards) - 1
	}
	return shards
}

func (l *ledger) SaveVersion(_ context.Context, v projection.Version) error {
	l.queue(updateVersion, v.ID, v.Number, string(v.State), v.Loaded, int64(v.EffectsFrom), optional(v.LiveAt), string(v.Incarnation))
	return nil
}

func scanVersion(row pgx.CollectableRow) (v projection.Version, err error) {
	var state, incarnation string
	var effects int64
	var live *time.Time
	err = row.Scan(&v.ID, &v.Number, &v.Digest, &state, &v.Tables, &incarnation, &v.Loaded, &effects, &v.CreatedAt, &live)
	v.State, v.Incarnation = projection.State(state), runtime.Incarnation(incarnation)
	v.EffectsFrom, v.CreatedAt, v.LiveAt = runtime.Position(effects), v.CreatedAt.UTC(), instant(live)
	return v, err
}

func (l *ledger) query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return l.tx.Query(ctx, l.tx.names.fill(sql), args...)
}

// queue adds a statement that belongs to no fact.
func (l *ledger) queue(sql string, args ...any) {
	l.tx.queue = append(l.tx.queue, statement{sql: l.tx.names.fill(sql), args: args, fact: none})
}

// texts is list, but never NULL.
func texts(list []string) []string { return append([]string{}, list...) }

// optional is t, or NULL for the zero time.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// instant is the opposite of optional.
func instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// wrap says what was tried.
func wrap(action string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", action, err)
}
