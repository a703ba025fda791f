package projection

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/evgen/evgen/runtime"
)

// Rebuild adds a version with the digest of the live one, for runners to take up
// and build beside it, and returns it. [Swap] makes it live. Errors:
// [ErrUnknownProjection], [ErrNoLiveVersion], [ErrConsumer], [ErrReaction].
func Rebuild(ctx context.Context, db Control, id string) (Version, error) {
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
		shards, err := l.Shards(ctx, *live)
		if err != nil {
			return err
		}
		added, err = l.AddVersion(ctx, Version{ID: id, Digest: live.Digest, State: Building, Tables: live.Tables}, max(len(shards), 1))
		return err
	})
	if err != nil {
		return Version{}, fmt.Errorf("rebuild %s: %w", id, err)
	}
	return added, nil
}

// Retire drops versions of a projection with their tables: those of the given
// numbers, or all that stand by if none is given. Errors: [ErrUnknownProjection],
// and [ErrUnknownVersion] for one that is live, or is not there; then nothing is dropped.
func Retire(ctx context.Context, db Control, id string, numbers ...int) error {
	err := db.Ledger(ctx, func(l Ledger) error {
		versions, err := lockVersions(ctx, l, id)
		if err != nil {
			return err
		}
		if len(numbers) == 0 {
			numbers = standby(versions)
		}
		for _, n := range numbers {
			if err := retire(ctx, l, numbered(versions, n)); err != nil {
				return fmt.Errorf("version %d: %w", n, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("retire versions of %s: %w", id, err)
	}
	return nil
}

func standby(versions []Version) []int {
	var numbers []int
	for i := range versions {
		if versions[i].State == Standby {
			numbers = append(numbers, versions[i].Number)
		}
	}
	return numbers
}

func retire(ctx context.Context, l Ledger, v *Version) error {
	if v == nil || v.State == Live || v.State == Retired {
		return ErrUnknownVersion
	}
	if err := l.Fence(ctx, *v); err != nil {
		return err
	}
	if err := l.Drop(ctx, *v); err != nil {
		return err
	}
	v.State = Retired
	return l.SaveVersion(ctx, *v)
}

// oneShard makes v one shard if it will be loaded: loading has one owner.
func oneShard(ctx context.Context, l Ledger, v Version, loads bool) error {
	if !loads {
		return nil
	}
	return l.ReplaceShards(ctx, v, []Shard{{Last: Slots - 1}})
}

// Reshard gives the live version and those that stand by n shards. Shards that are
// joined must stand at one position: once they are close to each other those that are
// ahead stand still until the others have come up to them, a fraction of a second
// mostly, and readers see what was. It blocks until that succeeds or ctx ends: then the error is
// [ErrUneven]. Splitting needs no such care. Owners claim anew.
func Reshard(ctx context.Context, db Control, id string, n int) error {
	if n < 1 || n > Slots {
		return fmt.Errorf("reshard %s: %d shards, which must be 1 to %d", id, n, Slots)
	}
	err := persist(ctx, func() error {
		err := db.Ledger(ctx, func(l Ledger) error { return reshardAll(ctx, l, id, n) })
		if !errors.Is(err, ErrUneven) {
			return err
		}
		if failed := db.Ledger(ctx, func(l Ledger) error { return evenOut(ctx, l, id) }); failed != nil {
			return failed
		}
		return err
	}, ErrUneven)
	if err != nil {
		return fmt.Errorf("reshard %s: %w", id, err)
	}
	return nil
}

// holdFor is how long shards are kept from passing a position at most: whoever asked
// for it may have died.
const holdFor = 5 * time.Second

// evenOut lets the shards of each version come to stand where the first of them is, if
// they are close to each other and have not been told to already.
func evenOut(ctx context.Context, l Ledger, id string) error {
	versions, err := loadedVersions(ctx, l, id)
	if err != nil {
		return err
	}
	for _, v := range versions {
		shards, err := l.LockShards(ctx, v)
		if err != nil {
			return err
		}
		to := highest(shards)
		if held := slices.ContainsFunc(shards, func(s Shard) bool { return s.HoldFor > 0 }); held || to-lowest(shards) > closeBy {
			continue
		}
		if err := l.Hold(ctx, v, to, holdFor); err != nil {
			return err
		}
	}
	return nil
}

func highest(shards []Shard) runtime.Position {
	var high runtime.Position
	for i := range shards {
		high = max(high, shards[i].Position)
	}
	return high
}

// loadedVersions locks the versions of a projection and returns those that follow the
// store.
func loadedVersions(ctx context.Context, l Ledger, id string) ([]Version, error) {
	versions, err := lockVersions(ctx, l, id)
	return slices.DeleteFunc(versions, func(v Version) bool { return v.State == Retired || !v.Loaded }), err
}

func reshardAll(ctx context.Context, l Ledger, id string, n int) error {
	versions, err := loadedVersions(ctx, l, id)
	if err != nil {
		return err
	}
	for _, v := range versions {
		old, err := l.LockShards(ctx, v)
		if err != nil {
			return err
		}
		shards, err := reshard(old, n)
		if err != nil {
			return err
		}
		if err := l.ReplaceShards(ctx, v, shards); err != nil {
			return err
		}
	}
	return nil
}

// reshard returns n shards over all slots, each at the position of the old ones
// that it is made of: [ErrUneven] if those differ.
func reshard(old []Shard, n int) ([]Shard, error) {
	shards := make([]Shard, n)
	for i := range shards {
		s := Shard{Index: i, First: i * Slots / n, Last: (i+1)*Slots/n - 1, Position: -1}
		for k := range old {
			if !overlap(&s, &old[k]) {
				continue
			}
			if s.Position >= 0 && s.Position != old[k].Position {
				return nil, fmt.Errorf("%w: %d and %d", ErrUneven, s.Position, old[k].Position)
			}
			s.Position = old[k].Position
		}
		shards[i] = s
	}
	return shards, nil
}

// EvenShards returns n shards over all slots, at position 0: for implementations
// of [Versions.AddVersion].
func EvenShards(n int) []Shard {
	whole := []Shard{{Last: Slots - 1}}
	shards, _ := reshard(whole, n) // one shard cannot be uneven
	return shards
}
