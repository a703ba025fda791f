// Package good writes to the transaction that it is given.
package good

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/analysis/testdata/ledger/ledgerread"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
)

type (
	added = runtime.Envelope[ledger.ItemAdded]
)

type reads struct{}

var _ ledgerread.ListHandler[*pgmodel.Tx] = reads{}

func (reads) Tables() []string { return nil }

func (r reads) ItemAdded(ctx context.Context, tx *pgmodel.Tx, e added) error {
	tx.Queue("insert into "+tx.Table("list"), e.Data.ID)
	if _, err := tx.Exec(ctx, "insert"); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, "select")
	if err != nil {
		return err
	}
	_, err = pgx.CollectRows(rows, pgx.RowTo[string])
	return err
}

type lite struct{}

var _ ledgerread.ListHandler[*sql.Tx] = lite{}

func (lite) Tables() []string { return nil }

func (lite) ItemAdded(ctx context.Context, tx *sql.Tx, e added) error {
	_, err := tx.ExecContext(ctx, "insert")
	return write(ctx, tx, err)
}

type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func write(ctx context.Context, to execer, err error) error {
	_, err = to.ExecContext(ctx, "insert")
	return err
}
