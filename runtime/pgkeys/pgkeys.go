// Package pgkeys keeps the keys of subjects in PostgreSQL.
//
// In go wrapped keys, out they come until they are erased: then the row keeps who,
// when and why, and the database itself refuses to bring the key back. Bytes of an
// erased key are left on disk until VACUUM and the write-ahead log have passed
// them, and in backups: keep backups of keys for less long than those of events,
// and apart from them. It starts no goroutine.
package pgkeys

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/runtime/encryption"
)

var (
	_ encryption.Keys     = (*Keys)(nil)
	_ encryption.Erasures = (*Keys)(nil)
	_ encryption.Custody  = (*Keys)(nil)
)

// Keys is a store of keys. All methods block for one round trip or a few, and
// return the errors of the database.
type Keys struct {
	pool   *pgxpool.Pool
	config config
}

type config struct {
	schema string
}

// Option configures where keys are.
type Option func(*config)

// WithSchema sets the schema of the tables; evgen_keys unless set. It should be
// one, or better a database, to which few have access.
func WithSchema(name string) Option { return func(c *config) { c.schema = name } }

func newConfig(opts []Option) config {
	c := config{schema: "evgen_keys"}
	for _, opt := range opts {
		opt(&c)
	}
	return c
}

func (c config) fill(sql string) string {
	return strings.ReplaceAll(sql, "{schema}", pgx.Identifier{c.schema}.Sanitize())
}

// New returns the keys in the database of pool, which [Migrate] has prepared. The
// pool stays the caller's.
func New(pool *pgxpool.Pool, opts ...Option) *Keys { return &Keys{pool, newConfig(opts)} }

const (
	// columns are those of a key, in the order of scan.
	columns = `id, tenant, subject, wrapped, created_at, erased_at, erased_by, erased_why, finished_at IS NOT NULL`

	// newestKey finds the key of a subject: subject_keys_tenant_subject_generation_key.
	newestKey = `
SELECT ` + columns + `
FROM {schema}.subject_keys
WHERE tenant = $1 AND subject = $2
ORDER BY generation DESC
LIMIT 1`

	// firstKey keeps a key unless there is one: subject_keys_tenant_subject_generation_key.
	firstKey = `
INSERT INTO {schema}.subject_keys (id, tenant, subject, generation, wrapped, created_at)
VALUES ($1, $2, $3, 1, $4, $5)
ON CONFLICT (tenant, subject, generation) DO NOTHING`

	// nextKey keeps a key behind one whose erasure is finished: subject_keys_tenant_subject_generation_key.
	nextKey = `
INSERT INTO {schema}.subject_keys (id, tenant, subject, generation, wrapped, created_at)
SELECT $1, tenant, subject, generation + 1, $4, $5
FROM (
    SELECT tenant, subject, generation, finished_at
    FROM {schema}.subject_keys
    WHERE tenant = $2 AND subject = $3
    ORDER BY generation DESC
    LIMIT 1
) AS newest
WHERE finished_at IS NOT NULL
ON CONFLICT (tenant, subject, generation) DO NOTHING`

	// pageOfKeys reads by the primary key.
	pageOfKeys = `
SELECT ` + columns + `
FROM {schema}.subject_keys
WHERE id >= $1
ORDER BY id
LIMIT $2`

	// keysOf reads by subject_keys_tenant_subject_generation_key.
	keysOf = `
SELECT ` + columns + `
FROM {schema}.subject_keys
WHERE tenant = $1 AND subject = $2
ORDER BY generation`

	// eraseFirst erases the first key, or notes that there will be none:
	// subject_keys_tenant_subject_generation_key. It makes who would insert wait.
	eraseFirst = `
INSERT INTO {schema}.subject_keys AS k (id, tenant, subject, generation, created_at, erased_at, erased_by, erased_why)
VALUES ($1, $2, $3, 1, $4, $4, $5, $6)
ON CONFLICT (tenant, subject, generation) DO UPDATE
SET wrapped = NULL, erased_at = excluded.erased_at, erased_by = excluded.erased_by, erased_why = excluded.erased_why
WHERE k.erased_at IS NULL`

	// eraseOthers erases what was renewed: subject_keys_tenant_subject_generation_key.
	eraseOthers = `
UPDATE {schema}.subject_keys
SET wrapped = NULL, erased_at = $3, erased_by = $4, erased_why = $5
WHERE tenant = $1 AND subject = $2 AND erased_at IS NULL`

	// finishErasure finds rows by the primary key.
	finishErasure = `
UPDATE {schema}.subject_keys
SET finished_at = now()
WHERE id = ANY ($1) AND erased_at IS NOT NULL AND finished_at IS NULL`

	// pendingErasures reads subject_keys_pending.
	pendingErasures = `
SELECT DISTINCT tenant, subject
FROM {schema}.subject_keys
WHERE erased_at IS NOT NULL AND finished_at IS NULL
ORDER BY tenant, subject`

	// rewrapKey finds the row by the primary key.
	rewrapKey = `
UPDATE {schema}.subject_keys
SET wrapped = $3
WHERE id = $1 AND wrapped = $2`
)

