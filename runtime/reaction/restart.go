package reaction

import (
	"context"
	"errors"
	"fmt"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// ErrNoReaction says that an ID is not that of a reaction.
var ErrNoReaction = errors.New("it is no reaction")

// Restart makes a reaction go on behind a position of store, be that earlier or later
// than where it stands, or in another life of the store. What it has emitted stays,
// and is not emitted again; facts that lead to more today lead to that, too. Its
// owners claim their shards anew.
//
// Errors: [projection.ErrUnknownProjection], [projection.ErrNoLiveVersion],
// [ErrNoReaction], and [runtime.ErrStoreRewound] if the store does not reach that far.
func Restart(ctx context.Context, db projection.Control, store runtime.Reader, id string, from runtime.Position) error {
	head, incarnation, err := store.Head(ctx)
	if err == nil && from > head {
		err = &runtime.StoreRewoundError{After: from, Head: head, Incarnation: incarnation}
	}
	if err == nil {
		err = db.Ledger(ctx, func(l projection.Ledger) error { return restart(ctx, l, id, from, incarnation) })
	}
	if err != nil {
		return fmt.Errorf("restart reaction %s: %w", id, err)
	}
	return nil
}

func restart(ctx context.Context, l projection.Ledger, id string, from runtime.Position, incarnation runtime.Incarnation) error {
	live, err := liveVersion(ctx, l, id)
	if err != nil {
		return err
	}
	shards, err := l.LockShards(ctx, live)
	if err != nil {
		return err
	}
	for i := range shards {
		shards[i].Position = from
	}
	if err := l.ReplaceShards(ctx, live, shards); err != nil {
		return err
	}
	live.Incarnation = incarnation
	return l.SaveVersion(ctx, live)
}

// liveVersion locks the versions of a reaction, and returns the one that emits.
func liveVersion(ctx context.Context, l projection.Ledger, id string) (live projection.Version, err error) {
	if err := l.Lock(ctx, id); err != nil {
		return live, err
	}
	versions, err := l.Versions(ctx, id)
	switch {
	case err != nil:
		return live, err
	case len(versions) == 0:
		return live, projection.ErrUnknownProjection
	case !versions[0].Reacts():
		return live, ErrNoReaction
	}
	for i := range versions {
		if versions[i].State == projection.Live {
			return versions[i], nil
		}
	}
	return live, projection.ErrNoLiveVersion
}
