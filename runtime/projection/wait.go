package projection

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/evgen/evgen/runtime"
)

// How often WaitFor looks: at first, and at last.
const (
	firstLook = time.Millisecond
	lastLook  = 50 * time.Millisecond
)

// WaitFor blocks until what readers see of a projection contains all events up to
// position: so that whoever appended sees the effect. Events in the dead letters
// do not hold it up. It ends with ctx's error, wrapped, if that comes first.
func WaitFor(ctx context.Context, db Control, id string, position runtime.Position) error {
	wait := firstLook
	for {
		at, err := reached(ctx, db, id)
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("wait for %s: %w", id, err)
		}
		if err == nil && at >= position {
			return nil
		}
		if err := pause(ctx, wait); err != nil {
			return fmt.Errorf("wait for %s to come from %d to %d: %w", id, at, position, err)
		}
		wait = min(2*wait, lastLook)
	}
}

// reached is -1 while nothing is live.
func reached(ctx context.Context, db Control, id string) (runtime.Position, error) {
	at := runtime.Position(-1)
	err := db.Ledger(ctx, func(l Ledger) error {
		versions, err := l.Versions(ctx, id)
		if err != nil {
			return err
		}
		live := inState(versions, Live)
		if live == nil {
			return nil
		}
		shards, err := l.Shards(ctx, *live)
		if at = lowest(shards); err == nil && len(shards) == 0 {
			at = math.MaxInt64 // inline: appends keep it up to date
		}
		return err
	})
	return at, err
}
