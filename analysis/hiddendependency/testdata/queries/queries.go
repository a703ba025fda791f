// Package queries is as sqlc writes it.
package queries

import (
	"context"
	"database/sql"
)

// DBTX is a connection or a transaction.
type DBTX interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// Queries are all queries.
type Queries struct{ db DBTX }

// New returns the queries.
func New(db DBTX) *Queries { return &Queries{db: db} }
