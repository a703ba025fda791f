package operate

import (
	"context"
	"fmt"
	"io"
	"iter"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/sqlite"
)

// Store is an event store with all that commands ask of it.
type Store interface {
	runtime.Reader
	Load(ctx context.Context, stream runtime.StreamID, opts ...runtime.LoadOption) iter.Seq2[runtime.Record, error]
	runtime.Subscriber
	runtime.Importer
	runtime.StreamLister
	io.Closer
}

// OpenStore opens a store that is there. It does not migrate one in PostgreSQL.
func (p Place) OpenStore(ctx context.Context) (Store, error) {
	if err := p.exists(); err != nil {
		return nil, err
	}
	if p.IsFile() {
		return sqlite.Open(ctx, p.file)
	}
	s, err := postgres.Open(ctx, p.url, p.options()...)
	if err != nil {
		return nil, p.hide(err)
	}
	return s, nil
}

func (p Place) options() []postgres.Option {
	return []postgres.Option{postgres.WithSchema(p.Schema()), postgres.WithRole(p.role), postgres.WithPartitions(p.partitions)}
}

// pool connects to PostgreSQL.
func (p Place) pool(ctx context.Context) (*pgxpool.Pool, error) {
	pool, err := pgxpool.New(ctx, p.url)
	if err != nil {
		return nil, p.hide(fmt.Errorf("connect to %s: %w", p, err))
	}
	return pool, nil
}

// Renewer is a store that can begin a new life.
type Renewer interface {
	Renew(ctx context.Context) (runtime.Incarnation, error)
}
