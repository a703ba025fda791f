package pgsaga_test

import (
	"context"
	"testing"
	"time"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/pgsaga"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// What registers must see all that began before it was asked.
func TestRegisteringWaitsForThoseWhoBeginSagas(t *testing.T) {
	at := place{pgtest.Database(t), "definitions"}
	models, others := at.models(t), at.models(t)
	db := pgsaga.New(models)
	check(t, db.Setup(t.Context()))
	ctx, done := context.WithTimeout(t.Context(), 30*time.Second)
	defer done()
	asked, failed := make(chan struct{}), make(chan error, 1)
	check(t, models.Transact(ctx, projection.Version{}, func(tx *pgmodel.Tx, _ projection.Ledger) error {
		if _, err := db.Definitions(ctx, tx, "s"); err != nil {
			return err
		}
		go func() {
			failed <- pgsaga.New(others).Register(ctx, "s", saga.Registered{Digest: "d", Steps: []string{"a"}}, func([]saga.Registered) error { close(asked); return nil })
		}()
		for waiting := false; !waiting; {
			err := others.Pool().QueryRow(ctx, `SELECT count(*) > 0 FROM pg_locks JOIN pg_database ON database = pg_database.oid
				WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()`).Scan(&waiting)
			if err != nil {
				return err
			}
			select {
			case <-asked:
				t.Error("it was admitted while sagas were about to begin")
				waiting = true
			default:
			}
		}
		return nil
	}))
	check(t, <-failed)
}
