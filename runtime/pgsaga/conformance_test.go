package pgsaga_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/pgsaga"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/saga/sagatest"
)

// TestMain plays [sagatest.Mortal] in the place that a child is given.
func TestMain(m *testing.M) {
	role, argument := faults.Role()
	if role == "" {
		os.Exit(pgtest.Main(m))
	}
	dsn, schema, _ := strings.Cut(argument, "\n")
	if err := mortal(place{dsn, schema}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func mortal(at place) error {
	ctx := context.Background()
	store, err := postgres.Open(ctx, at.dsn, postgres.WithSchema(at.schema))
	if err != nil {
		return err
	}
	models, err := pgmodel.Open(ctx, at.dsn, pgmodel.WithLedgerSchema(at.schema), pgmodel.WithSchema(at.schema))
	if err != nil {
		return err
	}
	return sagatest.Mortal(sagatest.World[*pgmodel.Tx]{Store: store, Sagas: pgsaga.New(models), Append: postgres.AppendIn[*pgmodel.Tx](store)})
}

// die lets a child live at the place as long as it can.
func (p place) die(t testing.TB) {
	t.Helper()
	child, err := faults.StartChild("mortal", p.dsn+"\n"+p.schema)
	check(t, err)
	child.Hear(func(string) {})
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// place is a schema of a database: as good as a database of its own, and made in a
// tenth of the time.
type place struct{ dsn, schema string }

func (p place) models(t testing.TB) *pgmodel.DB {
	t.Helper()
	db, err := pgmodel.Open(context.Background(), p.dsn, pgmodel.WithLedgerSchema(p.schema), pgmodel.WithSchema(p.schema))
	check(t, err)
	t.Cleanup(db.Close)
	return db
}

func (p place) store(t testing.TB) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(context.Background(), p.dsn, postgres.WithMigrations(), postgres.WithSchema(p.schema))
	check(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// pass moves all that is stored about sagas into the past. Workers write meanwhile, in another order.
func (p place) pass(t testing.TB, models *pgmodel.DB, d time.Duration) {
	t.Helper()
	statement := strings.ReplaceAll(`UPDATE {ledger}.sagas
		SET due_at = due_at - $1::interval, deadline = deadline - $1::interval, wait_until = wait_until - $1::interval, started_at = started_at - $1::interval`,
		"{ledger}", pgx.Identifier{p.schema}.Sanitize())
	_, err := models.Pool().Exec(context.Background(), statement, d)
	for err != nil && models.Transient(err) {
		_, err = models.Pool().Exec(context.Background(), statement, d)
	}
	check(t, err)
}

func TestConformance(t *testing.T) {
	dsn, worlds := pgtest.Database(t), 0
	sagatest.Run(t, sagatest.Target[*pgmodel.Tx]{New: func(t testing.TB) sagatest.World[*pgmodel.Tx] {
		worlds++
		at := place{dsn, fmt.Sprintf(`Mind the "gap" %d`, worlds)}
		store, models := at.store(t), at.models(t)
		return sagatest.World[*pgmodel.Tx]{
			Store: store, Models: models, Sagas: pgsaga.New(models), Append: postgres.AppendIn[*pgmodel.Tx](store),
			Again: func(t testing.TB) saga.Database[*pgmodel.Tx] { return pgsaga.New(at.models(t)) },
			Die:   at.die,
			Pass:  func(t testing.TB, d time.Duration) { at.pass(t, models, d) },
		}
	}})
}
