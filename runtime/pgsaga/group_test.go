package pgsaga_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime/pgsaga"
	"github.com/evgen/evgen/runtime/saga"
)

// complete ends the saga of a claim.
func complete(c *saga.Claim) *saga.Move {
	return &saga.Move{Claim: c, State: saga.Completed, Entry: saga.Entry{Step: "a", Kind: saga.Forward, Attempt: 1, Outcome: saga.Done}}
}

// together makes moves in one group, and returns their outcomes.
func together(t *testing.T, db *pgsaga.DB, moves ...*saga.Move) []error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	db.Gather(len(moves))
	errs := make([]error, len(moves))
	var group sync.WaitGroup
	for i, m := range moves {
		group.Add(1)
		go func() { defer group.Done(); errs[i] = db.Commit(ctx, m, nil) }()
	}
	group.Wait()
	return errs
}

// outcome is the state of a saga and how many lines its ledger has.
func outcome(t *testing.T, db *pgsaga.DB, c *saga.Claim) (saga.State, int) {
	t.Helper()
	found, err := db.List(t.Context(), saga.Query{Saga: c.Saga, ID: c.ID})
	check(t, err)
	entries, err := db.Entries(t.Context(), c.Ref)
	check(t, err)
	return found[0].State, len(entries)
}

func moves(claims []saga.Claim) (all []*saga.Move) {
	for i := range claims {
		all = append(all, complete(&claims[i]))
	}
	return all
}

func TestTransitionsAtTheSameTimeAreOneTransaction(t *testing.T) {
	models, db := begun(t, 8)
	claims := claim(t, db, 8)
	for _, err := range together(t, db, moves(claims)...) {
		check(t, err)
	}
	var n int
	check(t, models.Pool().QueryRow(t.Context(), `SELECT count(DISTINCT xmin::text) FROM saga_steps`).Scan(&n))
	if n != 1 {
		t.Errorf("%d transactions", n)
	}
	for i := range claims {
		if state, entries := outcome(t, db, &claims[i]); state != saga.Completed || entries != 1 {
			t.Errorf("%s is %s with %d entries", claims[i].Ref, state, entries)
		}
	}
}

func TestAZombieInAGroupIsRefusedAlone(t *testing.T) {
	models, db := begun(t, 4)
	claims := claim(t, db, 4)
	claims[1].Version--
	_, err := models.Pool().Exec(t.Context(), `UPDATE sagas SET cancel = 'no more' WHERE id = $1`, []byte(claims[2].ID))
	check(t, err)
	errs := together(t, db, moves(claims)...)
	for i, want := range []error{nil, saga.ErrFenced, saga.ErrCancelled, nil} {
		if !errors.Is(errs[i], want) {
			t.Errorf("%d: %v, want %v", i, errs[i], want)
		}
		state, entries := outcome(t, db, &claims[i])
		if moved := state == saga.Completed; moved != (want == nil) || moved != (entries == 1) {
			t.Errorf("%d: %v, but it is %s with %d entries", i, errs[i], state, entries)
		}
	}
}

// The error comes when the transaction is committed, behind the outcomes of all statements.
func TestWhatTheDatabaseRefusesSpoilsNoOther(t *testing.T) {
	models, db := begun(t, 4)
	_, err := models.Pool().Exec(t.Context(), `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF new.step = 'bad' THEN RAISE EXCEPTION 'a bad step'; END IF; RETURN NULL; END $$;
		CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON saga_steps DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()`)
	check(t, err)
	claims := claim(t, db, 4)
	all := moves(claims)
	all[2].Entry.Step = "bad"
	for i, err := range together(t, db, all...) {
		bad := i == 2
		if refused := err != nil && strings.Contains(err.Error(), "a bad step"); refused != bad || !bad && err != nil {
			t.Errorf("%d: %v", i, err)
		}
		if state, _ := outcome(t, db, &claims[i]); (state == saga.Completed) == bad {
			t.Errorf("%d is %s", i, state)
		}
	}
}

func TestNobodyWaitsForARowThatAnotherTransactionHolds(t *testing.T) {
	models, db := begun(t, 3)
	claims := claim(t, db, 2)
	tx, err := models.Pool().Begin(t.Context())
	check(t, err)
	defer func() { _ = tx.Rollback(context.Background()) }()
	_, err = tx.Exec(t.Context(), `SELECT FROM sagas WHERE id = $1 FOR UPDATE`, []byte(claims[0].ID))
	check(t, err)
	held := make(chan error, 1)
	db.Gather(2)
	go func() { held <- db.Commit(t.Context(), complete(&claims[0]), nil) }()
	check(t, db.Commit(t.Context(), complete(&claims[1]), nil))
	third := claim(t, db, 1)
	check(t, db.Commit(t.Context(), complete(&third[0]), nil))
	check(t, tx.Rollback(t.Context()))
	check(t, <-held)
}

func TestATransitionThatNobodyWaitsForAnyLongerIsNotMade(t *testing.T) {
	_, db := begun(t, 2)
	claims := claim(t, db, 2)
	db.Gather(2)
	ctx, cancel := context.WithCancel(t.Context())
	gone, other := make(chan error, 1), make(chan error, 1)
	go func() { gone <- db.Commit(ctx, complete(&claims[0]), nil) }()
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	go func() { other <- db.Commit(t.Context(), complete(&claims[1]), nil) }()
	go func() { gone <- db.Commit(t.Context(), complete(&claims[0]), nil) }()
	check(t, <-other)
	check(t, <-gone)
	if _, entries := outcome(t, db, &claims[0]); entries != 1 {
		t.Errorf("%d entries", entries)
	}
}
