package pgmodel

import (
	"context"
	"fmt"

	"github.com/evgen/evgen/runtime/projection"
)

// Check looks whether the tables of the ledger are those of this release, and makes
// none: what who only reads calls in the place of [DB.Setup]. Errors:
// *[projection.LedgerVersionError], whose Found is 0 if there are none.
func (db *DB) Check(ctx context.Context) error {
	err := db.transact(ctx, projection.Version{}, func(tx *Tx) error {
		found, err := tx.ledgerVersion(ctx)
		if err == nil && found != ledgerVersion {
			err = &projection.LedgerVersionError{Found: found, Known: ledgerVersion}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("look at the ledger of projections: %w", err)
	}
	return nil
}
