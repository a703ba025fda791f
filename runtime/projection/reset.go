package projection

import (
	"context"
	"fmt"

	"github.com/evgen/evgen/runtime"
)

// Reset makes a projection begin anew: it adds a version of the same digest, to be
// live, empty as it is, as soon as a runner takes it up, and returns it. The one
// that was live stands by; until then readers see its rows. Side effects of events
// up to where it stood, or up to head if that is lower, are not repeated.
//
// Unlike a [Rebuild] it needs no version that can be caught up with: it is the way
// out when the store was restored to an earlier state. Errors:
// [ErrUnknownProjection], [ErrNoLiveVersion], [ErrConsumer], [ErrReaction].
func Reset(ctx context.Context, db Control, id string, head runtime.Position) (Version, error) {
	var added Version
	err := db.Ledger(ctx, func(l Ledger) error {
		versions, err := lockModel(ctx, l, id)
		if err != nil {
			return err
		}
		live := inState(versions, Live)
		if live == nil {
			return ErrNoLiveVersion
		}
		added, err = replaceLive(ctx, l, *live, head)
		return err
	})
	if err != nil {
		return Version{}, fmt.Errorf("reset %s: %w", id, err)
	}
	return added, nil
}

// replaceLive puts an empty version of the same kind in the place of the live one.
func replaceLive(ctx context.Context, l Ledger, live Version, head runtime.Position) (Version, error) {
	locked, err := l.LockShards(ctx, live)
	if err != nil {
		return Version{}, err
	}
	for i := range locked {
		head = min(head, locked[i].Position)
	}
	if err := l.Fence(ctx, live); err != nil {
		return Version{}, err
	}
	live.State = Standby
	if err := l.SaveVersion(ctx, live); err != nil {
		return Version{}, err
	}
	return l.AddVersion(ctx, Version{
		ID: live.ID, Digest: live.Digest, State: Building, Tables: live.Tables, EffectsFrom: head,
	}, max(len(locked), 1))
}
