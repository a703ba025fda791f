package pgmodel_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/projection/projectiontest"
)

// database remembers where it is, so that another process can open it. Schemas of
// its own are as good as a database of its own, and made in a tenth of the time.
type database struct {
	*pgmodel.DB
	dsn, schema string
}

func open(t testing.TB, dsn, schema string) projection.Database[*pgmodel.Tx] {
	t.Helper()
	db, err := pgmodel.Open(context.Background(), dsn+"&search_path="+schema,
		pgmodel.WithLedgerSchema(schema+"_ledger"), pgmodel.WithSchema(schema))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return &database{db, dsn, schema}
}

func TestConformance(t *testing.T) {
	dsn := pgtest.Database(t)
	worlds := 0
	projectiontest.Run(t, projectiontest.Target[*pgmodel.Tx]{
		New: func(t testing.TB) projection.Database[*pgmodel.Tx] {
			worlds++
			return open(t, dsn, fmt.Sprint("world", worlds))
		},
		Again: func(t testing.TB, db projection.Database[*pgmodel.Tx]) projection.Database[*pgmodel.Tx] {
			here := db.(*database)
			return open(t, here.dsn, here.schema)
		},
		Store: func(testing.TB) projectiontest.Store { return memstore.New() },
		Exec: func(ctx context.Context, tx *pgmodel.Tx, statement string, args ...any) error {
			_, err := tx.Exec(ctx, statement, args...)
			return err
		},
		Query:    query,
		Declared: pgmodel.Declared[string, projectiontest.Order],
	})
}

func query(ctx context.Context, db projection.Database[*pgmodel.Tx], text string, each func(projectiontest.Rows) error) error {
	rows, err := db.(*database).Pool().Query(ctx, text)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
