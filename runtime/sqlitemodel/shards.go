package sqlitemodel

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// All of them are carried by the primary key.
const (
	shardColumns = `shard, first_slot, last_slot, position, epoch, owner, leased_until, paused, updated_at, hold_at, hold_until`

	selectShards = `SELECT ` + shardColumns + ` FROM evgen_shards WHERE id = ?1 AND number = ?2 ORDER BY shard`

	selectTopEpoch = `SELECT coalesce(max(epoch), 0) FROM evgen_shards WHERE id = ?1 AND number = ?2`

	insertShard = `INSERT INTO evgen_shards (id, number, shard, first_slot, last_slot, position, epoch, owner, leased_until, paused, updated_at)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '', 0, '', ?8)`

	deleteShards = `DELETE FROM evgen_shards WHERE id = ?1 AND number = ?2`

	claimShard = `UPDATE evgen_shards SET epoch = epoch + 1, owner = ?4, leased_until = ?6
		WHERE id = ?1 AND number = ?2 AND shard = ?3 AND (owner IN ('', ?4) OR leased_until <= ?5)
		RETURNING ` + shardColumns

	extendShard = `UPDATE evgen_shards SET leased_until = ?5 WHERE id = ?1 AND number = ?2 AND shard = ?3 AND epoch = ?4`

	releaseShard = `UPDATE evgen_shards SET owner = '', leased_until = 0, epoch = epoch + 1
		WHERE id = ?1 AND number = ?2 AND shard = ?3 AND epoch = ?4`

	advanceShard = `UPDATE evgen_shards SET position = ?5, updated_at = CASE WHEN ?5 = position THEN updated_at ELSE ?7 END
		WHERE id = ?1 AND number = ?2 AND shard = ?3 AND epoch = ?4 AND position = ?6`

	pauseShard = `UPDATE evgen_shards SET paused = ?5 WHERE id = ?1 AND number = ?2 AND shard = ?3 AND epoch = ?4`

	fenceShards = `UPDATE evgen_shards SET epoch = epoch + 1, owner = '', leased_until = 0 WHERE id = ?1 AND number = ?2`

	holdShards = `UPDATE evgen_shards SET hold_at = ?3, hold_until = ?4 WHERE id = ?1 AND number = ?2`
)

// Shards implements [projection.Checkpoints].
func (l *ledger) Shards(ctx context.Context, v projection.Version) ([]projection.Shard, error) {
	shards, err := collect(ctx, l.tx, l.scanShard, selectShards, v.ID, v.Number)
	if err != nil {
		return nil, fmt.Errorf("shards of %s: %w", &v, err)
	}
	return shards, nil
}

// LockShards implements [projection.Checkpoints].
func (l *ledger) LockShards(ctx context.Context, v projection.Version) ([]projection.Shard, error) {
	return l.Shards(ctx, v)
}

func (l *ledger) scanShard(rows *sql.Rows) (s projection.Shard, err error) {
	var until, updated, hold int64
	err = rows.Scan(&s.Index, &s.First, &s.Last, &s.Position, &s.Epoch, &s.Owner, &until, &s.Paused, &updated, &s.Hold, &hold)
	s.HoldFor = max(instant(hold).Sub(l.now()), 0)
	s.LeasedUntil, s.UpdatedAt = instant(until), instant(updated)
	s.Leased = until > micros(l.now())
	return s, err
}

// ReplaceShards implements [projection.Checkpoints].
func (l *ledger) ReplaceShards(ctx context.Context, v projection.Version, shards []projection.Shard) error {
	var epoch int64
	if err := l.tx.QueryRowContext(ctx, selectTopEpoch, v.ID, v.Number).Scan(&epoch); err != nil {
		return fmt.Errorf("replace the shards of %s: %w", &v, err)
	}
	if _, err := l.tx.ExecContext(ctx, deleteShards, v.ID, v.Number); err != nil {
		return fmt.Errorf("replace the shards of %s: %w", &v, err)
	}
	return l.insertShards(ctx, v, shards, epoch+1)
}

func (l *ledger) insertShards(ctx context.Context, v projection.Version, shards []projection.Shard, epoch int64) error {
	for _, s := range shards {
		_, err := l.tx.ExecContext(ctx, insertShard, v.ID, v.Number, s.Index, s.First, s.Last, position(s.Position), epoch, micros(l.now()))
		if err != nil {
			return fmt.Errorf("add shard %d of %s: %w", s.Index, &v, err)
		}
	}
	return nil
}

// Claim implements [projection.Checkpoints].
func (l *ledger) Claim(ctx context.Context, v projection.Version, shard int, owner string, ttl time.Duration) (*projection.Lease, error) {
	now := l.now()
	claimed, err := collect(ctx, l.tx, l.scanShard, claimShard, v.ID, v.Number, shard, owner, micros(now), micros(now.Add(ttl)))
	if err != nil {
		return nil, fmt.Errorf("claim shard %d of %s: %w", shard, &v, err)
	}
	if len(claimed) == 0 {
		return nil, nil
	}
	return &projection.Lease{Version: v, Shard: claimed[0], Owner: owner, Epoch: claimed[0].Epoch}, nil
}

// Extend implements [projection.Checkpoints].
func (l *ledger) Extend(ctx context.Context, lease *projection.Lease, ttl time.Duration) error {
	return l.fenced(ctx, "extend the lease of", lease, extendShard, micros(l.now().Add(ttl)))
}

// Release implements [projection.Checkpoints].
func (l *ledger) Release(ctx context.Context, lease *projection.Lease) error {
	return l.fenced(ctx, "release", lease, releaseShard)
}

// Advance implements [projection.Checkpoints].
func (l *ledger) Advance(ctx context.Context, lease *projection.Lease, from, to runtime.Position) error {
	return l.fenced(ctx, "advance", lease, advanceShard, position(to), position(from), micros(l.now()))
}

// Pause implements [projection.Checkpoints].
func (l *ledger) Pause(ctx context.Context, lease *projection.Lease, reason string) error {
	return l.fenced(ctx, "pause", lease, pauseShard, reason)
}

// Fence implements [projection.Checkpoints].
func (l *ledger) Fence(ctx context.Context, v projection.Version) error {
	if _, err := l.tx.ExecContext(ctx, fenceShards, v.ID, v.Number); err != nil {
		return fmt.Errorf("fence %s: %w", &v, err)
	}
	return nil
}

// Hold implements [projection.Checkpoints].
func (l *ledger) Hold(ctx context.Context, v projection.Version, at runtime.Position, ttl time.Duration) error {
	if _, err := l.tx.ExecContext(ctx, holdShards, v.ID, v.Number, position(at), micros(l.now().Add(ttl))); err != nil {
		return fmt.Errorf("hold %s: %w", &v, err)
	}
	return l.Fence(ctx, v)
}

// fenced runs a statement that finds its row only under the lease's epoch.
func (l *ledger) fenced(ctx context.Context, action string, lease *projection.Lease, query string, args ...any) error {
	of := []any{lease.Version.ID, lease.Version.Number, lease.Shard.Index, lease.Epoch}
	done, err := l.tx.ExecContext(ctx, query, append(of, args...)...)
	var n int64
	if err == nil {
		n, err = done.RowsAffected()
	}
	switch {
	case err != nil:
		return fmt.Errorf("%s shard %d of %s: %w", action, lease.Shard.Index, &lease.Version, err)
	case n == 0:
		return fmt.Errorf("%s shard %d of %s: %w", action, lease.Shard.Index, &lease.Version, projection.ErrFenced)
	}
	return nil
}
