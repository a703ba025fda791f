package pgsaga_test

import (
	"testing"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime/pgsaga"
	"github.com/evgen/evgen/runtime/saga"
)

func TestThereAreNoSagasBeforeAWorkerHasRun(t *testing.T) {
	db := pgsaga.New(place{pgtest.Database(t), "nothing"}.models(t))
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
