package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// storage fills into a step how events are stored: in one table, or by ranges of positions.
func (c config) storage(text string) string {
	partitioning, indexes := "", mustRead("indexes.sql")
	if c.partition > 0 {
		partitioning, indexes = " PARTITION BY RANGE (position)", mustRead("partitions.sql")
	}
	text = strings.NewReplacer("{partitioning}", partitioning, "{indexes}", indexes).Replace(text)
	return strings.NewReplacer(
		"{ahead}", strconv.Itoa(ahead),
		"{partition_size}", strconv.FormatInt(max(c.partition, 0), 10),
	).Replace(text)
}

// ahead is how many partitions are kept beyond the one that is being filled.
const ahead = 4

// Maintain makes partitions ahead of the positions given out, of a store that was
// made [WithPartitions], and returns how many it made; for others it does nothing.
// Call it now and then, well before 4 partitions have been filled: past the last one
// appends fail with [ErrNoPartition]. It needs the rights of the tables' owner and
// stops neither readers nor writers.
func (s *Store) Maintain(ctx context.Context) (int, error) {
	made := 0
	err := inTransaction(ctx, s.pool, func(tx pgx.Tx) error {
		// one row
		var size int64
		row := tx.QueryRow(ctx, s.names.fill(`SELECT partition_size FROM {schema}.store`))
		if err := row.Scan(&size); err != nil || size == 0 {
			return named(err)
		}
		if err := lockMigrations(ctx, tx); err != nil {
			return err
		}
		return named(tx.QueryRow(ctx, s.names.fill(`SELECT {schema}.extend_events($1)`), ahead).Scan(&made))
	})
	if err != nil {
		return 0, fmt.Errorf("make partitions: %w", err)
	}
	return made, nil
}
