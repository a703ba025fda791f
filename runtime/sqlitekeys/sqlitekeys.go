// Package sqlitekeys keeps the keys of subjects in a SQLite file of their own.
//
// In go wrapped keys, out they come until they are erased: then the row keeps who,
// when and why, and the database itself refuses to bring the key back. The bytes
// of an erased key are overwritten in the file, and cut from the write-ahead log,
// before the erasure is finished; copies of the file are beyond its reach. It needs
// no cgo and starts no goroutine but those of database/sql.
package sqlitekeys

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	_ "modernc.org/sqlite" // the driver

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/encryption"
)

var (
	_ encryption.Keys     = (*Keys)(nil)
	_ encryption.Erasures = (*Keys)(nil)
	_ encryption.Custody  = (*Keys)(nil)
)

//go:embed sql/level_1.sql
var level1 string

// What PRAGMA application_id and user_version are in a file of keys.
const (
	application = 1163284299
	newest      = 1
)

var (
	// ErrNotKeys says that a file holds something else.
	ErrNotKeys = errors.New("file is no store of keys, or one of a newer release")
	// ErrLogInUse says that a key is erased, but its bytes are still in the write-ahead
	// log, since somebody reads the file: a backup, or another program. The erasure is
	// pending until it is gone on with and nobody does.
	ErrLogInUse = errors.New("bytes of erased keys are left in the write-ahead log, which another reader of the file holds: try again")
)

// Keys is a store of keys. All methods block for the disk, and on other writers
// of the file.
type Keys struct{ db *sql.DB }

// Open opens a file, creating it if it is missing; its directory must be there.
// Errors: [ErrNotKeys], and those of the file.
func Open(ctx context.Context, path string) (*Keys, error) {
	if _, err := os.Stat(filepath.Dir(path)); err != nil { // SQLite would speak of memory
		return nil, fmt.Errorf("open keys %s: %w", path, err)
	}
	db, err := sql.Open("sqlite", uri(path))
	if err != nil {
		return nil, fmt.Errorf("open keys %s: %w", path, err)
	}
	db.SetMaxOpenConns(4)
	k := &Keys{db}
	if err := k.inTransaction(ctx, prepare); err != nil {
		return nil, errors.Join(fmt.Errorf("open keys %s: %w", path, err), db.Close())
	}
	return k, nil
}

// uri names a file, in whose path no character is special, with what connections need.
func uri(path string) string {
	parameters := url.Values{"_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)",
	}, "_txlock": {"immediate"}}
	// a URL with a scheme would make a host of the first part of a relative path
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + parameters.Encode()
}

// prepare makes the tables of an empty file.
func prepare(ctx context.Context, tx *sql.Tx) error {
	var id, version, tables int
	for _, q := range []struct {
		sql  string
		into *int
	}{{`PRAGMA application_id`, &id}, {`PRAGMA user_version`, &version}, {`SELECT count(*) FROM sqlite_schema`, &tables}} {
		if err := tx.QueryRowContext(ctx, q.sql).Scan(q.into); err != nil {
			return err
		}
	}
	switch {
	case id == application && version == newest:
		return nil
	case id != 0 || version != 0 || tables != 0:
		return ErrNotKeys
	}
	_, err := tx.ExecContext(ctx, level1)
	return err
}

// Close closes the file.
func (k *Keys) Close() error { return k.db.Close() }

