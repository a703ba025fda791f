package pgkeys_test

import (
	"errors"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime/encryption"
	"github.com/evgen/evgen/runtime/encryption/encryptiontest"
	"github.com/evgen/evgen/runtime/pgkeys"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func newPool(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := open(t, pgtest.Database(t))
	for range 2 { // the second time there is nothing to do
		if err := pgkeys.Migrate(t.Context(), pool, pgkeys.WithSchema(`odd "schema`)); err != nil {
			t.Fatal(err)
		}
	}
	return pool
}

func TestKeysPassTheSuite(t *testing.T) {
	encryptiontest.Run(t, func(t *testing.T) encryptiontest.Store {
		return pgkeys.New(newPool(t), pgkeys.WithSchema(`odd "schema`))
	})
}

// What a session has looked for before it waited for the lock is not what is there afterwards.
func TestMigrationSeesTheTablesThatItHasWaitedFor(t *testing.T) {
	dsn := pgtest.Database(t)
	first, second := open(t, dsn), open(t, dsn+"&pool_max_conns=1")
	var there bool
	if err := second.QueryRow(t.Context(), `SELECT to_regclass('evgen_keys.migrations') IS NOT NULL`).Scan(&there); err != nil || there {
		t.Fatal(there, err)
	}
	done := make(chan error, 1)
	err := pgx.BeginFunc(t.Context(), first, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `SELECT pg_advisory_xact_lock(7308895159187472241)`); err != nil {
			return err
		}
		go func() { done <- pgkeys.Migrate(t.Context(), second) }()
		for waits := false; !waits; {
			const waiting = `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
				AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`
			if err := tx.QueryRow(t.Context(), waiting).Scan(&waits); err != nil {
				return err
			}
		}
		_, err := tx.Exec(t.Context(), pgkeys.Migrations()[0])
		return err
	})
	if err := errors.Join(err, <-done); err != nil {
		t.Error(err)
	}
}

func open(t *testing.T, dsn string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func TestTheDatabaseItselfKeepsErasures(t *testing.T) {
	pool := newPool(t)
	keys := pgkeys.New(pool, pgkeys.WithSchema(`odd "schema`))
	if err := keys.Erase(t.Context(), encryption.Subject{ID: "ada"}, encryption.Erasure{}); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		`UPDATE "odd ""schema".subject_keys SET wrapped = 'x', erased_at = NULL`,
		`DELETE FROM "odd ""schema".subject_keys`,
		`TRUNCATE "odd ""schema".subject_keys`,
	} {
		if _, err := pool.Exec(t.Context(), sql); err == nil {
			t.Errorf("not refused: %s", sql)
		}
	}
}
