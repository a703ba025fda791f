// Package bad has stores of its own.
package bad

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/analysis/testdata/ledger/ledgerread"
	"github.com/evgen/evgen/runtime"
)

type (
	added = runtime.Envelope[ledger.ItemAdded]
)

var _ ledgerread.ListHandler[*sql.Tx] = reads{}

type reads struct {
	db   *sql.DB
	pool *pgxpool.Pool
	repo *runtime.Repository[int]
}

func (reads) Tables() []string { return nil }

func (r reads) ItemAdded(ctx context.Context, tx *sql.Tx, e added) error {
	_, err := r.db.ExecContext(ctx, "insert") // want `^a projection uses a store of its own: reads.ItemAdded -> sql.DB.ExecContext$`
	_, err = r.pool.Exec(ctx, "insert")       // want `pgxpool.Pool.Exec`
	_, err = r.repo.Load(ctx, e.Stream)       // want `runtime.Repository.Load`
	_, err = pgx.Connect(ctx, "")             // want `pgx.Connect`
	_, err = r.find(ctx)                      // want `reads.ItemAdded -> reads.find -> sql.DB.QueryContext`
	_, err = begin(r.db)                      // want `reads.ItemAdded -> sql.DB.Begin`
	return err
}

func (r reads) find(ctx context.Context) (*sql.Rows, error) { return r.db.QueryContext(ctx, "select") }

func begin(b interface{ Begin() (*sql.Tx, error) }) (*sql.Tx, error) { return b.Begin() }
