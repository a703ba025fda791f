package postgres

import (
	"context"
	"fmt"

	"github.com/evgen/evgen/runtime"
)

const (
	// updateLife gives the store another incarnation. store has one row.
	updateLife = `UPDATE {schema}.store SET incarnation = gen_random_uuid() RETURNING incarnation::text`

	// selectPartitionSize reads the one row of store.
	selectPartitionSize = `SELECT partition_size FROM {schema}.store`
)

// Renew gives the store a new incarnation and returns it: what must be done after
// a backup was restored alone, and before anything is appended, since new events
// take the positions of those that are lost. Read models of the life before stand
// still and say so until they are rebuilt; other processes that have the store
// open notice by themselves. It needs the rights of the tables' owner.
//
// Errors: [ErrNoRights], [ErrReadOnly], [runtime.ErrClosed].
func (s *Store) Renew(ctx context.Context) (runtime.Incarnation, error) {
	var now string
	if err := s.one(ctx, updateLife, &now); err != nil {
		return "", fmt.Errorf("begin a new life of the store: %w", err)
	}
	return runtime.Incarnation(now), nil
}

// PartitionSize is how many positions a partition of events holds, 0 for one table.
// Partition n begins at position n times the size.
func (s *Store) PartitionSize(ctx context.Context) (runtime.Position, error) {
	var size int64
	if err := s.one(ctx, selectPartitionSize, &size); err != nil {
		return 0, fmt.Errorf("size of partitions: %w", err)
	}
	return runtime.Position(size), nil
}

// one runs a statement that returns one row of one column.
func (s *Store) one(ctx context.Context, sql string, value any) error {
	conn, err := s.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if err := conn.QueryRow(ctx, s.names.fill(sql)).Scan(value); err != nil {
		return because(ctx, err)
	}
	return nil
}