func (k *Keys) inTransaction(ctx context.Context, fn func(context.Context, *sql.Tx) error) error {
	tx, err := k.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(ctx, tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

const (
	// columns are those of a key, in the order of scan.
	columns = `id, tenant, subject, wrapped, created_at, erased_at, erased_by, erased_why, finished_at IS NOT NULL`

	// newestKey finds the key of a subject by the index that makes it unique.
	newestKey = `
SELECT ` + columns + `
FROM subject_keys
WHERE tenant = ?1 AND subject = ?2
ORDER BY generation DESC
LIMIT 1`

	// firstKey keeps a key unless there is one: the index that makes it unique.
	firstKey = `
INSERT INTO subject_keys (id, tenant, subject, generation, wrapped, created_at)
VALUES (?1, ?2, ?3, 1, ?4, ?5)
ON CONFLICT (tenant, subject, generation) DO NOTHING`

	// nextKey keeps a key behind one whose erasure is finished: the index that makes it unique.
	nextKey = `
INSERT INTO subject_keys (id, tenant, subject, generation, wrapped, created_at)
SELECT ?1, tenant, subject, generation + 1, ?4, ?5
FROM (
    SELECT tenant, subject, generation, finished_at
    FROM subject_keys
    WHERE tenant = ?2 AND subject = ?3
    ORDER BY generation DESC
    LIMIT 1
)
WHERE finished_at IS NOT NULL`

	// pageOfKeys reads by the primary key.
	pageOfKeys = `
SELECT ` + columns + `
FROM subject_keys
WHERE id >= ?1
ORDER BY id
LIMIT ?2`

	// keysOf reads by the index that makes keys unique.
	keysOf = `
SELECT ` + columns + `
FROM subject_keys
WHERE tenant = ?1 AND subject = ?2
ORDER BY generation`

	// eraseFirst notes that there will be no first key, if there was none: the
	// index that makes it unique.
	eraseFirst = `
INSERT INTO subject_keys (id, tenant, subject, generation, created_at, erased_at, erased_by, erased_why)
VALUES (?1, ?2, ?3, 1, ?4, ?4, ?5, ?6)
ON CONFLICT (tenant, subject, generation) DO NOTHING`

	// eraseKeys erases all keys of a subject: the index that makes them unique.
	eraseKeys = `
UPDATE subject_keys
SET wrapped = NULL, erased_at = ?3, erased_by = ?4, erased_why = ?5
WHERE tenant = ?1 AND subject = ?2 AND erased_at IS NULL`

	// finishErasure finds a row by the primary key.
	finishErasure = `
UPDATE subject_keys
SET finished_at = ?2
WHERE id = ?1 AND erased_at IS NOT NULL AND finished_at IS NULL`

	// pendingErasures reads subject_keys_pending.
	pendingErasures = `
SELECT DISTINCT tenant, subject
FROM subject_keys
WHERE erased_at IS NOT NULL AND finished_at IS NULL
ORDER BY tenant, subject`

	// rewrapKey finds the row by the primary key.
	rewrapKey = `
UPDATE subject_keys
SET wrapped = ?3
WHERE id = ?1 AND wrapped = ?2`

	// cutLog brings what was written into the file and empties the log, or returns
	// that it could not.
	cutLog = `PRAGMA wal_checkpoint(TRUNCATE)`
)

// Ensure implements [encryption.Keys].
func (k *Keys) Ensure(ctx context.Context, s encryption.Subject, fresh func() (encryption.Key, error)) (encryption.Key, error) {
	key, err := k.newest(ctx, s)
	if !errors.Is(err, sql.ErrNoRows) {
		return key, err
	}
	if key, err = fresh(); err != nil {
		return encryption.Key{}, err
	}
	_, err = k.db.ExecContext(ctx, firstKey, key.ID[:], s.Tenant, s.ID, key.Wrapped, key.CreatedAt.UnixMicro())
	if err != nil {
		return encryption.Key{}, fmt.Errorf("keep a key: %w", err)
	}
	return k.newest(ctx, s)
}

func (k *Keys) newest(ctx context.Context, s encryption.Subject) (encryption.Key, error) {
	key, err := scan(k.db.QueryRowContext(ctx, newestKey, s.Tenant, s.ID))
	if err != nil {
		return encryption.Key{}, fmt.Errorf("read a key: %w", err)
	}
	return key, nil
}

// scan reads a key.
func scan(row interface{ Scan(...any) error }) (encryption.Key, error) {
	var k encryption.Key
	var e encryption.Erasure
	var id []byte
	var created int64
	var erased sql.NullInt64
	err := row.Scan(&id, &k.Subject.Tenant, &k.Subject.ID, &k.Wrapped, &created, &erased, &e.By, &e.Why, &e.Finished)
	if err != nil {
		return k, err
	}
	k.CreatedAt = runtime.Timestamp(time.UnixMicro(created))
	if erased.Valid {
		e.At = runtime.Timestamp(time.UnixMicro(erased.Int64))
		k.Erased = &e
	}
	k.ID, err = uuid.FromBytes(id)
	return k, err
}

// Page implements [encryption.Keys].
func (k *Keys) Page(ctx context.Context, from uuid.UUID, n int) ([]encryption.Key, error) {
	return k.list(ctx, pageOfKeys, from[:], n)
}

// KeysOf implements [encryption.Erasures].
func (k *Keys) KeysOf(ctx context.Context, s encryption.Subject) ([]encryption.Key, error) {
	return k.list(ctx, keysOf, s.Tenant, s.ID)
}

func (k *Keys) list(ctx context.Context, query string, args ...any) ([]encryption.Key, error) {
	rows, err := k.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	defer rows.Close()
	var keys []encryption.Key
	for rows.Next() {
		key, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("read keys: %w", err)
		}
		keys = append(keys, key)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return keys, nil
}

// Erase implements [encryption.Erasures]. It may be an [ErrLogInUse].
func (k *Keys) Erase(ctx context.Context, s encryption.Subject, e encryption.Erasure) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	err = k.inTransaction(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, eraseFirst, id[:], s.Tenant, s.ID, e.At.UnixMicro(), e.By, e.Why); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, eraseKeys, s.Tenant, s.ID, e.At.UnixMicro(), e.By, e.Why)
		return err
	})
	if err == nil {
		err = k.cut(ctx)
	}
	if err != nil {
		return fmt.Errorf("erase keys: %w", err)
	}
	return nil
}

