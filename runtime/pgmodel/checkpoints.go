package pgmodel

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// All of these use the primary key of projection_shards.
const (
	shardColumns = `shard, first_slot, last_slot, position, epoch, owner, leased_until, coalesce(leased_until > clock_timestamp(), false), paused, updated_at,
		hold_at, coalesce(greatest(extract(epoch FROM hold_until - clock_timestamp()) * 1e6, 0), 0)::bigint`

	selectShards = `SELECT ` + shardColumns + ` FROM {ledger}.projection_shards WHERE projection = $1 AND version = $2 ORDER BY shard`
	lockShards   = selectShards + ` FOR UPDATE`

	highestEpoch = `SELECT coalesce(max(epoch), 0) FROM {ledger}.projection_shards WHERE projection = $1 AND version = $2`
	deleteShards = `DELETE FROM {ledger}.projection_shards WHERE projection = $1 AND version = $2`
	insertShard  = `INSERT INTO {ledger}.projection_shards (projection, version, shard, first_slot, last_slot, position, epoch, paused)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

	// A shard whose owner is in the middle of a batch is not free, however late it is.
	claimShard = `UPDATE {ledger}.projection_shards
		SET owner = $4, epoch = epoch + 1, leased_until = clock_timestamp() + $5 * interval '1 microsecond'
		WHERE (projection, version, shard) IN (
			SELECT projection, version, shard FROM {ledger}.projection_shards
			WHERE projection = $1 AND version = $2 AND shard = $3
				AND (owner IN ('', $4) OR leased_until IS NULL OR leased_until < clock_timestamp())
			FOR UPDATE SKIP LOCKED)
		RETURNING ` + shardColumns

	held = ` WHERE projection = $1 AND version = $2 AND shard = $3 AND epoch = $4`

	extendLease  = `UPDATE {ledger}.projection_shards SET leased_until = clock_timestamp() + $5 * interval '1 microsecond'` + held
	releaseShard = `UPDATE {ledger}.projection_shards SET epoch = epoch + 1, owner = '', leased_until = NULL` + held
	pauseShard   = `UPDATE {ledger}.projection_shards SET paused = $5` + held
	advanceShard = `UPDATE {ledger}.projection_shards SET position = $6, updated_at = CASE WHEN $6 = position THEN updated_at ELSE clock_timestamp() END` + held + ` AND position = $5`

	fenceShards = `UPDATE {ledger}.projection_shards SET epoch = epoch + 1, owner = '', leased_until = NULL
		WHERE projection = $1 AND version = $2`

	// Numbers of this package's own, with the version that is written inline.
	shareInlined = `SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 7308895159187472242))`
	lockInlined  = `SELECT pg_advisory_xact_lock(hashtextextended($1, 7308895159187472242))`

	holdShards = `UPDATE {ledger}.projection_shards SET hold_at = $3, hold_until = clock_timestamp() + $4 * interval '1 microsecond'
		WHERE projection = $1 AND version = $2`
)

func (l *ledger) Shards(ctx context.Context, v projection.Version) ([]projection.Shard, error) {
	return l.shards(ctx, v, selectShards)
}

func (l *ledger) LockShards(ctx context.Context, v projection.Version) ([]projection.Shard, error) {
	return l.shards(ctx, v, lockShards)
}

func (l *ledger) shards(ctx context.Context, v projection.Version, sql string) ([]projection.Shard, error) {
	rows, err := l.query(ctx, sql, v.ID, v.Number)
	if err != nil {
		return nil, fmt.Errorf("shards of %s: %w", &v, err)
	}
	shards, err := pgx.CollectRows(rows, scanShard)
	return shards, wrap("shards of "+v.String(), err)
}

func scanShard(row pgx.CollectableRow) (s projection.Shard, err error) {
	var position, hold, left int64
	var until *time.Time
	err = row.Scan(&s.Index, &s.First, &s.Last, &position, &s.Epoch, &s.Owner, &until, &s.Leased, &s.Paused, &s.UpdatedAt, &hold, &left)
	s.Hold, s.HoldFor = runtime.Position(hold), time.Duration(left)*time.Microsecond
	s.Position, s.LeasedUntil, s.UpdatedAt = runtime.Position(position), instant(until), s.UpdatedAt.UTC()
	return s, err
}

func (l *ledger) ReplaceShards(ctx context.Context, v projection.Version, shards []projection.Shard) error {
	// whoever moves a shard now has it locked: wait, so that no epoch is overlooked
	if _, err := l.LockShards(ctx, v); err != nil {
		return err
	}
	var epoch int64
	if err := l.tx.QueryRow(ctx, l.tx.names.fill(highestEpoch), v.ID, v.Number).Scan(&epoch); err != nil {
		return fmt.Errorf("replace shards of %s: %w", &v, err)
	}
	l.queue(deleteShards, v.ID, v.Number)
	for _, s := range shards {
		l.queue(insertShard, v.ID, v.Number, s.Index, s.First, s.Last, int64(s.Position), epoch+1, s.Paused)
	}
	return wrap("replace shards of "+v.String(), l.tx.Flush(ctx))
}

func (l *ledger) Claim(ctx context.Context, v projection.Version, shard int, owner string, ttl time.Duration) (*projection.Lease, error) {
	rows, err := l.query(ctx, claimShard, v.ID, v.Number, shard, owner, ttl.Microseconds())
	if err != nil {
		return nil, fmt.Errorf("claim %s shard %d: %w", &v, shard, err)
	}
	s, err := pgx.CollectExactlyOneRow(rows, scanShard)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("claim %s shard %d: %w", &v, shard, err)
	}
	return &projection.Lease{Version: v, Shard: s, Owner: owner, Epoch: s.Epoch}, nil
}

func (l *ledger) Extend(ctx context.Context, lease *projection.Lease, ttl time.Duration) error {
	return l.change(ctx, lease, extendLease, ttl.Microseconds())
}

func (l *ledger) Release(ctx context.Context, lease *projection.Lease) error {
	return l.change(ctx, lease, releaseShard)
}

func (l *ledger) Pause(ctx context.Context, lease *projection.Lease, reason string) error {
	return l.change(ctx, lease, pauseShard, storable(reason))
}

// Advance queues: ErrFenced comes from who sends the queue, and with it all that
// was queued behind is rolled back.
func (l *ledger) Advance(_ context.Context, lease *projection.Lease, from, to runtime.Position) error {
	l.queueHeld(lease, advanceShard, int64(from), int64(to))
	return nil
}

func (l *ledger) change(ctx context.Context, lease *projection.Lease, sql string, args ...any) error {
	l.queueHeld(lease, sql, args...)
	return l.tx.Flush(ctx)
}

// queueHeld adds a statement that must find the shard under the lease's epoch.
func (l *ledger) queueHeld(lease *projection.Lease, sql string, args ...any) {
	v, shard := lease.Version, lease.Shard.Index
	l.queue(sql, append([]any{v.ID, v.Number, shard, lease.Epoch}, args...)...)
	s := &l.tx.queue[len(l.tx.queue)-1]
	s.done = func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() == 0 {
			return fmt.Errorf("%s shard %d, epoch %d: %w", &v, shard, lease.Epoch, projection.ErrFenced)
		}
		return nil
	}
}

// Fence waits for appends that write v inline, which have no epoch: see [Tx.Enter].
func (l *ledger) Fence(_ context.Context, v projection.Version) error {
	l.queue(lockInlined, l.tx.names.inlined(&v))
	l.queue(fenceShards, v.ID, v.Number)
	return nil
}

func (l *ledger) Hold(_ context.Context, v projection.Version, at runtime.Position, ttl time.Duration) error {
	l.queue(holdShards, v.ID, v.Number, int64(at), ttl.Microseconds())
	l.queue(fenceShards, v.ID, v.Number)
	return nil
}
