package postgres

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/internal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// newStore opens a store in a database of its own.
func newStore(t testing.TB, opts ...Option) *Store {
	t.Helper()
	return openStore(t, pgtest.Database(t), append([]Option{WithMigrations()}, opts...)...)
}

func openStore(t testing.TB, dsn string, opts ...Option) *Store {
	t.Helper()
	s, err := Open(context.Background(), dsn, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func newTestPool(t testing.TB, dsn string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func TestMigrateTwiceChangesNothing(t *testing.T) {
	pool, ctx := newTestPool(t, pgtest.Database(t)), context.Background()
	for _, want := range []Migrated{{0, 1}, {1, 1}} {
		if got, err := Migrate(ctx, pool); err != nil || got != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
}

func TestConcurrentMigrationsWaitForEachOther(t *testing.T) {
	pool, ctx := newTestPool(t, pgtest.Database(t)), context.Background()
	failed := make(chan error)
	for range 4 {
		go func() {
			_, err := Migrate(ctx, pool)
			failed <- err
		}()
	}
	for range 4 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}

func TestPrintedMigrationsMakeTheSameStore(t *testing.T) {
	dsn, ctx := pgtest.Database(t), context.Background()
	steps, err := Migrations(WithSchema("printed"))
	if err != nil {
		t.Fatal(err)
	}
	pool := newTestPool(t, dsn)
	for _, step := range steps {
		if err := inTransaction(ctx, pool, func(tx pgx.Tx) error { return script(ctx, tx, step.SQL) }); err != nil {
			t.Fatal(err)
		}
	}
	openStore(t, dsn, WithSchema("printed"))
}

func TestOpenNeverMigratesUnasked(t *testing.T) {
	_, err := Open(context.Background(), pgtest.Database(t))
	if !errors.Is(err, ErrNotMigrated) {
		t.Errorf("%v", err)
	}
}

func TestNewerTablesAreRefused(t *testing.T) {
	dsn, ctx := pgtest.Database(t), context.Background()
	s := openStore(t, dsn, WithMigrations())
	if _, err := s.pool.Exec(ctx, `INSERT INTO evgen.migrations (version, name, digest) VALUES (99, 'later', '')`); err != nil {
		t.Fatal(err)
	}
	for _, opts := range [][]Option{nil, {WithMigrations()}} {
		var newer *NewerStoreError
		if _, err := Open(ctx, dsn, opts...); !errors.As(err, &newer) || newer.Found != 99 {
			t.Errorf("%v", err)
		}
	}
}

func TestSchemaNamesAreData(t *testing.T) {
	dsn := pgtest.Database(t)
	for _, name := range []string{`we"ird'; --`, "SELECT", "mit Leer%s", strings.Repeat("n", maxName)} {
		for _, opts := range [][]Option{{WithPartitions(10)}, {}} {
			opts = append(opts, WithSchema(name), WithMigrations())
			openStore(t, dsn, opts...)
		}
		if _, err := newTestPool(t, dsn).Exec(context.Background(), "DROP SCHEMA "+quote(name)+" CASCADE"); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"", "pg_mine", "a\x00b", strings.Repeat("n", maxName+1)} {
		if _, err := Open(context.Background(), dsn, WithSchema(name)); err == nil {
			t.Errorf("schema %q was taken", name)
		}
	}
}

func newOnPool(t testing.TB, pool *pgxpool.Pool, opts ...Option) *Store {
	t.Helper()
	s, err := New(context.Background(), pool, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}
