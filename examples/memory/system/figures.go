package system

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// Figures are what a system has done since its store came to be.
type Figures struct {
	// Facts stand in the store, Messages in the broker.
	Facts, Messages int
	// Words are events that brought words. Rows are their embeddings in the embedder's
	// database, Notes the events that tell of them.
	Words, Rows, Notes int
	// Lost counts words without a row or without a note, and facts that the broker
	// does not have; Twice counts rows, notes and messages too many.
	Lost, Twice int
	// Sagas counts consolidations by their states.
	Sagas map[saga.State]int
	// Lag is how many events the parts together are behind.
	Lag int64
	// Letters counts events that were put aside since they failed.
	Letters int

	head runtime.Position
}

// Broken says which promises were not kept; nothing if all were.
func (f Figures) Broken() (broken []string) {
	for _, promise := range []struct {
		text  string
		count int
	}{
		{"%d facts or effects are lost", f.Lost},
		{"%d effects took place twice", f.Twice},
		{"%d events could not be handled", f.Letters},
		{"the parts are %d events behind", int(f.Lag)},
		{"%d consolidations did not come to an end", f.open()},
		{"%d consolidations could not be undone", f.Sagas[saga.CompensationFailed]},
	} {
		if promise.count != 0 {
			broken = append(broken, fmt.Sprintf(promise.text, promise.count))
		}
	}
	return broken
}

func (f Figures) open() (n int) {
	for state, count := range f.Sagas {
		if state.Open() {
			n += count
		}
	}
	return n
}

// Figures counts. All parts must run.
func (s *System) Figures(ctx context.Context) (f Figures, err error) {
	if f, err = s.standing(ctx); err != nil {
		return f, err
	}
	words, notes, err := s.facts(ctx, &f)
	if err != nil {
		return f, err
	}
	rows, err := s.Vectors.Events(ctx)
	if err != nil {
		return f, fmt.Errorf("read the vectors: %w", err)
	}
	f.Rows = len(rows)
	f.compare(words, counted(rows))
	f.compare(words, notes)
	if f.Messages, err = s.Broker.Messages(ctx); err != nil {
		return f, err
	}
	f.Lost += max(f.Facts-f.Messages, 0)
	f.Twice += max(f.Messages-f.Facts, 0)
	return f, nil
}

// compare counts what is missing, and what is there too often.
func (f *Figures) compare(words []uuid.UUID, effects map[uuid.UUID]int) {
	for _, id := range words {
		switch n := effects[id]; {
		case n == 0:
			f.Lost++
		case n > 1:
			f.Twice += n - 1
		}
	}
}

func counted(ids []uuid.UUID) map[uuid.UUID]int {
	counts := make(map[uuid.UUID]int, len(ids))
	for _, id := range ids {
		counts[id]++
	}
	return counts
}

// facts reads the whole store: which events brought words, and how often each of
// them was said to be embedded.
func (s *System) facts(ctx context.Context, f *Figures) (words []uuid.UUID, notes map[uuid.UUID]int, err error) {
	notes = map[uuid.UUID]int{}
	for rec, err := range s.Library.Events.ReadAll(ctx, 0, runtime.Filter{}) {
		if err != nil {
			return nil, nil, fmt.Errorf("read the facts: %w", err)
		}
		f.Facts++
		switch rec.Type {
		case memory.TypeMemoryCreated, memory.TypeMemoryReworded:
			f.Words++
			words = append(words, rec.ID)
		case memory.TypeMemoryEmbedded:
			f.Notes++
			notes[rec.Causation]++
		}
	}
	return words, notes, nil
}

// many is more consolidations than anybody asks for.
const many = 100_000

// standing says how far behind the parts are and what is under way, quickly.
func (s *System) standing(ctx context.Context) (f Figures, err error) {
	head, _, err := s.Library.Events.Head(ctx)
	if err != nil {
		return f, err
	}
	f.head = head
	lags, err := projection.Lag(ctx, s.Library.Models, head)
	if err != nil {
		return f, err
	}
	for _, lag := range lags {
		f.Lag += int64(lag.Events)
		f.Letters += lag.Letters
	}
	partitions, err := s.embedder.Lag(ctx)
	if err != nil {
		return f, fmt.Errorf("ask the embedder: %w", err)
	}
	for _, lag := range partitions {
		f.Lag += int64(lag.Last - lag.At)
		f.Letters += lag.Letters
	}
	if len(partitions) == 0 {
		f.Lag++ // nobody has told it yet what there is to do
	}
	sagas, err := s.Library.Sagas.List(ctx, saga.Query{Limit: many})
	f.Sagas = map[saga.State]int{}
	for _, instance := range sagas {
		f.Sagas[instance.State]++
	}
	return f, err
}

// still is how often it is looked whether everything stands still.
const still = 20 * time.Millisecond

// Settle blocks until no part has anything left to do, or ctx ends. It looks twice:
// while one part is looked at, another one may give it something to do.
func (s *System) Settle(ctx context.Context) error {
	tick := time.NewTicker(still)
	defer tick.Stop()
	for last := runtime.Position(-1); ; {
		f, err := s.standing(ctx)
		if err != nil {
			return err
		}
		idle := f.Lag == 0 && f.open() == 0 && f.Letters == 0
		if idle && f.head == last {
			return nil
		}
		if last = -1; idle {
			last = f.head
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the parts, which are %d events behind: %w", f.Lag, context.Cause(ctx))
		case <-tick.C:
		}
	}
}
