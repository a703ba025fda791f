package sqlitesaga_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/saga/sagatest"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
	"github.com/evgen/evgen/runtime/sqlitesaga"
)

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
			Pass:  func(t testing.TB, d time.Duration) { pass(t, models, d) },
		}
	}})
}
