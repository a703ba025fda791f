package projection

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/evgen/evgen/runtime"
)

// ShardLag says how far a shard is behind the store.
type ShardLag struct {
	Version Version
	Shard   Shard
	// Events is how many positions are between the checkpoint and the head: the
	// number of events to come, or more where positions have gaps.
	Events runtime.Position
	// Behind is for how long the checkpoint has not moved although there is
	// something to come, by this machine's clock; 0 if there is not.
	Behind time.Duration
	// Letters is how many events are put aside, Oldest since when the first of them
	// is; zero if there is none.
	Letters int
	Oldest  time.Time
}

// Lag returns how far the shards of all versions that are not retired, and that
// follow a store rather than a broker, are behind head, the position of the last
// event: see [runtime.Store].Head.
func Lag(ctx context.Context, db Control, head runtime.Position) ([]ShardLag, error) {
	var out []ShardLag
	now := time.Now()
	err := db.Ledger(ctx, func(l Ledger) error {
		versions, err := l.Versions(ctx, "")
		if err != nil {
			return err
		}
		for _, v := range versions {
			if v.State == Retired || v.Consumes() {
				continue
			}
			lags, err := versionLag(ctx, l, v, head, now)
			if err != nil {
				return err
			}
			out = append(out, lags...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("lag of projections: %w", err)
	}
	return out, nil
}

func versionLag(ctx context.Context, l Ledger, v Version, head runtime.Position, now time.Time) ([]ShardLag, error) {
	shards, err := l.Shards(ctx, v)
	if err != nil {
		return nil, err
	}
	waiting, err := l.Waiting(ctx, v)
	if err != nil {
		return nil, err
	}
	lags := make([]ShardLag, len(shards))
	for i := range shards {
		lag := ShardLag{Version: v, Shard: shards[i], Events: max(head-shards[i].Position, 0)}
		if lag.Events > 0 {
			lag.Behind = max(now.Sub(shards[i].UpdatedAt), 0)
		}
		for _, w := range waiting {
			if w.Shard == shards[i].Index {
				lag.Letters, lag.Oldest = w.Letters, w.Oldest
			}
		}
		lags[i] = lag
	}
	return lags, nil
}

// Progress says how far this runner has come with a shard of a version that nobody
// reads yet, or that is being loaded.
type Progress struct {
	Version Version
	Shard   int
	// Position is what has been taken in, Target where there is no more.
	Position, Target runtime.Position
	// Rate is in positions a second since the runner took the shard up.
	Rate float64
	// Left is how long it will take at this rate, -1 if that cannot be told.
	Left time.Duration
}

// Progress returns what this runner is building, by version and shard. A bulk load
// counts what it holds in memory; the ledger shows only what is written.
func (r *Runner[T]) Progress() []Progress {
	head, _ := r.tail.end()
	var out []Progress
	r.mu.Lock()
	for _, s := range r.working {
		if s.lease.Version.State == Building || !s.lease.Version.Loaded {
			out = append(out, s.progress(head))
		}
	}
	r.mu.Unlock()
	slices.SortFunc(out, func(a, b Progress) int {
		return cmp.Or(cmp.Compare(a.Version.ID, b.Version.ID), cmp.Compare(a.Version.Number, b.Version.Number), cmp.Compare(a.Shard, b.Shard))
	})
	return out
}

func (s *shard[T]) progress(head runtime.Position) Progress {
	p := Progress{Version: s.lease.Version, Shard: s.lease.Shard.Index, Position: runtime.Position(s.loaded.Load()), Target: head, Left: -1}
	done := float64(p.Position - s.lease.Shard.Position)
	if p.Rate = done / time.Since(s.since).Seconds(); p.Rate > 0 {
		p.Left = time.Duration(float64(max(head-p.Position, 0)) / p.Rate * float64(time.Second))
	}
	return p
}
