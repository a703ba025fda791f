package projection

import "iter"

// Fold gathers what facts do to rows, one change a row where that can be. It is
// what turns thousands of events into a few statements.
type Fold[K comparable, R any] struct {
	rows *Rows[K, R]
	// newest finds the last change of each key.
	newest  map[K]int
	changes []keyed[K, R]
	rounds  int
	begin   func() Change[R]
}

// keyed is a change of the row of Key. The changes of one key follow each other
// in rounds.
type keyed[K comparable, R any] struct {
	key    K
	round  int
	change Change[R]
}

// NewFold begins a fold over rows of which nothing is known.
func NewFold[K comparable, R any](rows *Rows[K, R]) *Fold[K, R] {
	return &Fold[K, R]{rows: rows, newest: map[K]int{}, begin: func() Change[R] { return Change[R]{} }}
}

// NewFoldOfNothing begins a fold over an empty table: each key ends with one
// change, Replaced or Deleted, and what is Replaced is the whole row.
func NewFoldOfNothing[K comparable, R any](rows *Rows[K, R]) *Fold[K, R] {
	f := NewFold(rows)
	f.begin = Absent[R]
	return f
}

// Add takes in a fact. One that the rows refuse changes nothing; the error, theirs or
// a *[SumError], is for an [EventError].
func (f *Fold[K, R]) Add(fact *Fact) error {
	if f.rows.Check != nil {
		if err := f.rows.Check(fact); err != nil {
			return err
		}
	}
	if key, ok := f.rows.Key(fact); ok {
		return f.add(key, fact)
	}
	return nil
}

func (f *Fold[K, R]) add(key K, fact *Fact) error {
	at, known := f.newest[key]
	if !known {
		at = f.open(key, 0)
	}
	if err := f.apply(at, fact); err != nil || !f.changes[at].change.apart {
		return err
	}
	f.changes[at].change.apart = false
	return f.apply(f.open(key, f.changes[at].round+1), fact)
}

// apply changes nothing if a sum does not fit.
func (f *Fold[K, R]) apply(at int, fact *Fact) error {
	c := &f.changes[at].change
	before := *c
	f.rows.Apply(c, fact)
	if c.wrapped == 0 {
		return nil
	}
	column := f.rows.Table.Columns[f.rows.Table.Keys+c.wrapped-1].Name
	*c = before
	return &SumError{Column: column}
}

// open begins a change of key's row.
func (f *Fold[K, R]) open(key K, round int) int {
	at := len(f.changes)
	begin := Change[R]{}
	if round == 0 {
		begin = f.begin()
	}
	f.changes = append(f.changes, keyed[K, R]{key, round, begin})
	f.newest[key] = at
	f.rounds = max(f.rounds, round+1)
	return at
}

// Len returns the number of changes, Rounds how many of them one row has at most.
func (f *Fold[K, R]) Len() int { return len(f.changes) }

// Rounds returns into how many rounds the changes fall: usually one. Rounds are
// written one after the other; within one, each row has one change.
func (f *Fold[K, R]) Rounds() int { return f.rounds }

// Round yields the changes of a round, in the order in which their keys were
// first seen. What they point to is valid until Reset.
func (f *Fold[K, R]) Round(round int) iter.Seq2[K, *Change[R]] {
	return func(yield func(K, *Change[R]) bool) {
		for i := range f.changes {
			c := &f.changes[i]
			if c.round == round && c.change.Kind != Unchanged && !yield(c.key, &c.change) {
				return
			}
		}
	}
}

// Write gives the columns of a row to w.
func (f *Fold[K, R]) Write(w RowWriter, key K, c *Change[R]) { f.rows.Write(w, key, &c.Data) }

// Reset forgets all changes and keeps the memory.
func (f *Fold[K, R]) Reset() {
	clear(f.newest)
	clear(f.changes)
	f.changes, f.rounds = f.changes[:0], 0
}
