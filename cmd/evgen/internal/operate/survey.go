package operate

import (
	"context"
	"fmt"
	"slices"
	"strings"
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
// the retired ones. Errors: [projection.ErrUnknownProjection], with the names there are.
func Survey(ctx context.Context, db projection.Control, id string) ([]Version, error) {
	return survey(ctx, db, id, func(v *projection.Version) bool { return v.ID == id })
}

// SurveyNamed is [Survey] that takes the name of a consumer for all of its partitions.
func SurveyNamed(ctx context.Context, db projection.Control, name string) ([]Version, error) {
	return survey(ctx, db, name, func(v *projection.Version) bool { return isNamed(v, name) })
}

// isNamed reports whether name is that of v, or of the consumer that v is a partition of.
func isNamed(v *projection.Version, name string) bool {
	consumer, _ := v.Partition()
	return v.ID == name || v.Consumes() && consumer == name
}

// Named returns the IDs that a name stands for: its own, and those of a consumer's
// partitions. Errors: [projection.ErrUnknownProjection], with the names there are.
func Named(ctx context.Context, db projection.Control, name string) ([]string, error) {
	var ids []string
	err := db.Ledger(ctx, func(l projection.Ledger) error {
		versions, err := l.Versions(ctx, "")
		if err != nil {
			return err
		}
		versions, err = wanted(versions, name, func(v *projection.Version) bool { return isNamed(v, name) })
		ids = idsOf(versions)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for %s: %w", named(name), err)
	}
	return ids, nil
}

func idsOf(versions []projection.Version) []string {
	var ids []string
	for i := range versions {
		ids = append(ids, versions[i].ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// wanted returns the versions that are, or all if id is empty.
func wanted(versions []projection.Version, id string, is func(*projection.Version) bool) ([]projection.Version, error) {
	if id == "" {
		return versions, nil
	}
	var found []projection.Version
	for i := range versions {
		if is(&versions[i]) {
			found = append(found, versions[i])
		}
	}
	switch {
	case len(found) > 0:
		return found, nil
	case len(versions) == 0:
		return nil, fmt.Errorf("%w: there is none", projection.ErrUnknownProjection)
	}
	return nil, fmt.Errorf("%w: there are %s", projection.ErrUnknownProjection, strings.Join(idsOf(versions), ", "))
}

func survey(ctx context.Context, db projection.Control, id string, is func(*projection.Version) bool) ([]Version, error) {
	var found []Version
	err := db.Ledger(ctx, func(l projection.Ledger) error {
		found = nil
		versions, err := l.Versions(ctx, "")
		if err != nil {
			return err
		}
		if versions, err = wanted(versions, id, is); err != nil {
			return err
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
		s.Position = max(s.Position, 0) // a consumer that was restarted has yet to find where it begins
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
