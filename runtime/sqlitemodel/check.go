package sqlitemodel

import (
	"context"
	"fmt"

	"github.com/evgen/evgen/runtime/projection"
)

// Check looks whether the tables of the ledger are those of this release, and makes
// none: what who only reads calls in the place of [DB.Setup]. Errors:
// *[projection.LedgerVersionError], whose Found is 0 if there are none.
func (db *DB) Check(ctx context.Context) error {
	found, known := 0, len(scripts())
	err := db.reader.QueryRowContext(ctx, selectLedger).Scan(&found)
	if err == nil && found > 0 {
		err = db.reader.QueryRowContext(ctx, selectLedgerVersion).Scan(&found)
	}
	if err == nil && found != known {
		err = &projection.LedgerVersionError{Found: found, Known: known}
	}
	if err != nil {
		return fmt.Errorf("look at the ledger of projections: %w", err)
	}
	return nil
}
