package operate

import (
	"context"
	"errors"
	"fmt"

	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// Models is what is known of the read models of a database.
type Models struct {
	projection.Control
	// Close closes the database.
	Close func() error
	check func(context.Context) error
}

// ErrNoLedger says that no service has ever kept a read model in a database.
var ErrNoLedger = errors.New("no projection has run in this database; --models names another one")

// OpenModels opens the read models of a place, whose tables are in schema where
// that is PostgreSQL. It makes no ledger where there is none, and changes none of
// another release: [ErrNoLedger].
func (p Place) OpenModels(ctx context.Context, schema string) (*Models, error) {
	if err := p.exists(); err != nil {
		return nil, err
	}
	m, err := p.models(ctx, schema)
	if err != nil {
		return nil, p.hide(err)
	}
	if err = m.check(ctx); err == nil {
		return m, nil
	}
	var other *projection.LedgerVersionError
	switch {
	case errors.As(err, &other) && other.Found == 0:
		err = ErrNoLedger
	case errors.As(err, &other) && other.Found < other.Known:
		err = fmt.Errorf("the ledger is of an older release (level %d of %d): start a service of this one, which brings it up to date", other.Found, other.Known)
	}
	return nil, p.hide(errors.Join(fmt.Errorf("open read models in %s: %w", p, err), m.Close()))
}

func (p Place) models(ctx context.Context, schema string) (*Models, error) {
	if p.IsFile() {
		db, err := sqlitemodel.Open(ctx, p.file)
		if err != nil {
			return nil, err
		}
		return &Models{db, db.Close, db.Check}, nil
	}
	opts := []pgmodel.Option{pgmodel.WithLedgerSchema(p.Schema())}
	if schema != "" {
		opts = append(opts, pgmodel.WithSchema(schema))
	}
	db, err := pgmodel.Open(ctx, p.url, opts...)
	if err != nil {
		return nil, err
	}
	return &Models{db, func() error { db.Close(); return nil }, db.Check}, nil
}
