package library_test

import (
	"errors"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/library"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/runtime/projection"
)

func TestRecallFindsWordsAndRemembersThatItDid(t *testing.T) {
	everywhere(t, func(t *testing.T, name string) {
		m := memories(t, open(t, name))
		tea, coffee := remember(t, m, "Ada likes green TEA."), remember(t, m, "Ada likes coffee.")
		forgotten := remember(t, m, "Ada likes black tea.")
		do(t, m, forgotten, mind.Forget("not true"))
		do(t, m, coffee, mind.Access(""))
		for _, c := range []struct {
			query string
			want  []uuid.UUID
		}{
			{"LIKES", []uuid.UUID{coffee, tea}}, {"tea ada", []uuid.UUID{tea}}, {"gre te", []uuid.UUID{tea}},
			{"milk", nil}, {"tea coffee", nil}, {"ea", nil}, {"...", nil}, {`" OR '`, nil},
		} {
			items, err := m.Recall(t.Context(), c.query, 10)
			var got []uuid.UUID
			for _, it := range items {
				got = append(got, it.ID)
			}
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Errorf("recall %q: %v (-want +got):\n%s", c.query, err, diff)
			}
		}
		if it, err := m.Now(t.Context(), tea); err != nil || it.Accesses != 3 {
			t.Errorf("%d accesses of what was recalled three times, %v", it.Accesses, err)
		}
	})
}

func TestRecallFollowsTheWordsOfToday(t *testing.T) {
	everywhere(t, func(t *testing.T, name string) {
		m := memories(t, open(t, name))
		id := remember(t, m, "Žofie drinks käse.")
		do(t, m, id, mind.Reword("Žofie isst KÄSE, 10 Gramm."))
		for query, want := range map[string]int{"drinks": 0, "žof": 1, "Käse isst": 1, "10": 1, "1 gramm": 1} {
			if items, err := m.Recall(t.Context(), query, 10); err != nil || len(items) != want {
				t.Errorf("recall %q: %d, %v, want %d", query, len(items), err, want)
			}
		}
	})
}

func TestRecallStopsAtItsLimit(t *testing.T) {
	everywhere(t, func(t *testing.T, name string) {
		m := memories(t, open(t, name))
		for range 3 {
			remember(t, m, "Ada likes tea.")
		}
		items, err := m.Recall(t.Context(), "tea", 2)
		if err != nil || len(items) != 2 {
			t.Errorf("recalled %d, %v, want 2", len(items), err)
		}
	})
}

func TestFindTakesAnUnambiguousPrefix(t *testing.T) {
	everywhere(t, func(t *testing.T, name string) {
		ids := []uuid.UUID{
			uuid.MustParse("aaaa0000-0000-4000-8000-000000000001"),
			uuid.MustParse("aabb0000-0000-4000-8000-000000000002"),
		}
		next := 0
		m := memories(t, open(t, name), mind.WithIDs(func() uuid.UUID { next++; return ids[next-1] }))
		remember(t, m, "one")
		remember(t, m, "two")
		for _, prefix := range []string{"AAB", "aabb0000-", "aabb0000-0000-4000-8000-000000000002"} {
			if id, err := m.Find(t.Context(), prefix); err != nil || id != ids[1] {
				t.Errorf("find %q: %v, %v", prefix, id, err)
			}
		}
		var ambiguous *mind.AmbiguousError
		if _, err := m.Find(t.Context(), "aa"); !errors.As(err, &ambiguous) || len(ambiguous.IDs) != 2 {
			t.Errorf("ambiguous prefix: %v", err)
		}
		for _, prefix := range []string{"", "b", "x", "aabb-", "%", ids[0].String() + "0"} {
			if _, err := m.Find(t.Context(), prefix); !errors.Is(err, mind.ErrUnknown) {
				t.Errorf("find %q: %v, want ErrUnknown", prefix, err)
			}
		}
	})
}

// story makes one memory of each fate and returns the ids in the order of capture.
func story(t *testing.T, m *mind.Mind) []uuid.UUID {
	t.Helper()
	tea, coffee, office := remember(t, m, "Ada likes tea."), remember(t, m, "Ada likes coffee."), remember(t, m, "The office closes at six.")
	do(t, m, tea, mind.Reword("Ada likes green tea."))
	do(t, m, coffee, mind.Access("coffee"))
	whole, err := m.Consolidate(t.Context(), []uuid.UUID{tea, coffee}, "Ada likes hot drinks.")
	if err != nil {
		t.Fatal(err)
	}
	do(t, m, whole, mind.Access(""))
	do(t, m, office, mind.Forget("closed"))
	return []uuid.UUID{tea, coffee, office, whole}
}

