package sealed_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/golden/sealed/events/people"
	"github.com/evgen/evgen/golden/sealed/events/people/peoplepg"
	"github.com/evgen/evgen/golden/sealed/events/people/peopleread"
	"github.com/evgen/evgen/golden/sealed/events/people/peoplesqlite"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/encryption"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// inlined is a store whose appends write the directory, reading what they have sealed with an opener.
type inlined struct {
	runtime.Store
	models
}

func inlineOnPostgres(t *testing.T, keyring *encryption.Keyring, o runtime.Opener) inlined {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	db, err := pgmodel.New(pool)
	if err != nil {
		t.Fatal(err)
	}
	var inline *projection.Inline[*pgmodel.Tx]
	apply := func(ctx context.Context, tx pgx.Tx, records []runtime.Record) error {
		return inline.Apply(ctx, func(v projection.Version) *pgmodel.Tx { return db.InTx(tx, v) }, records)
	}
	store, err := postgres.New(t.Context(), pool, postgres.WithMigrations(), postgres.WithSealing(keyring), postgres.WithInline(apply))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	inline, err = projection.OpenInline(t.Context(), store, db, closed(t).Opening(o), []projection.Projection[*pgmodel.Tx]{peoplepg.Directory()})
	if err != nil {
		t.Fatal(err)
	}
	return inlined{store, newModels(db, peoplepg.Directory(), func(ctx context.Context) ([]peopleread.DirectoryRow, error) {
		rows, _, err := peoplepg.ReadDirectory(pool).List(ctx, projection.Page{Limit: 100})
		return rows, err
	}, nil)}
}

func inlineOnSQLite(t *testing.T, keyring *encryption.Keyring, o runtime.Opener) inlined {
	t.Helper()
	file := filepath.Join(t.TempDir(), "events.db")
	var inline *projection.Inline[*sqlitemodel.Tx]
	apply := func(ctx context.Context, conn *sql.Conn, rec runtime.Record) error {
		return inline.Apply(ctx, func(v projection.Version) *sqlitemodel.Tx { return sqlitemodel.InConn(conn, v) }, []runtime.Record{rec})
	}
	store, err := sqlite.Open(t.Context(), file, sqlite.WithSealing(keyring), sqlite.WithInline(apply))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	db, err := sqlitemodel.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	inline, err = projection.OpenInline(t.Context(), store, db, closed(t).Opening(o), []projection.Projection[*sqlitemodel.Tx]{peoplesqlite.Directory()})
	if err != nil {
		t.Fatal(err)
	}
	return inlined{store, newModels(db, peoplesqlite.Directory(), func(ctx context.Context) ([]peopleread.DirectoryRow, error) {
		rows, _, err := peoplesqlite.ReadDirectory(db).List(ctx, projection.Page{Limit: 100})
		return rows, err
	}, nil)}
}

// An append that has read what it seals before an erasure, and commits after it, must not show it.
func TestAnInlineReadModelThatReadBeforeTheErasureShowsNothing(t *testing.T) {
	for name, open := range map[string]func(*testing.T, *encryption.Keyring, runtime.Opener) inlined{
		"postgres": inlineOnPostgres, "sqlite": inlineOnSQLite,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			held := &holding{Opener: w.keyring, opened: make(chan struct{}), release: make(chan struct{})}
			s := open(t, w.keyring, held)
			if _, err := s.Append(t.Context(), other, runtime.ExpectAny(), runtime.Root(), people.PersonRegistered{Name: "Bob", Email: "bob@example.org"}); err != nil {
				t.Fatal(err)
			}
			held.on.Store(true)
			done := make(chan error, 2)
			go func() {
				_, err := s.Append(context.Background(), stream, runtime.ExpectAny(), runtime.Root(), registered())
				done <- err
			}()
			taken(t, held.opened) // the append holds what it is about to write
			erased := make(chan error, 1)
			go func() {
				erased <- w.eraser(s.models).Erase(context.Background(), encryption.Erasure{}, encryption.Subject{ID: stream.ID()})
			}()
			select {
			case err := <-erased:
				erased <- err
			case <-time.After(300 * time.Millisecond): // it waits for the append, as it should
			}
			close(held.release)
			if err := errors.Join(taken(t, done), taken(t, erased)); err != nil {
				t.Fatal(err)
			}
			if rows, err := s.rows(t.Context()); err != nil || len(rows) != 2 || holdsSecret(rows) != "" || *rows[1].Name != "Bob" {
				t.Errorf("rows %+v %v", rows, err)
			}
		})
	}
}
