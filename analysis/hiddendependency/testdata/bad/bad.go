// Package bad holds what can reach the world.
package bad

import (
	"context"
	"database/sql"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/analysis/hiddendependency/testdata/queries"
	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/analysis/testdata/ledger/ledgerread"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

type (
	added = runtime.Envelope[ledger.ItemAdded]
)

type list struct{}

var _ ledgerread.ListHandler[*ledgerread.Tx] = list{}

func (list) Tables() []string { return nil }

func (list) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e added) error { return nil }

// Rates are asked for.
type Rates interface{ Rate(currency string) float64 }

type reads struct {
	now    func() time.Time  // want `^reads.now holds a function that other packages choose$`
	Clock  func() time.Time  // want `reads.Clock holds a function`
	client *http.Client      // want `reads.client holds a client: net/http.Client`
	db     *sql.DB           // want `reads.db holds a client: database/sql.DB`
	pool   *pgxpool.Pool     // want `reads.pool holds a client: github.com/jackc/pgx/v5/pgxpool.Pool`
	rates  Rates             // want `reads.rates holds an interface that other packages implement`
	trip   http.RoundTripper // want `reads.trip holds an interface`
	deps   deps
	byName map[string]func(string) string // want `reads.byName holds functions that other packages choose`
	reader *sqlitemodel.DB                // want `reads.reader holds a client: github.com/evgen/evgen/runtime/sqlitemodel.DB`
	tables *queries.Queries               // want `reads.tables holds what holds a client: .*queries.Queries`
}

type asked[C Rates] struct {
	client C // want `asked.client holds an interface that other packages implement`
}

func (asked[C]) Tables() []string { return nil }

func (asked[C]) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e added) error { return nil }

// Fill fills the tables.
func (r *reads) Fill(byName map[string]func(string) string) { r.byName = byName }

type deps struct {
	store runtime.Store // want `deps.store holds an interface`
}

// New fills the fields with what it is given.
func New(now func() time.Time, rates Rates) *reads { return &reads{now: now, rates: rates} }

func (*reads) Tables() []string { return nil }

func (*reads) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e added) error { return nil }

var _ ledgerread.ListHandler[*ledgerread.Tx] = (*reads)(nil)
