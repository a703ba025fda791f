package library_test

import (
	"context"
	"strings"
	"testing"

	"github.com/evgen/evgen/examples/memory/library"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// beginNewLife does what evgen store restored does.
func beginNewLife(t *testing.T, l *library.Library) {
	t.Helper()
	store, ok := l.Events.(interface {
		Renew(ctx context.Context) (runtime.Incarnation, error)
	})
	if !ok {
		t.Fatalf("%T has one life only", l.Events)
	}
	if _, err := store.Renew(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestReadModelsOfALifeBeforeStandStillUntilTheyAreRebuilt(t *testing.T) {
	everywhere(t, func(t *testing.T, name string) {
		before := open(t, name)
		m := memories(t, before)
		story(t, m)
		if _, _, err := m.List(t.Context(), projection.Page{}); err != nil {
			t.Fatal(err)
		}
		beginNewLife(t, before)
		l := open(t, name)
		runner, err := l.Runner()
		if err != nil {
			t.Fatal(err)
		}
		running(t, l, runner)
		for _, id := range []string{"memory_list", "memory_search"} {
			waitForPause(t, l, id)
			version, err := projection.Rebuild(t.Context(), l.Models, id)
			if err != nil {
				t.Fatal(err)
			}
			if err := projection.Swap(t.Context(), l.Models, id, version.Number); err != nil {
				t.Fatal(err)
			}
		}
		after := memories(t, l)
		remember(t, after, "Ada is back.")
		if rows, _, err := after.List(t.Context(), projection.Page{}); err != nil || len(rows) != 5 {
			t.Errorf("%d memories after the rebuild, %v, want 5", len(rows), err)
		}
	})
}

// waitForPause blocks until a read model says that it is of another life.
func waitForPause(t *testing.T, l *library.Library, id string) {
	t.Helper()
	for t.Context().Err() == nil {
		lags, err := projection.Lag(t.Context(), l.Models, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, lag := range lags {
			if lag.Version.ID == id && strings.Contains(lag.Shard.Paused, "rebuild the projection") {
				return
			}
		}
	}
}
