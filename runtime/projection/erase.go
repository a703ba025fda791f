package projection

import (
	"context"
	"fmt"
)

// Erase runs erase for each version of a projection, in a transaction each. It
// fences the version first: what a runner has read before, perhaps with a key that
// is gone by now, does not commit behind it. Whoever reads again must find the
// subject erased: see encryption.Eraser, which waits for that.
//
// It blocks while shards commit. Errors are those of the database and of erase;
// called again it goes on. A projection that the database does not know has no
// versions, and nothing to erase.
func Erase[T any](ctx context.Context, db Database[T], id string, erase func(ctx context.Context, tx T) error) error {
	var versions []Version
	err := db.Ledger(ctx, func(l Ledger) (err error) {
		versions, err = l.Versions(ctx, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("list versions of %s: %w", id, err)
	}
	for _, v := range versions {
		if v.Incarnation == "" {
			continue // its tables are not made yet
		}
		err := db.Transact(ctx, v, func(tx T, l Ledger) error {
			if err := l.Fence(ctx, v); err != nil {
				return err
			}
			return erase(ctx, tx)
		})
		if err != nil {
			return fmt.Errorf("erase in %s: %w", &v, err)
		}
	}
	return nil
}
