package sqlitemodel_test

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/projection/projectiontest"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// files remembers where databases are, for opening them again.
type files struct {
	mu    sync.Mutex
	paths map[*sqlitemodel.DB]string
}

func (f *files) open(t testing.TB, path string) *sqlitemodel.DB {
	t.Helper()
	db, err := sqlitemodel.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	f.mu.Lock()
	defer f.mu.Unlock()
	f.paths[db] = path
	return db
}

func (f *files) path(db projection.Database[*sqlitemodel.Tx]) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.paths[db.(*sqlitemodel.DB)]
}

func TestConformance(t *testing.T) {
	files := &files{paths: map[*sqlitemodel.DB]string{}}
	projectiontest.Run(t, projectiontest.Target[*sqlitemodel.Tx]{
		New: func(t testing.TB) projection.Database[*sqlitemodel.Tx] {
			return files.open(t, filepath.Join(t.TempDir(), "models.db"))
		},
		Again: func(t testing.TB, db projection.Database[*sqlitemodel.Tx]) projection.Database[*sqlitemodel.Tx] {
			return files.open(t, files.path(db))
		},
		Store: func(testing.TB) projectiontest.Store { return memstore.New() },
		Exec: func(ctx context.Context, tx *sqlitemodel.Tx, statement string, args ...any) error {
			_, err := tx.ExecContext(ctx, strings.ReplaceAll(statement, "$", "?"), args...)
			return err
		},
		Query:    query,
		Declared: sqlitemodel.Declared[string, projectiontest.Order],
	})
}

func query(ctx context.Context, db projection.Database[*sqlitemodel.Tx], text string, each func(projectiontest.Rows) error) error {
	rows, err := db.(*sqlitemodel.DB).QueryContext(ctx, text)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
