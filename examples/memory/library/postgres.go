package library

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory/memorypg"
	"github.com/evgen/evgen/examples/memory/events/memory/memoryread"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/pgsaga"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
)

// database is the read models in the database of the events.
type database struct {
	*pgmodel.DB
	engine[*pgmodel.Tx]
}

func openPostgres(ctx context.Context, address string) (Store, place, error) {
	store, err := postgres.Open(ctx, address)
	if errors.Is(err, postgres.ErrNotMigrated) {
		return nil, nil, fmt.Errorf("database %s: %w", Redacted(address), ErrMissing)
	}
	return withModels(ctx, address, store, err)
}

func makePostgres(ctx context.Context, address string) (Store, place, error) {
	store, err := postgres.Open(ctx, address, postgres.WithMigrations())
	return withModels(ctx, address, store, err)
}

func withModels(ctx context.Context, address string, store *postgres.Store, err error) (Store, place, error) {
	if err != nil {
		return nil, nil, err
	}
	models, err := pgmodel.Open(ctx, address)
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return store, database{models, engine[*pgmodel.Tx]{
		models: models, sagas: pgsaga.New(models), appendIn: postgres.AppendIn[*pgmodel.Tx](store),
		list: memorypg.MemoryList(), search: memorypg.MemorySearch(memorypg.NewMemorySearch()),
	}}, nil
}

func (d database) Close() error {
	d.DB.Close()
	return nil
}

func (d database) ByCreatedAt(ctx context.Context, page projection.Page) ([]memoryread.MemoryListRow, string, error) {
	return memorypg.ReadMemoryList(d.Pool()).ByCreatedAt(ctx, page)
}

const (
	// by the primary key
	selectBetween = `
SELECT memory_id FROM memory_list
WHERE memory_id BETWEEN $1 AND $2
ORDER BY memory_id
LIMIT $3`

	// by the GIN index on words
	searchWords = `
SELECT memory_id FROM memory_search
WHERE words @@ $1::tsquery
ORDER BY score DESC, memory_id
LIMIT $2`
)

func (d database) Between(ctx context.Context, low, high uuid.UUID, limit int) ([]uuid.UUID, error) {
	return d.selectIDs(ctx, selectBetween, low, high, limit)
}

func (d database) Search(ctx context.Context, words []string, limit int) ([]uuid.UUID, error) {
	if len(words) == 0 {
		return nil, nil
	}
	return d.selectIDs(ctx, searchWords, `'`+strings.Join(words, `':* & '`)+`':*`, limit)
}

func (d database) selectIDs(ctx context.Context, query string, args ...any) ([]uuid.UUID, error) {
	rows, err := d.Pool().Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return ids(rows)
}
