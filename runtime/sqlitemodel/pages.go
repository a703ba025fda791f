package sqlitemodel

import (
	"context"
	"database/sql"
	"errors"

	"github.com/evgen/evgen/runtime/projection"
)

// GetRow returns the row of a key, whose columns key writes. Errors:
// [projection.ErrNoRow], and those of the database.
func GetRow[R any](ctx context.Context, q Querier, query string, scan projection.Scan[R], key func(w projection.RowWriter)) (R, error) {
	var args row
	key(&args)
	var found R
	err := scan(q.QueryRowContext(ctx, query, args...).Scan, &found)
	if errors.Is(err, sql.ErrNoRows) {
		err = projection.ErrNoRow
	}
	return found, err
}

// GetPage returns a page of a list, and the cursor of the next one: empty if there
// is none. Errors: [projection.ErrCursor], and those of the database.
func GetPage[R any](ctx context.Context, q Querier, pages *projection.Pages, list *projection.List[R], p projection.Page) ([]R, string, error) {
	var args row
	if err := list.Begin(p, &args); err != nil {
		return nil, "", err
	}
	found, err := query(ctx, q, pages.For(p), append(args, p.Size()+1), list.Scan)
	if err != nil {
		return nil, "", err
	}
	found, next := list.End(p, found)
	return found, next, nil
}

func query[R any](ctx context.Context, q Querier, text string, args []any, scan projection.Scan[R]) ([]R, error) {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := []R{}
	for rows.Next() {
		var next R
		if err := scan(rows.Scan, &next); err != nil {
			return nil, err
		}
		found = append(found, next)
	}
	return found, rows.Err()
}

// Count returns the number that a query selects.
func Count(ctx context.Context, q Querier, query string) (n int64, err error) {
	err = q.QueryRowContext(ctx, query).Scan(&n)
	return n, err
}
