package mind

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/runtime"
)

// All returns every memory, also those that are gone, in the order in which
// they were captured. It reads the whole store: enough for a few ten thousand
// events, beyond which a projection is due.
func (m *Mind) All(ctx context.Context) ([]Item, error) {
	f := fold{aggregate: memory.MemoryAggregate(evolver{}), at: map[runtime.StreamID]int{}}
	records := m.store.ReadAll(ctx, 0, runtime.Filter{Categories: []string{memory.CategoryMemory}})
	for event, err := range runtime.Decode[runtime.Event](memory.Schema(), records) {
		if err == nil {
			err = f.add(event)
		}
		if err != nil {
			return nil, fmt.Errorf("read all memories: %w", err)
		}
	}
	return f.items, nil
}

// fold gathers the memories of many streams.
type fold struct {
	aggregate runtime.Aggregate[Memory]
	items     []Item
	at        map[runtime.StreamID]int
}

func (f *fold) add(event runtime.Envelope[runtime.Event]) error {
	i, known := f.at[event.Stream]
	if !known {
		id, err := uuid.Parse(event.Stream.ID())
		if err != nil {
			return fmt.Errorf("stream %s: %w", event.Stream, err)
		}
		i, f.items = len(f.items), append(f.items, Item{ID: id})
		f.at[event.Stream] = i
	}
	it := &f.items[i]
	var err error
	it.Memory, err = f.aggregate.Evolve(it.Memory, event)
	it.Version = event.StreamVersion
	return err
}

// Find returns the memory whose id begins with prefix, in either case. Errors:
// [ErrUnknown], *[AmbiguousError].
func (m *Mind) Find(ctx context.Context, prefix string) (Item, error) {
	all, err := m.All(ctx)
	if err != nil {
		return Item{}, err
	}
	var found []Item
	var ids []uuid.UUID
	for _, it := range all {
		if prefix != "" && strings.HasPrefix(it.ID.String(), strings.ToLower(prefix)) {
			found, ids = append(found, it), append(ids, it.ID)
		}
	}
	switch len(found) {
	case 0:
		return Item{}, fmt.Errorf("find %q: %w", prefix, ErrUnknown)
	case 1:
		return found[0], nil
	}
	slices.SortFunc(ids, compareIDs)
	return Item{}, &AmbiguousError{Prefix: prefix, IDs: ids}
}
