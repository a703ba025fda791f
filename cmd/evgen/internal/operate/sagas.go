package operate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/pgsaga"
	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlitemodel"
	"github.com/evgen/evgen/runtime/sqlitesaga"
)

// Sagas is what is known of the sagas of a database.
type Sagas struct {
	saga.Control
	// Close closes the database.
	Close func() error
	check func(context.Context) error
}

// ErrNoSagas says that no service has ever run a saga in a database.
var ErrNoSagas = errors.New("no saga has run in this database; --models names another one")

// ErrUnknownSaga says that no saga of a name has ever run in a database.
var ErrUnknownSaga = errors.New("no such saga")

// Named returns [ErrUnknownSaga], with the names that there are, unless name is one of
// them, or empty.
func (s *Sagas) Named(ctx context.Context, name string) error {
	if name == "" {
		return nil
	}
	names, err := s.Names(ctx)
	if err != nil || slices.Contains(names, name) {
		return err
	}
	return fmt.Errorf("%q: %w: there are %s", name, ErrUnknownSaga, strings.Join(names, ", "))
}

// OpenSagas opens the sagas of a place. It makes no tables where there are none:
// [ErrNoSagas].
func (p Place) OpenSagas(ctx context.Context) (*Sagas, error) {
	if err := p.exists(); err != nil {
		return nil, err
	}
	s, err := p.sagas(ctx)
	if err != nil {
		return nil, p.hide(err)
	}
	if err = s.check(ctx); err == nil {
		return s, nil
	}
	var other *saga.VersionError
	if errors.As(err, &other) && other.Found == 0 {
		err = ErrNoSagas
	}
	return nil, p.hide(errors.Join(fmt.Errorf("open sagas in %s: %w", p, err), s.Close()))
}

func (p Place) sagas(ctx context.Context) (*Sagas, error) {
	if p.IsFile() {
		models, err := sqlitemodel.Open(ctx, p.file)
		if err != nil {
			return nil, err
		}
		db := sqlitesaga.New(models)
		return &Sagas{db, models.Close, db.Check}, nil
	}
	models, err := pgmodel.Open(ctx, p.url, pgmodel.WithLedgerSchema(p.Schema()))
	if err != nil {
		return nil, err
	}
	db := pgsaga.New(models)
	return &Sagas{db, func() error { models.Close(); return nil }, db.Check}, nil
}
