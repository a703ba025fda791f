package operate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// Models is what is known of the read models of a database.
type Models struct {
	projection.Control
	// Close closes the database.
	Close func() error
}

// ErrNoLedger says that no service has ever kept a read model in a database.
var ErrNoLedger = errors.New("no projection has run in this database; --models names another one")

// OpenModels opens the read models of a place, whose tables are in schema where
// that is PostgreSQL. It makes no ledger where there is none: [ErrNoLedger].
func (p Place) OpenModels(ctx context.Context, schema string) (*Models, error) {
	if err := p.exists(); err != nil {
		return nil, err
	}
	m, err := p.models(ctx, schema)
	if err != nil {
		return nil, p.hide(err)
	}
	err = m.Ledger(ctx, func(l projection.Ledger) error {
		_, err := l.Versions(ctx, "")
		return err
	})
	if err == nil {
		return m, nil
	}
	if lacksTables(err) {
		err = ErrNoLedger
	}
	return nil, p.hide(errors.Join(fmt.Errorf("open read models in %s: %w", p, err), m.Close()))
}

func (p Place) models(ctx context.Context, schema string) (*Models, error) {
	if p.IsFile() {
		db, err := sqlitemodel.Open(ctx, p.file)
		if err != nil {
			return nil, err
		}
		return &Models{db, db.Close}, nil
	}
	opts := []pgmodel.Option{pgmodel.WithLedgerSchema(p.Schema())}
	if schema != "" {
		opts = append(opts, pgmodel.WithSchema(schema))
	}
	db, err := pgmodel.Open(ctx, p.url, opts...)
	if err != nil {
		return nil, err
	}
	return &Models{db, func() error { db.Close(); return nil }}, nil
}

// lacksTables recognises the error of a query on tables that are not there.
func lacksTables(err error) bool {
	var failure *pgconn.PgError
	if errors.As(err, &failure) {
		return failure.Code == "42P01" || failure.Code == "3F000" // undefined table, undefined schema
	}
	return strings.Contains(err.Error(), "no such table")
}
