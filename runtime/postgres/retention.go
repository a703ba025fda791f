package postgres

import (
	"context"
	"fmt"

	"github.com/evgen/evgen/runtime"
)

const (
	// updateFirstKept lets the trigger that keeps events let go of those below. store has one row.
	updateFirstKept = `
UPDATE {schema}.store SET first_kept = greatest(first_kept, $1), safe = greatest(safe, $1 - 1)`

	// deleteOld removes some of the oldest events: the primary key, twice. It holds
	// the lock that appenders hold, so that it must not take long.
	deleteOld = `
DELETE FROM {schema}.events WHERE position IN (
    SELECT position FROM {schema}.events WHERE position < $1 ORDER BY position LIMIT 5000)`

	// selectOldPartitions finds partitions that hold nothing above a position, and
	// what must be done before they can be dropped: nothing if they are detached.
	selectOldPartitions = `
SELECT part.name, CASE WHEN i.inhdetachpending THEN 'FINALIZE' WHEN i.inhrelid IS NOT NULL THEN 'CONCURRENTLY' ELSE '' END
FROM {schema}.store s,
     LATERAL (SELECT n, '{'schema}.events_' || n AS name FROM generate_series(0, ($1 / nullif(s.partition_size, 0)) - 1) AS n) AS part
LEFT JOIN pg_inherits i ON i.inhrelid = to_regclass(part.name) AND i.inhparent = to_regclass('{'schema}.events')
WHERE to_regclass(part.name) IS NOT NULL
ORDER BY part.n`
)

// Retain forgets the records below from: they are removed for ever, whole
// partitions at once and others in small batches, and readers who have not come
// so far get *[runtime.RetentionGapError]. Streams keep their versions, and
// snapshots stay. What readers cannot see yet is kept. It can be broken off and
// called again; it needs the rights of the tables' owner, and returns how many
// records it deleted besides partitions.
//
// Errors: [ErrNoRights], [runtime.ErrClosed].
func (s *Store) Retain(ctx context.Context, from runtime.Position) (deleted int64, err error) {
	deleted, err = s.retain(ctx, from)
	if err != nil {
		return deleted, fmt.Errorf("remove records below position %d: %w", from, err)
	}
	return deleted, nil
}

func (s *Store) retain(ctx context.Context, from runtime.Position) (int64, error) {
	v, err := s.track.settled(ctx)
	if err != nil {
		return 0, err
	}
	from = min(from, v.safe+1)
	if _, err := s.exec(ctx, s.queries.raiseFirstKept, int64(from)); err != nil {
		return 0, err
	}
	if err := s.dropPartitions(ctx, from); err != nil {
		return 0, err
	}
	var deleted int64
	for {
		n, err := s.exec(ctx, s.queries.deleteOld, int64(from))
		if deleted += n; n == 0 || err != nil {
			return deleted, err
		}
	}
}

// dropPartitions detaches each first, which stops nobody who reads or appends.
func (s *Store) dropPartitions(ctx context.Context, from runtime.Position) error {
	type partition struct{ name, detach string }
	var old []partition
	err := s.rows(ctx, s.queries.oldPartitions, []any{int64(from)}, func(row [][]byte) error {
		old = append(old, partition{string(row[0]), string(row[1])})
		return nil
	})
	for _, p := range old {
		if err == nil && p.detach != "" {
			_, err = s.exec(ctx, s.names.fill(`ALTER TABLE {schema}.events DETACH PARTITION `)+p.name+" "+p.detach)
		}
		if err == nil {
			_, err = s.exec(ctx, `DROP TABLE `+p.name)
		}
	}
	return err
}

// exec runs one statement and returns how many rows it changed.
func (s *Store) exec(ctx context.Context, sql string, args ...any) (int64, error) {
	conn, err := s.acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	tag, err := conn.Exec(ctx, sql, args...)
	if err != nil {
		return 0, because(ctx, err)
	}
	return tag.RowsAffected(), nil
}
