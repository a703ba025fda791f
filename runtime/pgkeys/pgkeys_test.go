package pgkeys_test

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime/encryption"
	"github.com/evgen/evgen/runtime/encryption/encryptiontest"
	"github.com/evgen/evgen/runtime/pgkeys"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func newPool(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
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
