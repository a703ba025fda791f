package sqlitemodel_test

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

func TestSetupRefusesTheLedgerOfANewerRelease(t *testing.T) {
	db := openAt(t, filepath.Join(t.TempDir(), "x.db"))
	if err := db.Setup(context.Background()); err != nil {
		t.Fatal(err)
	}
	transact(t, db, projection.Version{}, func(ctx context.Context, tx *sqlitemodel.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE evgen_ledger SET version = 99")
		return err
	})
	var newer *projection.LedgerVersionError
	if err := db.Setup(context.Background()); !errors.As(err, &newer) || newer.Found != 99 {
		t.Errorf("set up: %v", err)
	}
}

func TestFileIsSharedWithTheEventStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	for range 2 {
		store, err := sqlite.Open(context.Background(), path)
		if err != nil {
			t.Fatal(err)
		}
		if err := openAt(t, path).Setup(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadersCannotWrite(t *testing.T) {
	db := openAt(t, filepath.Join(t.TempDir(), "x.db"))
	rows, err := db.QueryContext(context.Background(), "CREATE TABLE x (y)")
	if err == nil {
		rows.Next()
		err = errors.Join(rows.Err(), rows.Close())
	}
	if err == nil {
		t.Error("a reader wrote")
	}
}

func TestMemoryIsRefused(t *testing.T) {
	for _, name := range []string{"", ":memory:", "file::memory:?cache=shared", "file:x?mode=memory"} {
		if db, err := sqlitemodel.Open(context.Background(), name); err == nil {
			t.Errorf("%q was opened: %v", name, db.Close())
		}
	}
}

func TestAMissingDirectoryIsNamed(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := sqlitemodel.Open(t.Context(), "data/x.db"); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "stat data:") {
		t.Errorf("open: %v", err)
	}
}
