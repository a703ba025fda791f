package pgmodel

import (
	"context"
	"errors"
	"testing"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime/projection"
)

func TestCheckTellsLedgersApartAndMakesNone(t *testing.T) {
	ctx, db := context.Background(), openDB(t, pgtest.Database(t))
	found := func(want int) {
		t.Helper()
		var other *projection.LedgerVersionError
		if err := db.Check(ctx); !errors.As(err, &other) || other.Found != want {
			t.Errorf("check: %v, want a ledger of version %d", err, want)
		}
	}
	found(0)
	var made bool
	if err := db.Pool().QueryRow(ctx, `SELECT to_regclass('evgen.projection_ledger') IS NOT NULL`).Scan(&made); err != nil || made {
		t.Errorf("a ledger was made: %t, %v", made, err)
	}
	if err := errors.Join(db.Setup(ctx), db.Check(ctx)); err != nil {
		t.Error(err)
	}
	for _, version := range []int{1, 99} {
		if _, err := db.Pool().Exec(ctx, `UPDATE evgen.projection_ledger SET version = $1`, version); err != nil {
			t.Fatal(err)
		}
		found(version)
	}
}