// Ensure implements [encryption.Keys].
func (k *Keys) Ensure(ctx context.Context, s encryption.Subject, fresh func() (encryption.Key, error)) (encryption.Key, error) {
	key, err := k.newest(ctx, s)
	if !errors.Is(err, pgx.ErrNoRows) {
		return key, err
	}
	if key, err = fresh(); err != nil {
		return encryption.Key{}, err
	}
	if _, err := k.pool.Exec(ctx, k.config.fill(firstKey), key.ID, s.Tenant, s.ID, key.Wrapped, key.CreatedAt); err != nil {
		return encryption.Key{}, fmt.Errorf("keep a key: %w", err)
	}
	return k.newest(ctx, s)
}

func (k *Keys) newest(ctx context.Context, s encryption.Subject) (encryption.Key, error) {
	key, err := scan(k.pool.QueryRow(ctx, k.config.fill(newestKey), s.Tenant, s.ID))
	if err != nil {
		return encryption.Key{}, fmt.Errorf("read a key: %w", err)
	}
	return key, nil
}

// scan reads a key. Its text is nobody's business but that of who has the row.
func scan(row pgx.Row) (encryption.Key, error) {
	var k encryption.Key
	var e encryption.Erasure
	var erased *time.Time
	err := row.Scan(&k.ID, &k.Subject.Tenant, &k.Subject.ID, &k.Wrapped, &k.CreatedAt, &erased, &e.By, &e.Why, &e.Finished)
	if erased != nil {
		e.At = erased.UTC()
		k.Erased = &e
	}
	k.CreatedAt = k.CreatedAt.UTC()
	return k, err
}

// Page implements [encryption.Keys].
func (k *Keys) Page(ctx context.Context, from uuid.UUID, n int) ([]encryption.Key, error) {
	return k.list(ctx, pageOfKeys, from, n)
}

// KeysOf implements [encryption.Erasures].
func (k *Keys) KeysOf(ctx context.Context, s encryption.Subject) ([]encryption.Key, error) {
	return k.list(ctx, keysOf, s.Tenant, s.ID)
}

func (k *Keys) list(ctx context.Context, sql string, args ...any) ([]encryption.Key, error) {
	rows, err := k.pool.Query(ctx, k.config.fill(sql), args...)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	keys, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (encryption.Key, error) { return scan(row) })
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return keys, nil
}

// Erase implements [encryption.Erasures].
func (k *Keys) Erase(ctx context.Context, s encryption.Subject, e encryption.Erasure) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	err = pgx.BeginFunc(ctx, k.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, k.config.fill(eraseFirst), id, s.Tenant, s.ID, e.At, e.By, e.Why); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, k.config.fill(eraseOthers), s.Tenant, s.ID, e.At, e.By, e.Why)
		return err
	})
	if err != nil {
		return fmt.Errorf("erase keys: %w", err)
	}
	return nil
}

// Finish implements [encryption.Erasures].
func (k *Keys) Finish(ctx context.Context, keys ...uuid.UUID) error {
	if _, err := k.pool.Exec(ctx, k.config.fill(finishErasure), keys); err != nil {
		return fmt.Errorf("finish an erasure: %w", err)
	}
	return nil
}

// Pending implements [encryption.Erasures].
func (k *Keys) Pending(ctx context.Context) ([]encryption.Subject, error) {
	rows, err := k.pool.Query(ctx, k.config.fill(pendingErasures))
	if err != nil {
		return nil, fmt.Errorf("read pending erasures: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[encryption.Subject])
}

// Renew implements [encryption.Custody].
func (k *Keys) Renew(ctx context.Context, s encryption.Subject, fresh func() (encryption.Key, error)) (encryption.Key, error) {
	key, err := fresh()
	if err != nil {
		return encryption.Key{}, err
	}
	done, err := k.pool.Exec(ctx, k.config.fill(nextKey), key.ID, s.Tenant, s.ID, key.Wrapped, key.CreatedAt)
	switch {
	case err != nil:
		return encryption.Key{}, fmt.Errorf("renew a key: %w", err)
	case done.RowsAffected() == 0:
		return encryption.Key{}, k.unrenewed(ctx, s)
	}
	return key, nil
}

// unrenewed says why s got no new key.
func (k *Keys) unrenewed(ctx context.Context, s encryption.Subject) error {
	newest, err := k.newest(ctx, s)
	switch {
	case err != nil && !errors.Is(err, pgx.ErrNoRows):
		return err
	case newest.Erased != nil && !newest.Erased.Finished:
		return encryption.ErrPending
	}
	return encryption.ErrActive
}

// Rewrap implements [encryption.Custody].
func (k *Keys) Rewrap(ctx context.Context, id uuid.UUID, from, to []byte) error {
	if _, err := k.pool.Exec(ctx, k.config.fill(rewrapKey), id, from, to); err != nil {
		return fmt.Errorf("rewrap a key: %w", err)
	}
	return nil
}
