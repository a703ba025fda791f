package library_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/library"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/runtime/projection"
)

// versionsOf returns the versions of a read model by number.
func versionsOf(t *testing.T, l *library.Library, id string) (versions []projection.Version) {
	t.Helper()
	err := l.Models.Ledger(t.Context(), func(ledger projection.Ledger) (err error) {
		versions, err = ledger.Versions(t.Context(), id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return versions
}

// differences compares the first two versions of a read model.
func differences(t *testing.T, l *library.Library, id string) (found []projection.Difference) {
	t.Helper()
	versions := versionsOf(t, l, id)
	err := l.Models.Ledger(t.Context(), func(ledger projection.Ledger) (err error) {
		found, err = ledger.Diff(t.Context(), versions[0], versions[1], 10)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestARebuildBesideWritersGivesTheSameRows(t *testing.T) {
	everywhere(t, func(t *testing.T, name string) {
		l := open(t, name)
		m := memories(t, l)
		story(t, m)
		runner, err := l.Runner()
		if err != nil {
			t.Fatal(err)
		}
		running(t, l, runner)
		if _, _, err := m.List(t.Context(), projection.Page{}); err != nil {
			t.Fatal(err)
		}
		var writing sync.WaitGroup
		ctx, stop := context.WithCancel(t.Context())
		writing.Add(1)
		go func() {
			defer writing.Done()
			for i := 0; ctx.Err() == nil && i < 500; i++ {
				id := remember(t, m, fmt.Sprintf("fact %d", i))
				do(t, m, id, mind.Access(""))
			}
		}()
		for _, id := range []string{"memory_list", "memory_search"} {
			rebuilt, err := projection.Rebuild(t.Context(), l.Models, id)
			if err != nil {
				t.Fatal(err)
			}
			if err := projection.Swap(t.Context(), l.Models, id, rebuilt.Number); err != nil {
				t.Fatal(err)
			}
		}
		stop()
		writing.Wait()
		settle(t, l)
		for _, id := range []string{"memory_list", "memory_search"} {
			if versions := versionsOf(t, l, id); len(versions) != 2 || versions[0].State != projection.Standby || versions[1].State != projection.Live {
				t.Errorf("versions of %s: %+v", id, versions)
			}
			if diff := cmp.Diff([]projection.Difference(nil), differences(t, l, id)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", id, diff)
			}
		}
	})
}

// settle blocks until all versions have come to the end of the store: the one
// that stands by follows behind the live one.
func settle(t *testing.T, l *library.Library) {
	t.Helper()
	head, _, err := l.Events.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for behind := true; behind && t.Context().Err() == nil; {
		lags, err := projection.Lag(t.Context(), l.Models, head)
		if err != nil {
			t.Fatal(err)
		}
		behind = false
		for _, lag := range lags {
			behind = behind || lag.Events > 0
		}
	}
}

// Both databases sort and find alike: the order follows from sums that are the
// same to the last bit.
func TestBothPlacesFindTheSameInTheSameOrder(t *testing.T) {
	found := map[string][]uuid.UUID{}
	everywhere(t, func(t *testing.T, name string) {
		l := open(t, name)
		m := memories(t, l, numbered())
		for i := range 40 {
			id := remember(t, m, fmt.Sprintf("fact %d of %d", i, i%7))
			for range i * i % 5 {
				do(t, m, id, mind.Access(""))
			}
		}
		if _, _, err := m.List(t.Context(), projection.Page{}); err != nil {
			t.Fatal(err)
		}
		ids, err := l.Search(t.Context(), []string{"fact"}, 100)
		if err != nil || len(ids) != 40 {
			t.Fatalf("found %d, %v", len(ids), err)
		}
		found[t.Name()] = ids
	})
	if diff := cmp.Diff(found[t.Name()+"/file"], found[t.Name()+"/postgres"]); diff != "" {
		t.Errorf("(-file +postgres):\n%s", diff)
	}
}
