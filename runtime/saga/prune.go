package saga

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Pruning selects sagas that are over, to be forgotten.
type Pruning struct {
	// Saga is empty for all.
	Saga string
	// States are those in which they have ended; none stand for [Completed] and
	// [Compensated]. One that is [CompensationFailed] waits for a person.
	States []State
	// OlderThan is how long ago they ended, by the database's clock.
	OlderThan time.Duration
}

// Count is how many sagas of a name are in a state.
type Count struct {
	Saga  string
	State State
	Sagas int
}

// batch is how many sagas are forgotten in one transaction.
const batch = 500

// Prune forgets sagas, with their step ledgers and letters, in transactions of some
// hundreds, and returns how many are gone, also beside an error. Nothing of them is
// left: a new start event of the same key begins a saga again, whose steps have the
// keys of the former one's. Start events that were counted before begin nothing.
//
// It blocks nobody but who decides about one of these sagas. An error is that of the
// database, or says that States holds one that is no end.
func Prune(ctx context.Context, db Control, p Pruning) (int, error) {
	gone := 0
	err := p.each(ctx, db, func(sagas []Instance) error {
		n, err := db.Forget(ctx, sagas)
		gone += n
		return err
	})
	if err != nil {
		return gone, fmt.Errorf("prune sagas: %w", err)
	}
	return gone, nil
}

// Prunable counts what [Prune] would forget.
func Prunable(ctx context.Context, db Control, p Pruning) ([]Count, error) {
	found := map[Count]int{}
	err := p.each(ctx, db, func(sagas []Instance) error {
		for i := range sagas {
			found[Count{Saga: sagas[i].Saga, State: sagas[i].State}]++
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count sagas to prune: %w", err)
	}
	var counts []Count
	for c, n := range found {
		c.Sagas = n
		counts = append(counts, c)
	}
	slices.SortFunc(counts, func(a, b Count) int { return cmp.Or(cmp.Compare(a.Saga, b.Saga), cmp.Compare(a.State, b.State)) })
	return counts, nil
}

// each calls fn with what p selects, one batch after the other.
func (p Pruning) each(ctx context.Context, db Control, fn func([]Instance) error) error {
	if len(p.States) == 0 {
		p.States = []State{Completed, Compensated}
	}
	for _, s := range p.States {
		if s.Open() || !slices.Contains(States(), s) {
			return fmt.Errorf("%q is no state in which sagas end", s)
		}
	}
	if p.OlderThan < 0 {
		return errors.New("no saga has ended in the future")
	}
	for behind := (Ref{Saga: p.Saga}); ; {
		sagas, err := db.Over(ctx, p, behind, batch)
		if err != nil || len(sagas) == 0 {
			return err
		}
		if err := fn(sagas); err != nil {
			return err
		}
		behind = sagas[len(sagas)-1].Ref
	}
}
