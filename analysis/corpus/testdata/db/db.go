// Package db is code as sqlc writes it: queries of constants, behind an interface for connections.
package db

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// DBTX is a connection or a transaction.
type DBTX interface {
	Exec(context.Context, string, ...interface{}) (pgconn.CommandTag, error)
	Query(context.Context, string, ...interface{}) (pgx.Rows, error)
	QueryRow(context.Context, string, ...interface{}) pgx.Row
}

// New returns the queries.
func New(db DBTX) *Queries { return &Queries{db: db} }

// Queries are all queries.
type Queries struct{ db DBTX }

// WithTx returns the queries in a transaction.
func (q *Queries) WithTx(tx pgx.Tx) *Queries { return &Queries{db: tx} }

// Querier has the queries as an interface.
type Querier interface {
	CreateOrder(ctx context.Context, arg CreateOrderParams) error
	UpsertOrder(ctx context.Context, arg CreateOrderParams) error
	DeleteOrder(ctx context.Context, id string) error
	CountOrder(ctx context.Context, name string) (int64, error)
	TouchOrder(ctx context.Context, id string) error
}

var _ Querier = (*Queries)(nil)

const createOrder = `-- name: CreateOrder :exec
INSERT INTO orders (
    id, customer
) VALUES (
    $1, $2
)
`

// CreateOrderParams are those of CreateOrder.
type CreateOrderParams struct {
	ID       string
	Customer string
}

// CreateOrder adds an order.
func (q *Queries) CreateOrder(ctx context.Context, arg CreateOrderParams) error {
	_, err := q.db.Exec(ctx, createOrder, arg.ID, arg.Customer)
	return err
}

const upsertOrder = `-- name: UpsertOrder :exec
INSERT INTO orders (id, customer) VALUES ($1, $2)
on conflict
  (id) do update set customer = excluded.customer
`

// UpsertOrder adds an order, or changes it.
func (q *Queries) UpsertOrder(ctx context.Context, arg CreateOrderParams) error {
	_, err := q.db.Exec(ctx, upsertOrder, arg.ID, arg.Customer)
	return err
}

const deleteOrder = `-- name: DeleteOrder :exec
DELETE FROM orders WHERE id = $1
`

// DeleteOrder takes an order out.
func (q *Queries) DeleteOrder(ctx context.Context, id string) error {
	_, err := q.db.Exec(ctx, deleteOrder, id)
	return err
}

const countOrder = `-- name: CountOrder :one
UPDATE customers SET orders = orders + 1 WHERE name = $1 RETURNING orders
`

// CountOrder counts an order.
func (q *Queries) CountOrder(ctx context.Context, name string) (int64, error) {
	row := q.db.QueryRow(ctx, countOrder, name)
	var orders int64
	err := row.Scan(&orders)
	return orders, err
}

const countOrderOnce = `-- name: CountOrderOnce :exec
UPDATE customers SET orders = orders + 1, version = $2 WHERE name = $1 AND version < $2
`

// CountOrderOnce counts an order once.
func (q *Queries) CountOrderOnce(ctx context.Context, name string, version int64) error {
	_, err := q.db.Exec(ctx, countOrderOnce, name, version)
	return err
}

const touchOrder = `-- name: TouchOrder :exec
UPDATE orders SET touched_at = now() WHERE id = $1
`

// TouchOrder says that something has happened to an order.
func (q *Queries) TouchOrder(ctx context.Context, id string) error {
	_, err := q.db.Exec(ctx, touchOrder, id)
	return err
}

const getTotal = `-- name: GetTotal :one
SELECT amount FROM totals WHERE name = $1
`

// GetTotal returns a total.
func (q *Queries) GetTotal(ctx context.Context, name string) (int64, error) {
	row := q.db.QueryRow(ctx, getTotal, name)
	var amount int64
	err := row.Scan(&amount)
	return amount, err
}

const setTotal = `-- name: SetTotal :exec
UPDATE totals SET amount = $2 WHERE name = $1
`

// SetTotalParams are those of SetTotal.
type SetTotalParams struct {
	Name   string
	Amount int64
}

// SetTotal changes a total.
func (q *Queries) SetTotal(ctx context.Context, arg SetTotalParams) error {
	_, err := q.db.Exec(ctx, setTotal, arg.Name, arg.Amount)
	return err
}
