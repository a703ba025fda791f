package pgmodel

import (
	"context"
	"fmt"
	"sync"

	"github.com/evgen/evgen/runtime/projection"
)

// Declared returns the handler of a read model that is declared as rows: a
// [projection.Loader]. A batch is folded into one change a row, where that can be,
// and written by one statement for each kind of change, whatever its size.
//
// Errors: *[ValueError], which names table and column, *[AlteredError], and those
// of the database.
func Declared[K comparable, R any](rows *projection.Rows[K, R]) projection.Handler[*Tx] {
	return &declared[K, R]{rows: rows, layout: layout{&rows.Table}}
}

type declared[K comparable, R any] struct {
	rows   *projection.Rows[K, R]
	layout layout
	// benches lends what a batch needs: shards work at the same time.
	benches sync.Pool
}

// bench is the memory in which a batch is worked on.
type bench[K comparable, R any] struct {
	fold  *projection.Fold[K, R]
	merge merge
}

func (d *declared[K, R]) Tables() []string { return []string{d.layout.Name} }

func (d *declared[K, R]) Create(ctx context.Context, tx *Tx) error {
	err := d.layout.check()
	if err == nil {
		err = d.layout.create(ctx, tx)
	}
	return wrap("create the table of "+tx.version.String(), err)
}

// Apply folds facts and merges the changes into the table.
func (d *declared[K, R]) Apply(ctx context.Context, tx *Tx, facts []projection.Fact) error {
	b, ok := d.benches.Get().(*bench[K, R])
	if !ok {
		b = &bench[K, R]{fold: projection.NewFold(d.rows), merge: newMerge(&d.rows.Table)}
	}
	defer d.benches.Put(b)
	b.fold.Reset()
	for i := range facts {
		if err := b.fold.Add(&facts[i]); err != nil {
			return &projection.EventError{Index: i, Err: err}
		}
	}
	if err := mergeFold(ctx, tx, b.fold, &b.merge); err != nil {
		return fmt.Errorf("write %s: %w", &tx.version, err)
	}
	return nil
}

// statementRows bounds the rows of one statement: more gain nothing, and memory
// is held on both sides.
const statementRows = 20_000

// mergeFold writes all changes of a fold to a table that may have rows, one round after
// the other.
func mergeFold[K comparable, R any](ctx context.Context, tx *Tx, fold *projection.Fold[K, R], m *merge) error {
	for round := range fold.Rounds() {
		m.reset()
		for key, c := range fold.Round(round) {
			m.begin()
			fold.Write(&m.rows, key, c)
			m.end(c.Kind, c.Set, c.Added)
			if m.len() < statementRows {
				continue
			}
			if err := m.write(ctx, tx); err != nil {
				return err
			}
		}
		if err := m.write(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}
