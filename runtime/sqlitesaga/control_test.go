package sqlitesaga_test

import (
	"path/filepath"
	"testing"

	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlitesaga"
)

func TestThereAreNoSagasBeforeAWorkerHasRun(t *testing.T) {
	db := sqlitesaga.New(open(t, filepath.Join(t.TempDir(), "events.db")))
	if found, err := db.List(t.Context(), saga.Query{}); err != nil || len(found) != 0 {
		t.Errorf("%v, %v", found, err)
	}
	if names, err := db.Names(t.Context()); err != nil || len(names) != 0 {
		t.Errorf("%v, %v", names, err)
	}
	if db.Check(t.Context()) == nil {
		t.Error("looking at sagas made their tables")
	}
}