func TestTheListShowsWhatBecameOfMemories(t *testing.T) {
	everywhere(t, func(t *testing.T, name string) {
		m := memories(t, open(t, name), numbered())
		ids := story(t, m)
		want := []struct {
			status string
			used   int64
			into   *uuid.UUID
			text   string
		}{
			{"absorbed", 0, &ids[3], "Ada likes green tea."},
			{"absorbed", 1, &ids[3], "Ada likes coffee."},
			{"forgotten", 0, nil, "The office closes at six."},
			{"kept", 1, nil, "Ada likes hot drinks."},
		}
		after := ""
		for i, w := range want { // by pages of one
			rows, next, err := m.List(t.Context(), projection.Page{Limit: 1, After: after})
			if err != nil || len(rows) != 1 {
				t.Fatalf("page %d: %d rows, %v", i+1, len(rows), err)
			}
			row := rows[0]
			if row.MemoryID != ids[i] || row.Status != w.status || row.Accesses != w.used || row.Text != w.text || !cmp.Equal(row.AbsorbedInto, w.into) {
				t.Errorf("row %d is %+v, want %+v", i+1, row, w)
			}
			after = next
		}
		if after != "" {
			t.Errorf("after the last page there is another one")
		}
	})
}

func TestAReaderSeesWhatAnotherProcessWrote(t *testing.T) {
	everywhere(t, func(t *testing.T, name string) {
		ada, ben := memories(t, open(t, name)), memories(t, open(t, name))
		for i := range 5 {
			remember(t, ada, "Ada likes tea.")
			if rows, _, err := ben.List(t.Context(), projection.Page{}); err != nil || len(rows) != i+1 {
				t.Fatalf("ben sees %d memories, %v, want %d", len(rows), err, i+1)
			}
		}
	})
}

// tally counts facts that had their effect.
type tally struct{ facts atomic.Int64 }

func (c *tally) Applied(a projection.Applied) { c.facts.Add(int64(a.Facts)) }

func (c *tally) Stopped(projection.Version, int, error) {}

func TestAReaderLeavesTheWorkToARunnerThatHasIt(t *testing.T) {
	everywhere(t, func(t *testing.T, name string) {
		service, visitor := open(t, name), open(t, name)
		m := memories(t, visitor)
		remember(t, m, "Ada likes tea.")
		if _, _, err := m.List(t.Context(), projection.Page{}); err != nil { // makes the tables
			t.Fatal(err)
		}
		var done tally
		runner, err := service.Runner(projection.WithOwner("service"), projection.WithObserver(&done))
		if err != nil {
			t.Fatal(err)
		}
		running(t, service, runner)
		owned(t, visitor, "service")
		for range 3 {
			remember(t, m, "Ada likes tea.")
			if _, _, err := m.List(t.Context(), projection.Page{}); err != nil {
				t.Fatal(err)
			}
		}
		deadline := time.Now().Add(20 * time.Second) // it is told after the commit
		for done.facts.Load() < 6 {
			if time.Now().After(deadline) {
				t.Fatalf("the service has handled %d facts, want 3 in each of 2 read models", done.facts.Load())
			}
			runtime.Gosched()
		}
	})
}

// owned blocks until an owner has all shards.
func owned(t *testing.T, l *library.Library, owner string) {
	t.Helper()
	for t.Context().Err() == nil {
		lags, err := projection.Lag(t.Context(), l.Models, 0)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(lags, func(lag projection.ShardLag) bool { return lag.Shard.Owner != owner }) {
			return
		}
	}
}

func TestWhatIsMissingIsNotMade(t *testing.T) {
	everywhere(t, func(t *testing.T, name string) {
		for range 2 { // the first call has not made it either
			if l, err := library.Open(t.Context(), name, nil); !errors.Is(err, library.ErrMissing) {
				t.Errorf("opened %v, %v, want ErrMissing", l, err)
			}
		}
	})
}
