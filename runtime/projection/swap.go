package projection

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/evgen/evgen/runtime"
)

// Swap makes version to of a projection what readers see, in one transaction, as
// soon as it has caught up with the live one, which stands by from then on. It
// blocks until that succeeds or ctx ends: then the error says why it did not,
// such as [ErrBehind]. Errors that do not pass come at once: [ErrUnknownProjection],
// [ErrUnknownVersion], [ErrInline]. A version that is live already is left so.
//
// Side effects of events up to where the old version stood are its own, later ones
// the new version's. Those of events that wait in dead letters when it takes place
// happen in neither: the old version is no longer live, and the new one cannot know
// which of them the old one has caused in an attempt that failed. None is better than
// two; settle the letters first where that is not so.
func Swap(ctx context.Context, db Control, id string, to int) error {
	err := persist(ctx, func() error { return swapHolding(ctx, db, id, to) }, ErrBehind)
	if err != nil {
		return fmt.Errorf("swap %s to version %d: %w", id, to, err)
	}
	return nil
}

// SwapBack makes the version live again that was live last. For the rest it is [Swap].
func SwapBack(ctx context.Context, db Control, id string) error {
	var last *Version
	err := db.Ledger(ctx, func(l Ledger) error {
		versions, err := l.Versions(ctx, id)
		if last = lastLive(versions); err == nil && last == nil {
			err = fmt.Errorf("%w: none stands by", ErrUnknownVersion)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("swap %s back: %w", id, err)
	}
	return Swap(ctx, db, id, last.Number)
}

// Under load the live version moves all the time, and another one that follows it
// is hardly ever level. Once it is so close, in positions, the live one is fenced:
// its owner takes it up again after stillFor, and in between the other catches up.
const (
	closeBy  = 10_000
	stillFor = 50 * time.Millisecond
)

// swapHolding tries to swap, and if only little is missing makes the live version
// stand still for a moment.
func swapHolding(ctx context.Context, db Control, id string, to int) error {
	try := func() error {
		return db.Ledger(ctx, func(l Ledger) error { return swap(ctx, l, id, to) })
	}
	err := try()
	var behind *behindError
	if !errors.As(err, &behind) || behind.live-behind.at > closeBy {
		return err
	}
	if err := fenceLive(ctx, db, id); err != nil {
		return err
	}
	for end := time.Now().Add(stillFor); errors.Is(err, ErrBehind) && time.Now().Before(end); {
		if pause(ctx, boundPoll) != nil {
			return err
		}
		err = try()
	}
	return err
}

func fenceLive(ctx context.Context, db Control, id string) error {
	return db.Ledger(ctx, func(l Ledger) error {
		versions, err := lockVersions(ctx, l, id)
		if live := inState(versions, Live); err == nil && live != nil {
			err = l.Fence(ctx, *live)
		}
		return err
	})
}

// behindError says how far a version is behind the live one in some slot.
type behindError struct {
	at, live runtime.Position
}

func (e *behindError) Error() string {
	return fmt.Sprintf("%v: it stands at %d, the live one at %d", ErrBehind, e.at, e.live)
}

func (e *behindError) Is(target error) bool { return target == ErrBehind }

func lastLive(versions []Version) *Version {
	var last *Version
	for i := range versions {
		v := &versions[i]
		if v.State == Standby && (last == nil || v.LiveAt.After(last.LiveAt)) {
			last = v
		}
	}
	return last
}

// persistPause is how long persist waits between tries: longer than a swap holds
// the live version, so that it gets on.
const persistPause = 4 * stillFor

// persist calls try until it returns something else than passing. If ctx ends
// first, the error is of both.
func persist(ctx context.Context, try func() error, passing error) error {
	var last error
	for {
		err := try()
		switch {
		case errors.Is(err, passing):
			last = err
		case err != nil && last != nil && ctx.Err() != nil:
			return fmt.Errorf("%w: %w", ctx.Err(), last)
		default:
			return err
		}
		if ended := pause(ctx, persistPause); ended != nil {
			return fmt.Errorf("%w: %w", ended, last)
		}
	}
}

// lockVersions locks and returns the versions of a projection. Errors:
// [ErrUnknownProjection], [ErrConsumer].
func lockVersions(ctx context.Context, l Ledger, id string) ([]Version, error) {
	if err := l.Lock(ctx, id); err != nil {
		return nil, err
	}
	versions, err := l.Versions(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case len(versions) == 0:
		return nil, ErrUnknownProjection
	case versions[0].Consumes():
		return nil, ErrConsumer
	}
	return versions, nil
}

// lockModel is [lockVersions] for what begins at zero: [ErrReaction] if that would
// repeat effects.
func lockModel(ctx context.Context, l Ledger, id string) ([]Version, error) {
	versions, err := lockVersions(ctx, l, id)
	if err == nil && versions[0].Reacts() {
		err = ErrReaction
	}
	return versions, err
}

func numbered(versions []Version, number int) *Version {
	i := slices.IndexFunc(versions, func(v Version) bool { return v.Number == number })
	if i < 0 {
		return nil
	}
	return &versions[i]
}

// swap is one try, within a transaction.
func swap(ctx context.Context, l Ledger, id string, to int) error {
	versions, err := lockVersions(ctx, l, id)
	if err != nil {
		return err
	}
	green, blue := numbered(versions, to), inState(versions, Live)
	switch {
	case green == nil || green.State == Retired:
		return ErrUnknownVersion
	case green.State == Live:
		return nil
	case !green.Loaded:
		return fmt.Errorf("%w: it is being loaded", ErrBehind)
	}
	if shards, err := l.Shards(ctx, *green); err != nil || len(shards) == 0 {
		return cmp.Or(err, ErrInline)
	}
	green.EffectsFrom = 0
	if blue != nil {
		if green.EffectsFrom, err = retireBlue(ctx, l, *blue, *green); err != nil {
			return err
		}
	}
	if err := l.Fence(ctx, *green); err != nil { // whoever moves it must learn that it is live
		return err
	}
	return goLive(ctx, l, green)
}

// retireBlue makes the live version stand by, if green is not behind it, and
// returns the position from which side effects are green's.
func retireBlue(ctx context.Context, l Ledger, blue, green Version) (runtime.Position, error) {
	first, second := blue, green
	if green.Number < blue.Number {
		first, second = green, blue
	}
	shards := map[int][]Shard{}
	for _, v := range []Version{first, second} {
		var err error
		if shards[v.Number], err = l.LockShards(ctx, v); err != nil {
			return 0, err
		}
	}
	from := lowest(shards[blue.Number])
	if !comparablePositions(blue, green, shards[blue.Number]) {
		from = lowest(shards[green.Number])
	} else if err := caughtUp(shards[blue.Number], shards[green.Number]); err != nil {
		return 0, err
	}
	if err := l.Fence(ctx, blue); err != nil {
		return 0, err
	}
	blue.State = Standby
	return from, l.SaveVersion(ctx, blue)
}

// comparablePositions reports whether the positions of two versions compare: not those of
// two stores, nor with one that is kept up to date inline.
func comparablePositions(blue, green Version, shards []Shard) bool {
	return blue.Incarnation == green.Incarnation && len(shards) > 0
}

func goLive(ctx context.Context, l Ledger, v *Version) error {
	v.State, v.LiveAt = Live, time.Now().UTC()
	if err := l.SaveVersion(ctx, *v); err != nil {
		return err
	}
	return l.Publish(ctx, *v)
}

// caughtUp returns [ErrBehind] unless green has come, in every slot, as far as blue.
func caughtUp(blue, green []Shard) error {
	for i := range green {
		for k := range blue {
			if overlap(&green[i], &blue[k]) && green[i].Position < blue[k].Position {
				return &behindError{green[i].Position, blue[k].Position}
			}
		}
	}
	return nil
}

func lowest(shards []Shard) runtime.Position {
	var low runtime.Position
	for i := range shards {
		if i == 0 || shards[i].Position < low {
			low = shards[i].Position
		}
	}
	return low
}

// publishFirst makes v live if nothing is, and saves it.
func publishFirst(ctx context.Context, l Ledger, versions []Version, v *Version) error {
	if inState(versions, Live) == nil {
		return goLive(ctx, l, v)
	}
	return l.SaveVersion(ctx, *v)
}
