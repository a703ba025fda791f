package sqlitesaga_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/saga/sagatest"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
	"github.com/evgen/evgen/runtime/sqlitesaga"
)

// TestMain plays [sagatest.Mortal] in the file that a child is given.
func TestMain(m *testing.M) {
	role, path := faults.Role()
	if role == "" {
		os.Exit(m.Run())
	}
	if err := mortal(path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func mortal(path string) error {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	models, err := sqlitemodel.Open(ctx, path)
	if err != nil {
		return err
	}
	return sagatest.Mortal(sagatest.World[*sqlitemodel.Tx]{Store: store, Sagas: sqlitesaga.New(models), Append: sqlite.AppendIn[*sqlitemodel.Tx](store)})
}

// die lets a child live on a file as long as it can.
func die(t testing.TB, path string) {
	t.Helper()
	child, err := faults.StartChild("mortal", path)
	check(t, err)
	child.Hear(func(string) {})
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, path string) *sqlitemodel.DB {
	t.Helper()
	db, err := sqlitemodel.Open(context.Background(), path)
	check(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// pass moves all that is stored about sagas into the past.
func pass(t testing.TB, models *sqlitemodel.DB, d time.Duration) {
	t.Helper()
	ctx := context.Background()
	check(t, models.Transact(ctx, projection.Version{}, func(tx *sqlitemodel.Tx, _ projection.Ledger) error {
		_, err := tx.ExecContext(ctx, `UPDATE evgen_sagas
			SET due_at = due_at - ?1, deadline = deadline - ?1, wait_until = wait_until - ?1, started_at = started_at - ?1`, d.Microseconds())
		return err
	}))
}

func TestConformance(t *testing.T) {
	sagatest.Run(t, sagatest.Target[*sqlitemodel.Tx]{New: func(t testing.TB) sagatest.World[*sqlitemodel.Tx] {
		path := filepath.Join(t.TempDir(), "events.db")
		store, err := sqlite.Open(context.Background(), path)
		check(t, err)
		t.Cleanup(func() { _ = store.Close() })
		models := open(t, path)
		return sagatest.World[*sqlitemodel.Tx]{
			Store: store, Models: models, Sagas: sqlitesaga.New(models), Append: sqlite.AppendIn[*sqlitemodel.Tx](store),
			Again: func(t testing.TB) saga.Database[*sqlitemodel.Tx] { return sqlitesaga.New(open(t, path)) },
			Die:   func(t testing.TB) { die(t, path) },
			Pass:  func(t testing.TB, d time.Duration) { pass(t, models, d) },
		}
	}})
}
