package pgsaga_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/pgsaga"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// begun returns a database with n sagas.
func begun(t *testing.T, n int) (*pgmodel.DB, *pgsaga.DB) {
	t.Helper()
	models := place{pgtest.Database(t), "public"}.models(t)
	db := pgsaga.New(models)
	check(t, models.Setup(t.Context()))
	check(t, db.Setup(t.Context()))
	var sagas []saga.Begin
	for i := range n {
		sagas = append(sagas, saga.Begin{
			Ref: saga.Ref{Saga: "s", ID: fmt.Sprint(i)}, Digest: "d", Step: "a",
			Start: saga.Start{Event: uuid.New(), Correlation: uuid.New()},
		})
	}
	check(t, models.Transact(t.Context(), projection.Version{}, func(tx *pgmodel.Tx, _ projection.Ledger) error {
		return db.Begin(t.Context(), tx, sagas)
	}))
	return models, db
}

func claim(t *testing.T, db *pgsaga.DB, n int) []saga.Claim {
	t.Helper()
	claims, err := db.Claim(t.Context(), saga.Claims{Saga: "s", Known: []string{"d"}, Digest: "d", Owner: "o", Limit: n, Lease: time.Hour})
	check(t, err)
	return claims
}

func TestSetupByManyAtOnceIsMadeOnce(t *testing.T) {
	at := place{pgtest.Database(t), "fresh"}
	var group sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		models := at.models(t)
		db := pgsaga.New(models)
		group.Add(1)
		go func() {
			defer group.Done()
			if i%2 == 0 { // a runner begins beside a worker
				errs[i] = models.Setup(context.Background())
			}
			errs[i] = errors.Join(errs[i], db.Setup(context.Background()))
		}()
	}
	group.Wait()
	check(t, errors.Join(errs...))
}

func TestTablesOfANewerReleaseAreRefused(t *testing.T) {
	models, db := begun(t, 0)
	_, err := models.Pool().Exec(t.Context(), `UPDATE saga_ledger SET version = 99`)
	check(t, err)
	var newer *saga.VersionError
	if err := db.Setup(t.Context()); !errors.As(err, &newer) || newer.Found != 99 {
		t.Errorf("set up: %v", err)
	}
}

func TestTheStepLedgerIsNeverChanged(t *testing.T) {
	models, db := begun(t, 1)
	c := claim(t, db, 1)
	m := &saga.Move{Claim: &c[0], State: saga.Completed, Entry: saga.Entry{Step: "a", Kind: saga.Forward, Attempt: 1, Outcome: saga.Done}}
	check(t, db.Commit(t.Context(), m, nil))
	_, err := models.Pool().Exec(t.Context(), `UPDATE saga_steps SET outcome = 'failed'`)
	if err == nil || !strings.Contains(err.Error(), "never changed") {
		t.Errorf("the ledger was changed: %v", err)
	}
}

// What is not waited for is the claim alone: the setting must not outlive its statement.
func TestCommitsWaitForTheDiskAfterClaimsOnTheSameConnection(t *testing.T) {
	models, db := begun(t, 3)
	claims := claim(t, db, 2)
	_, err := db.Extend(t.Context(), claims, time.Hour)
	check(t, err)
	for range 3 {
		var mode string
		check(t, models.Pool().QueryRow(t.Context(), `SHOW synchronous_commit`).Scan(&mode))
		if mode != "on" {
			t.Errorf("synchronous_commit is %s", mode)
		}
	}
}

// Whatever is in the table, looking for what is due reads one entry of an index, and a transition finds its row by its key.
func TestLookingAndMovingReadTheirIndexes(t *testing.T) {
	models, db := begun(t, 5000)
	if got := len(claim(t, db, 100)); got != 64 {
		t.Errorf("claimed %d", got)
	}
	_, err := models.Pool().Exec(t.Context(), `ANALYZE sagas`)
	check(t, err)
	for query, index := range map[string]string{
		`SELECT count(*) FROM sagas WHERE state = 'compensation_failed' GROUP BY saga`:                                                                   "using sagas_stuck",
		`SELECT due_at FROM sagas WHERE saga = 's' AND digest = ANY ('{d}') AND state IN ('running', 'waiting', 'compensating') ORDER BY due_at LIMIT 1`: "Index Scan using sagas_due",
		`UPDATE sagas SET attempts = 1 WHERE saga = 's' AND tenant = '' AND id = '7' AND version = 1`:                                                    "Index Scan using sagas_pkey",
	} {
		rows, err := models.Pool().Query(t.Context(), `EXPLAIN `+query)
		check(t, err)
		var plan []string
		for rows.Next() {
			var line string
			check(t, rows.Scan(&line))
			plan = append(plan, line)
		}
		check(t, rows.Err())
		if text := strings.Join(plan, "\n"); !strings.Contains(text, index) {
			t.Errorf("%s:\n%s", query, text)
		}
	}
}
