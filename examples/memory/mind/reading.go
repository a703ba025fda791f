package mind

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory/memoryread"
	"github.com/evgen/evgen/examples/memory/search"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// ReadModel shows the memories of a store in other ways than by their ids. It
// follows the store, and is behind it for moments.
type ReadModel interface {
	// WaitFor blocks until all facts up to a position show.
	WaitFor(ctx context.Context, position runtime.Position) error
	// ByCreatedAt returns a page of all memories, also those that are gone, and
	// what the next page comes after.
	ByCreatedAt(ctx context.Context, page projection.Page) (rows []memoryread.MemoryListRow, next string, err error)
	// Between returns ids from low to high, both included, also of what is gone.
	Between(ctx context.Context, low, high uuid.UUID, limit int) ([]uuid.UUID, error)
	// Search returns the kept memories that have words which begin with each of the
	// given ones, the most important first.
	Search(ctx context.Context, words []string, limit int) ([]uuid.UUID, error)
}

// patience bounds how long a read waits for what was written before it.
const patience = 30 * time.Second

// fresh blocks until the read model shows whatever is in the store now.
func (m *Mind) fresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	head, _, err := m.store.Head(ctx)
	if err != nil {
		return err
	}
	return m.reads.WaitFor(ctx, head)
}

// List returns a page of the memories, also those that are gone, in the order in
// which they were captured, and what the next page comes after: nothing if there
// is none. It blocks until the read model shows what was written before.
func (m *Mind) List(ctx context.Context, page projection.Page) ([]memoryread.MemoryListRow, string, error) {
	err := m.fresh(ctx)
	if err != nil {
		return nil, "", fmt.Errorf("list memories: %w", err)
	}
	return m.reads.ByCreatedAt(ctx, page)
}

// ambiguous is how many ids an *[AmbiguousError] names at most.
const ambiguous = 5

// Find returns the id that begins with prefix, in either case. One that is whole
// is taken as it is; for others it blocks until the read model shows what was
// written before. Errors: [ErrUnknown], *[AmbiguousError].
func (m *Mind) Find(ctx context.Context, prefix string) (uuid.UUID, error) {
	low, high, ok := span(prefix)
	if !ok {
		return uuid.Nil, fmt.Errorf("find %q: %w", prefix, ErrUnknown)
	}
	if low == high {
		return low, nil
	}
	if err := m.fresh(ctx); err != nil {
		return uuid.Nil, fmt.Errorf("find %q: %w", prefix, err)
	}
	ids, err := m.reads.Between(ctx, low, high, ambiguous)
	switch {
	case err != nil:
		return uuid.Nil, err
	case len(ids) == 0:
		return uuid.Nil, fmt.Errorf("find %q: %w", prefix, ErrUnknown)
	case len(ids) > 1:
		return uuid.Nil, &AmbiguousError{Prefix: prefix, IDs: ids}
	}
	return ids[0], nil
}

// span returns the first and the last id that begin with prefix.
func span(prefix string) (low, high uuid.UUID, ok bool) {
	least, most := uuid.Nil.String(), uuid.Max.String()
	if prefix == "" || len(prefix) > len(least) {
		return low, high, false
	}
	low, err := uuid.Parse(prefix + least[len(prefix):])
	if err != nil {
		return low, high, false
	}
	high, err = uuid.Parse(prefix + most[len(prefix):])
	return low, high, err == nil
}

// Recall returns at most limit kept memories that have words which begin with each
// word of query, the most important first, and marks them accessed. One that is
// forgotten meanwhile is left out. It blocks until the read model shows what was
// written before.
func (m *Mind) Recall(ctx context.Context, query string, limit int) ([]Item, error) {
	if err := m.fresh(ctx); err != nil {
		return nil, fmt.Errorf("recall %q: %w", query, err)
	}
	ids, err := m.reads.Search(ctx, search.Words(query), limit)
	if err != nil {
		return nil, fmt.Errorf("recall %q: %w", query, err)
	}
	var recalled []Item
	for _, id := range ids {
		_, err := m.Do(ctx, id, Access(query))
		var gone *GoneError
		if errors.As(err, &gone) {
			continue
		}
		if err != nil {
			return recalled, err
		}
		it, err := m.Now(ctx, id)
		if err != nil {
			return recalled, err
		}
		recalled = append(recalled, it)
	}
	return recalled, nil
}
