package sealed_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/golden/sealed/events/people"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/encryption"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/pgkeys"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitekeys"
)

// Every store seals, and keys in every database open.
func TestEveryStoreSeals(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		keys := encryption.NewMemory()
		keyring := encryption.NewKeyring(keys, master(t))
		sealsAndErases(t, memstore.New(memstore.WithSealing(keyring)), keyring, keys)
	})
	t.Run("sqlite", func(t *testing.T) {
		keys, err := sqlitekeys.Open(t.Context(), filepath.Join(t.TempDir(), "keys.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { keys.Close() })
		keyring := encryption.NewKeyring(keys, master(t))
		store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "events.db"), sqlite.WithSealing(keyring))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		sealsAndErases(t, store, keyring, keys)
	})
	t.Run("postgres", func(t *testing.T) {
		pool, keyring, keys := inPostgreSQL(t)
		store, err := postgres.New(t.Context(), pool, postgres.WithMigrations(), postgres.WithSealing(keyring))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		sealsAndErases(t, store, keyring, keys)
	})
	t.Run("postgres in a transaction", func(t *testing.T) {
		pool, keyring, keys := inPostgreSQL(t)
		store, err := postgres.New(t.Context(), pool, postgres.WithMigrations(), postgres.WithSealing(keyring))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		sealsAndErases(t, inTx{store, pool}, keyring, keys)
	})
}

// inTx appends in transactions of its own.
type inTx struct {
	*postgres.Store
	pool *pgxpool.Pool
}

func (s inTx) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (done runtime.Appended, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		done, err = s.InTx(tx).Append(ctx, stream, expect, cause, events...)
		return err
	})
	return done, err
}

func inPostgreSQL(t *testing.T) (*pgxpool.Pool, *encryption.Keyring, *pgkeys.Keys) {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	if err := pgkeys.Migrate(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	keys := pgkeys.New(pool)
	return pool, encryption.NewKeyring(keys, master(t)), keys
}

func sealsAndErases(t *testing.T, store runtime.Store, keyring *encryption.Keyring, keys encryption.Erasures) {
	t.Helper()
	if _, err := store.Append(t.Context(), stream, runtime.ExpectNew(), runtime.Root(), registered(), meeting()); err != nil {
		t.Fatal(err)
	}
	for rec, err := range store.Load(t.Context(), stream) {
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if bytes.Contains(rec.Data, []byte(secret)) {
				t.Errorf("%q is stored", secret)
			}
		}
	}
	registry := closed(t).Opening(keyring)
	if name := nameIn(t, store, registry); name != "Ada Lovelace" {
		t.Errorf("opened: %q", name)
	}
	eraser := encryption.Eraser{Erasures: keys, Keyrings: []*encryption.Keyring{keyring}, Settle: encryption.Alone}
	if err := eraser.Erase(t.Context(), encryption.Erasure{By: "test"}, encryption.Subject{ID: stream.ID()}); err != nil {
		t.Fatal(err)
	}
	if name := nameIn(t, store, registry); name != "" {
		t.Errorf("erased: %q", name)
	}
	if _, err := store.Append(t.Context(), stream, runtime.ExpectExists(), runtime.Root(), registered()); !errors.Is(err, encryption.ErrErased) {
		t.Errorf("append: %v", err)
	}
}

// nameIn is the name that the first event holds.
func nameIn(t *testing.T, store runtime.Store, d runtime.Decoder) string {
	t.Helper()
	for env, err := range runtime.LoadAs[people.Event](t.Context(), store, d, stream, runtime.Limit(1)) {
		if err != nil {
			t.Fatal(err)
		}
		return env.Data.(people.PersonRegistered).Name
	}
	t.Fatal("no event")
	return ""
}
