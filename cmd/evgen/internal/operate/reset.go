package operate

import (
	"context"
	"fmt"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Reset makes a projection begin anew: it adds a version of the same digest, to be
// live, empty as it is, as soon as a service takes it up. The one that was live stands
// by; until then readers see its rows. Side effects of events up to where it stood, or
// up to head if that is lower, are not repeated.
//
// Unlike a rebuild it needs no version that can be caught up with: it is the way out
// when the store was restored to an earlier state.
func Reset(ctx context.Context, db projection.Control, id string, head runtime.Position) (projection.Version, error) {
	var added projection.Version
	err := db.Ledger(ctx, func(l projection.Ledger) error {
		if err := l.Lock(ctx, id); err != nil {
			return err
		}
		versions, err := l.Versions(ctx, id)
		if err != nil {
			return err
		}
		if len(versions) == 0 {
			return projection.ErrUnknownProjection
		}
		live := liveOf(versions)
		if live == nil {
			return projection.ErrNoLiveVersion
		}
		added, err = replaceLive(ctx, l, *live, head)
		return err
	})
	if err != nil {
		return added, fmt.Errorf("reset %s: %w", id, err)
	}
	return added, nil
}

func liveOf(versions []projection.Version) *projection.Version {
	for i := range versions {
		if versions[i].State == projection.Live {
			return &versions[i]
		}
	}
	return nil
}

// replaceLive puts an empty version of the same kind in the place of the live one.
func replaceLive(ctx context.Context, l projection.Ledger, live projection.Version, head runtime.Position) (projection.Version, error) {
	locked, err := l.LockShards(ctx, live)
	if err != nil {
		return projection.Version{}, err
	}
	for i := range locked {
		head = min(head, locked[i].Position)
	}
	if err := l.Fence(ctx, live); err != nil {
		return projection.Version{}, err
	}
	live.State = projection.Standby
	if err := l.SaveVersion(ctx, live); err != nil {
		return projection.Version{}, err
	}
	return l.AddVersion(ctx, projection.Version{
		ID: live.ID, Digest: live.Digest, State: projection.Building, Tables: live.Tables, EffectsFrom: head,
	}, max(len(locked), 1))
}
