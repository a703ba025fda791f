package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory/memoryread"
	"github.com/evgen/evgen/examples/memory/events/memory/memorysqlite"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
	"github.com/evgen/evgen/runtime/sqlitesaga"
)

// file is the read models in the file of the events.
type file struct {
	*sqlitemodel.DB
	engine[*sqlitemodel.Tx]
}

// openFile refuses a file that is not there: a misspelt one must not come to be.
func openFile(ctx context.Context, name string) (Store, place, error) {
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("file %s: %w", name, ErrMissing)
	}
	return makeFile(ctx, name)
}

func makeFile(ctx context.Context, name string) (Store, place, error) {
	store, err := sqlite.Open(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	models, err := sqlitemodel.Open(ctx, name)
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return store, file{models, engine[*sqlitemodel.Tx]{
		models: models, sagas: sqlitesaga.New(models), appendIn: sqlite.AppendIn[*sqlitemodel.Tx](store),
		list: memorysqlite.MemoryList(), search: memorysqlite.MemorySearch(memorysqlite.NewMemorySearch()),
	}}, nil
}

func (f file) ByCreatedAt(ctx context.Context, page projection.Page) ([]memoryread.MemoryListRow, string, error) {
	return memorysqlite.ReadMemoryList(f).ByCreatedAt(ctx, page)
}

const (
	// by the primary key
	selectBetweenInFile = `
SELECT memory_id FROM memory_list
WHERE memory_id BETWEEN ?1 AND ?2
ORDER BY memory_id
LIMIT ?3`

	// by the index of FTS5; scores by the primary key
	searchFile = `
SELECT memory_id
FROM memory_words JOIN memory_search USING (memory_id)
WHERE memory_words.words MATCH ?1
ORDER BY score DESC, memory_id
LIMIT ?2`
)

func (f file) Between(ctx context.Context, low, high uuid.UUID, limit int) ([]uuid.UUID, error) {
	return f.selectIDs(ctx, selectBetweenInFile, low.String(), high.String(), limit)
}

func (f file) Search(ctx context.Context, words []string, limit int) ([]uuid.UUID, error) {
	if len(words) == 0 {
		return nil, nil
	}
	return f.selectIDs(ctx, searchFile, `"`+strings.Join(words, `" * AND "`)+`" *`, limit)
}

func (f file) selectIDs(ctx context.Context, query string, args ...any) ([]uuid.UUID, error) {
	rows, err := f.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	return ids(rows)
}
