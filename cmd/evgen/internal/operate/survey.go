package operate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Version is a version of a projection with all that its ledger knows of it.
type Version struct {
	projection.Version
	Shards []Shard
}

// Shard is a shard with the number of its dead letters.
type Shard struct {
	projection.Shard
	Letters int
}

// Survey returns the versions of a projection, or of all if id is empty, without
// the retired ones. Errors: [projection.ErrUnknownProjection].
func Survey(ctx context.Context, db projection.Control, id string) ([]Version, error) {
	var found []Version
	err := db.Ledger(ctx, func(l projection.Ledger) error {
		found = nil
		versions, err := l.Versions(ctx, id)
		if err != nil {
			return err
		}
		if len(versions) == 0 && id != "" {
			return projection.ErrUnknownProjection
		}
		for _, v := range versions {
			if v.State == projection.Retired {
				continue
			}
			shards, err := surveyShards(ctx, l, v)
			if err != nil {
				return err
			}
			found = append(found, Version{v, shards})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", named(id), err)
	}
	return found, nil
}

func named(id string) string {
	if id == "" {
		return "the projections"
	}
	return "projection " + id
}

func surveyShards(ctx context.Context, l projection.Ledger, v projection.Version) ([]Shard, error) {
	shards, err := l.Shards(ctx, v)
	if err != nil {
		return nil, err
	}
	waiting, err := l.Waiting(ctx, v)
	if err != nil {
		return nil, err
	}
	letters := map[int]int{}
	for _, w := range waiting {
		letters[w.Shard] = w.Letters
	}
	var out []Shard
	for _, s := range shards {
		out = append(out, Shard{s, letters[s.Index]})
	}
	return out, nil
}

// Position is the lowest checkpoint of all shards.
func (v *Version) Position() runtime.Position {
	if len(v.Shards) == 0 {
		return 0
	}
	return slices.MinFunc(v.Shards, func(a, b Shard) int { return int(a.Position - b.Position) }).Position
}

// Letters is the number of dead letters of all shards.
func (v *Version) Letters() int {
	n := 0
	for i := range v.Shards {
		n += v.Shards[i].Letters
	}
	return n
}

// IsTakenUp reports whether a service works, or has worked, on the version. That of a
// whole consumer, which has tables and no shards, is there because one does.
func (v *Version) IsTakenUp() bool {
	return v.Incarnation != "" || v.Consumes() && len(v.Shards) == 0
}

// Behind returns how long ago the first event was recorded that lies after a
// checkpoint, 0 if there is none up to head.
func Behind(ctx context.Context, store runtime.Reader, at, head runtime.Position, now time.Time) (time.Duration, error) {
	if at >= head {
		return 0, nil
	}
	for rec, err := range store.ReadAll(ctx, at, runtime.Filter{Until: head}) {
		if err != nil {
			return 0, err
		}
		return max(0, now.Sub(rec.RecordedAt)), nil
	}
	return 0, nil
}

// Furthest is the highest checkpoint of all shards.
func (v *Version) Furthest() runtime.Position {
	var at runtime.Position
	for i := range v.Shards {
		at = max(at, v.Shards[i].Position)
	}
	return at
}
