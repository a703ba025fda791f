package pgsaga_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

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

func TestTablesOfTheFirstReleaseAreBroughtUpToDate(t *testing.T) {
	models := place{pgtest.Database(t), "public"}.models(t)
	script, err := os.ReadFile("sql/sagas_1.sql")
	check(t, err)
	_, err = models.Pool().Exec(t.Context(), strings.ReplaceAll(string(script), "{ledger}", "public")+`
		INSERT INTO saga_ledger VALUES (1);
		INSERT INTO sagas (saga, tenant, id, digest, state, step, due_at, event, ordinal, correlation, owner)
		VALUES ('s', '', '1', 'd', 'running', 'a', now(), '`+uuid.NewString()+`', 0, '`+uuid.NewString()+`', 'of before')`)
	check(t, err)
	db := pgsaga.New(models)
	check(t, db.Setup(t.Context()))
	claims, err := db.Claim(t.Context(), saga.Claims{Saga: "s", Known: []string{"d"}, Digest: "d", Owner: "o", Limit: 1, Lease: time.Hour})
	if err != nil || len(claims) != 1 || claims[0].Former != "of before" || claims[0].Lost != 0 {
		t.Errorf("claimed %+v (%v)", claims, err)
	}
}