// cut empties the write-ahead log. It waits for readers, a few seconds.
func (k *Keys) cut(ctx context.Context) error {
	var busy, left, copied int
	err := k.db.QueryRowContext(ctx, cutLog).Scan(&busy, &left, &copied)
	if err == nil && busy != 0 {
		err = ErrLogInUse
	}
	return err
}

// Finish implements [encryption.Erasures]. It may be an [ErrLogInUse].
func (k *Keys) Finish(ctx context.Context, keys ...uuid.UUID) error {
	err := k.cut(ctx)
	if err == nil {
		err = k.inTransaction(ctx, func(ctx context.Context, tx *sql.Tx) error {
			for _, id := range keys {
				if _, err := tx.ExecContext(ctx, finishErasure, id[:], time.Now().UnixMicro()); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("finish an erasure: %w", err)
	}
	return nil
}

// Pending implements [encryption.Erasures].
func (k *Keys) Pending(ctx context.Context) ([]encryption.Subject, error) {
	rows, err := k.db.QueryContext(ctx, pendingErasures)
	if err != nil {
		return nil, fmt.Errorf("read pending erasures: %w", err)
	}
	defer rows.Close()
	var all []encryption.Subject
	for rows.Next() {
		var s encryption.Subject
		if err := rows.Scan(&s.Tenant, &s.ID); err != nil {
			return nil, fmt.Errorf("read pending erasures: %w", err)
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// Renew implements [encryption.Custody].
func (k *Keys) Renew(ctx context.Context, s encryption.Subject, fresh func() (encryption.Key, error)) (encryption.Key, error) {
	key, err := fresh()
	if err != nil {
		return encryption.Key{}, err
	}
	done, err := k.db.ExecContext(ctx, nextKey, key.ID[:], s.Tenant, s.ID, key.Wrapped, key.CreatedAt.UnixMicro())
	if err != nil {
		return encryption.Key{}, fmt.Errorf("renew a key: %w", err)
	}
	switch n, err := done.RowsAffected(); {
	case err != nil:
		return encryption.Key{}, fmt.Errorf("renew a key: %w", err)
	case n == 0:
		return encryption.Key{}, k.unrenewed(ctx, s)
	}
	return key, nil
}

// unrenewed says why s got no new key.
func (k *Keys) unrenewed(ctx context.Context, s encryption.Subject) error {
	newest, err := k.newest(ctx, s)
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return err
	case newest.Erased != nil && !newest.Erased.Finished:
		return encryption.ErrPending
	}
	return encryption.ErrActive
}

// Rewrap implements [encryption.Custody].
func (k *Keys) Rewrap(ctx context.Context, id uuid.UUID, from, to []byte) error {
	if _, err := k.db.ExecContext(ctx, rewrapKey, id[:], from, to); err != nil {
		return fmt.Errorf("rewrap a key: %w", err)
	}
	return nil
}
