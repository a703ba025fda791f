// Package projectiontest is the conformance suite for implementations of
// [projection.Database], and for the runner on top of them.
//
// In goes a [Target], which makes databases and stores; out come subtests named by
// behaviour. Everything runs on real databases: crashes are transactions that end
// before or after any of their steps, and processes that fall silent.
//
//	func TestConformance(t *testing.T) {
//		projectiontest.Run(t, projectiontest.Target[*sqlitemodel.Tx]{...})
//	}
package projectiontest

import (
	"context"
	"database/sql"
	"testing"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Tx is what the suite needs of a transaction.
type Tx interface {
	Table(name string) string
	Effects(position runtime.Position) bool
}

// Store is what the suite needs of a store of events.
type Store interface {
	runtime.Store
	runtime.Subscriber
	runtime.Importer
}

// Rows is what database/sql and others return for a query.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
}

var _ Rows = (*sql.Rows)(nil)

// Target is a kind of database under test.
type Target[T Tx] struct {
	// New returns an empty database of its own, not set up. Whatever it opens is
	// closed when the test ends.
	New func(t testing.TB) projection.Database[T]
	// Again opens the data of a database that New returned once more: another process.
	Again func(t testing.TB, db projection.Database[T]) projection.Database[T]
	// Store returns an empty store, such as memstore.New().
	Store func(t testing.TB) Store
	// Exec runs a statement in tx. Its parameters are $1, $2, ...; it is plain SQL.
	Exec func(ctx context.Context, tx T, statement string, args ...any) error
	// Query calls each for the rows of a query outside of all transactions.
	Query func(ctx context.Context, db projection.Database[T], query string, each func(Rows) error) error
	// Declared makes the handler of a declared projection.
	Declared func(rows *projection.Rows[string, Order]) projection.Handler[T]
}

// scenario is one behaviour, shown on a new database and a new store.
type scenario[T Tx] struct {
	name string
	run  func(t *testing.T, w *world[T])
}

// Run runs the whole suite as subtests of t, one after the other.
func Run[T Tx](t *testing.T, target Target[T]) {
	for _, group := range []struct {
		name      string
		scenarios []scenario[T]
	}{
		{"ledger", ledgerScenarios[T]()},
		{"effects", effectScenarios[T]()},
		{"owners", ownerScenarios[T]()},
		{"letters", letterScenarios[T]()},
		{"versions", versionScenarios[T]()},
		{"crashes", crashScenarios[T]()},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, sc := range group.scenarios {
				t.Run(sc.name, func(t *testing.T) { sc.run(t, newWorld(t, target)) })
			}
		})
	}
}
