package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Level returns the level of the tables, 0 for none, and changes nothing; the
// newest level is the number of [Migrations].
//
// Errors: [ErrUnreachable], [ErrNoRights].
func Level(ctx context.Context, pool *pgxpool.Pool, opts ...Option) (int, error) {
	c, err := newConfig(opts)
	if err != nil {
		return 0, fmt.Errorf("level of event store: %w", err)
	}
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return 0, fmt.Errorf("level of event store: %w", unreachable(err))
	}
	defer conn.Release()
	return level(ctx, conn.Conn(), newNames(c.schema))
}
