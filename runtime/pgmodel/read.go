package pgmodel

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrNotFound says that no row has the key that was asked for.
var ErrNotFound = errors.New("no such row")

// Querier is what readers need of a connection, a pool or a transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

var (
	_ Querier = (*pgxpool.Pool)(nil)
	_ Querier = (*pgx.Conn)(nil)
	_ Querier = pgx.Tx(nil)
)

// Scan reads the columns of a row, in the order in which its query names them.
type Scan[R any] func(row pgx.CollectableRow, into *R) error

// Get returns the row that a query selects by its key. Errors: [ErrNotFound].
func Get[R any](ctx context.Context, q Querier, scan Scan[R], sql string, args ...any) (R, error) {
	found, err := List(ctx, q, scan, sql, args...)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		var none R
		return none, err
	}
	return found[0], nil
}

// List returns the rows that a query selects, none as an empty slice. For a page
// the query compares the key with that of the last row of the page before, and
// has a limit: WHERE (at, id) > ($1, $2) ORDER BY at, id LIMIT $3.
func List[R any](ctx context.Context, q Querier, scan Scan[R], sql string, args ...any) ([]R, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []R{}
	for rows.Next() {
		var row R
		if err := scan(rows, &row); err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

// Count returns the number that a query selects.
func Count(ctx context.Context, q Querier, sql string, args ...any) (int64, error) {
	return Get(ctx, q, func(row pgx.CollectableRow, n *int64) error { return row.Scan(n) }, sql, args...)
}
