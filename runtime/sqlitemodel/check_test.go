package sqlitemodel_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

func TestCheckTellsLedgersApartAndMakesNone(t *testing.T) {
	ctx, db := context.Background(), openAt(t, filepath.Join(t.TempDir(), "x.db"))
	found := func(want int) {
		t.Helper()
		var other *projection.LedgerVersionError
		if err := db.Check(ctx); !errors.As(err, &other) || other.Found != want {
			t.Errorf("check: %v, want a ledger of version %d", err, want)
		}
	}
	found(0)
	found(0) // still
	if err := errors.Join(db.Setup(ctx), db.Check(ctx)); err != nil {
		t.Error(err)
	}
	for _, version := range []int{1, 99} {
		transact(t, db, projection.Version{}, func(ctx context.Context, tx *sqlitemodel.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE evgen_ledger SET version = ?", version)
			return err
		})
		found(version)
	}
}
