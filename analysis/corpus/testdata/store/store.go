// Package store is what a team writes around its database.
package store

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// Execer is a transaction.
type Execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Run runs a statement and says what it was when that fails.
func Run(ctx context.Context, tx Execer, text string, args ...any) error {
	if _, err := tx.Exec(ctx, "/* read models */ "+text, args...); err != nil {
		return fmt.Errorf("run %q: %w", text, err)
	}
	return nil
}

// Save keeps a customer.
func Save(ctx context.Context, tx Execer, name string) error { return save(ctx, tx, "customers", name) }

func save(ctx context.Context, tx Execer, table, name string) error {
	_, err := tx.Exec(ctx, "INSERT INTO "+table+" (name) VALUES ($1)", name)
	return err
}

// Keep keeps a customer, new or not.
func Keep(ctx context.Context, tx Execer, name string) error {
	_, err := tx.Exec(ctx, "INSERT INTO customers (name) VALUES ($1) ON CONFLICT DO NOTHING", name)
	return err
}

// Replace takes the rows of an order out before it puts new ones in.
func Replace(ctx context.Context, tx Execer, order string, skus []string) error {
	if _, err := tx.Exec(ctx, "DELETE FROM lines WHERE order_id = $1", order); err != nil {
		return err
	}
	for _, sku := range skus {
		if _, err := tx.Exec(ctx, "INSERT INTO lines (order_id, sku) VALUES ($1, $2)", order, sku); err != nil {
			return err
		}
	}
	return nil
}

// Repository keeps rows of one kind.
type Repository[T any] struct {
	table  string
	values func(T) []any
}

// NewRepository returns one.
func NewRepository[T any](table string, values func(T) []any) *Repository[T] {
	return &Repository[T]{table, values}
}

// Insert adds a row.
func (r *Repository[T]) Insert(ctx context.Context, tx Execer, row T) error {
	_, err := tx.Exec(ctx, fmt.Sprintf("INSERT INTO %s VALUES ($1, $2)", r.table), r.values(row)...)
	return err
}

// Upsert adds a row, or changes it.
func (r *Repository[T]) Upsert(ctx context.Context, tx Execer, row T) error {
	_, err := tx.Exec(ctx, fmt.Sprintf("INSERT INTO %s VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = excluded.name", r.table), r.values(row)...)
	return err
}

// InsertLine is a statement for others.
const InsertLine = "INSERT INTO lines (order_id, sku) VALUES ($1, $2)"

//go:embed insert.sql
var InsertParcel string

// Count counts what a customer has, unless the event is one that was counted.
func Count(ctx context.Context, tx Execer, name string, version, seen int64) error {
	if version <= seen {
		return nil
	}
	_, err := tx.Exec(ctx, "UPDATE customers SET orders = orders + 1 WHERE name = $1", name)
	return err
}

// Once runs f for an event that was not seen before.
func Once(ctx context.Context, tx Execer, id any, f func() error) error {
	tag, err := tx.Exec(ctx, "INSERT INTO seen (id) VALUES ($1) ON CONFLICT DO NOTHING", id)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	return f()
}
