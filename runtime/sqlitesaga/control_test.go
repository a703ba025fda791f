package sqlitesaga_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlitemodel"
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

func TestTablesOfTheFirstReleaseAreBroughtUpToDate(t *testing.T) {
	models := open(t, filepath.Join(t.TempDir(), "events.db"))
	script, err := os.ReadFile("sagas_1.sql")
	check(t, err)
	check(t, models.Transact(t.Context(), projection.Version{}, func(tx *sqlitemodel.Tx, _ projection.Ledger) error {
		_, err := tx.ExecContext(t.Context(), string(script)+`;
			UPDATE evgen_saga_ledger SET version = 1;
			INSERT INTO evgen_sagas (saga, tenant, id, digest, state, step, due_at, event, ordinal, correlation, started_at, updated_at, owner)
			VALUES ('s', x'', x'31', 'd', 'running', 'a', 1, '`+uuid.NewString()+`', 0, '`+uuid.NewString()+`', 1, 1, 'of before')`)
		return err
	}))
	db := sqlitesaga.New(models)
	check(t, db.Setup(t.Context()))
	claims, err := db.Claim(t.Context(), saga.Claims{Saga: "s", Known: []string{"d"}, Digest: "d", Owner: "o", Limit: 1, Lease: time.Hour})
	if err != nil || len(claims) != 1 || claims[0].Former != "of before" || claims[0].Lost != 0 {
		t.Errorf("claimed %+v (%v)", claims, err)
	}
}
