package sealed_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/evgen/evgen/golden/sealed/events/people"
	"github.com/evgen/evgen/golden/sealed/events/people/peoplepg"
	"github.com/evgen/evgen/golden/sealed/events/people/peoplesqlite"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// Columns of every type are cleared, and take what a replay makes of erased fields.
func TestEveryTypeOfColumnIsErasedAndReplayed(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		erasedAndReplayed(t, peoplesqlite.Everything(), func(t *testing.T) projection.Database[*sqlitemodel.Tx] {
			db, err := sqlitemodel.Open(t.Context(), filepath.Join(t.TempDir(), "models.db"))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			return db
		})
	})
	t.Run("postgres", func(t *testing.T) {
		erasedAndReplayed(t, peoplepg.Everything(), func(t *testing.T) projection.Database[*pgmodel.Tx] {
			db, err := pgmodel.Open(t.Context(), pgtest.Database(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(db.Close)
			return db
		})
	})
}

func erasedAndReplayed[T any](t *testing.T, p projection.Projection[T], open func(t *testing.T) projection.Database[T]) {
	t.Helper()
	w := newWorld(t)
	for name, event := range samples(t) {
		if name == "MeasuredV2/fullest" {
			w.append(t, stream, event)
		}
	}
	whose := w.last(t).Data.(people.Measured).Who
	before := open(t)
	built(t, w, before, p)
	if err := projection.EraseSubject(t.Context(), before, p, "", whose); err != nil {
		t.Fatal(err)
	}
	w.erase(t, whose)
	after := open(t)
	built(t, w, after, p)
}

// built runs a projection in db until it shows all there is: a row, and no letter.
func built[T any](t *testing.T, w *world, db projection.Database[T], p projection.Projection[T]) {
	t.Helper()
	m := newModels(db, p, nil, nil)
	stop := m.start(t, w, w.registry)
	defer stop()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	head, _, err := w.store.Head(ctx)
	if err == nil {
		err = projection.WaitFor(ctx, db, p.ID, head)
	}
	if err != nil {
		t.Fatal(err)
	}
	letters(t, m, 0)
}
