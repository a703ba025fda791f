package pgmodel

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime/projection"
)

// GetRow returns the row of a key, whose columns key writes. Errors:
// [projection.ErrNoRow], and those of the database.
func GetRow[R any](ctx context.Context, q Querier, sql string, scan projection.Scan[R], key func(w projection.RowWriter)) (R, error) {
	var a arguments
	key(&a)
	rows, err := List(ctx, q, scanner(scan), sql, a...)
	if err == nil && len(rows) == 0 {
		err = projection.ErrNoRow
	}
	if err != nil {
		var none R
		return none, err
	}
	return rows[0], nil
}

// GetPage returns a page of a list, and the cursor of the next one: empty if there
// is none. Errors: [projection.ErrCursor], and those of the database.
func GetPage[R any](ctx context.Context, q Querier, pages *projection.Pages, list *projection.List[R], p projection.Page) ([]R, string, error) {
	var a arguments
	if err := list.Begin(p, &a); err != nil {
		return nil, "", err
	}
	rows, err := List(ctx, q, scanner(list.Scan), pages.For(p), append(a, p.Size()+1)...)
	if err != nil {
		return nil, "", err
	}
	rows, next := list.End(p, rows)
	return rows, next, nil
}

func scanner[R any](scan projection.Scan[R]) Scan[R] {
	return func(row pgx.CollectableRow, into *R) error { return scan(row.Scan, into) }
}

// arguments takes columns as parameters of a statement.
type arguments []any

var _ projection.RowWriter = (*arguments)(nil)

func (a *arguments) add(v any)             { *a = append(*a, v) }
func (a *arguments) Null()                 { a.add(nil) }
func (a *arguments) Text(s string)         { a.add(s) }
func (a *arguments) Bool(b bool)           { a.add(b) }
func (a *arguments) Int(i int64)           { a.add(i) }
func (a *arguments) Float(f float64)       { a.add(f) }
func (a *arguments) Decimal(s string)      { a.add(s) }
func (a *arguments) UUID(id uuid.UUID)     { a.add(id) }
func (a *arguments) Timestamp(t time.Time) { a.add(t) }
func (a *arguments) Bytes(b []byte)        { a.add(b) }
func (a *arguments) JSON(b []byte)         { a.add(string(b)) }

func (a *arguments) Date(year int, month time.Month, day int) {
	a.add(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}
