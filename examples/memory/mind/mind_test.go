package mind

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/sqlite"
)

// open returns the memories of a store in which every call takes a second.
func open(t *testing.T, store runtime.Store) *Mind {
	t.Helper()
	now := noon
	m, err := New(store, nil, WithActor("ada"), WithClock(func() time.Time {
		now = now.Add(time.Second)
		return now
	}))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func remember(t *testing.T, m *Mind, text string) uuid.UUID {
	t.Helper()
	id, err := m.Remember(t.Context(), text, talk)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func do(t *testing.T, m *Mind, id uuid.UUID, decide runtime.Decide[Memory]) {
	t.Helper()
	if _, err := m.Do(t.Context(), id, decide); err != nil {
		t.Fatal(err)
	}
}

func now(t *testing.T, m *Mind, id uuid.UUID) Item {
	t.Helper()
	it, err := m.Now(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return it
}

func TestTheSlowerOfTwoWritersDecidesAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "memory.db")
	ada, ben := openFile(t, file), openFile(t, file)
	id := remember(t, ada, "Ada likes tea.")
	var seen []string
	done, err := ada.Do(t.Context(), id, func(m Memory) ([]runtime.Event, error) {
		seen = append(seen, m.Text)
		if len(seen) == 1 { // ben is faster
			do(t, ben, id, Reword("Ada likes coffee."))
		}
		return Reword(m.Text + " A lot.")(m)
	})
	if err != nil || done.Attempts != 2 || done.Version != 3 {
		t.Errorf("got %+v, %v, want version 3 after 2 attempts", done, err)
	}
	if diff := cmp.Diff([]string{"Ada likes tea.", "Ada likes coffee."}, seen); diff != "" {
		t.Errorf("decided on (-want +got):\n%s", diff)
	}
	if got := now(t, ben, id).Text; got != "Ada likes coffee. A lot." {
		t.Errorf("the other writer reads %q", got)
	}
}

func openFile(t *testing.T, file string) *Mind {
	t.Helper()
	store, err := sqlite.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return open(t, store)
}

func TestNoAccessIsLostAmongManyWriters(t *testing.T) {
	const writers, each = 4, 10
	store := memstore.New()
	m := open(t, store)
	id := remember(t, m, "Ada likes tea.")
	var group sync.WaitGroup
	errs := make(chan error, writers*each)
	for range writers {
		group.Add(1)
		go func() {
			defer group.Done()
			writer, err := New(store, nil)
			for i := 0; err == nil && i < each; i++ {
				_, err = writer.Do(context.WithoutCancel(t.Context()), id, Access("tea"))
				var lost *runtime.RetriesExhaustedError
				if errors.As(err, &lost) {
					i, err = i-1, nil // heavy traffic: nothing was written
				}
			}
			errs <- err
		}()
	}
	group.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	if got := now(t, m, id); got.Accesses != writers*each || got.Version != 1+writers*each {
		t.Errorf("%d accesses at version %d, want %d", got.Accesses, got.Version, writers*each)
	}
}

func TestACommandThatIsSentTwiceHappensOnce(t *testing.T) {
	m := open(t, memstore.New())
	id := remember(t, m, "Ada likes tea.")
	command := uuid.MustParse("00000000-0000-4000-8000-0000000000c0")
	first, err := m.DoOnce(t.Context(), command, id, Access("tea"))
	if err != nil || first.Duplicate {
		t.Fatalf("first: %+v, %v", first, err)
	}
	for range 2 * snapshotEvery { // so that the command lies behind a snapshot
		do(t, m, id, Access(""))
	}
	again, err := m.DoOnce(t.Context(), command, id, Access("tea"))
	if err != nil || !again.Duplicate || again.First != first.First || again.Position != first.Position {
		t.Errorf("again: %+v, %v, want the outcome %+v", again, err, first)
	}
	if got := now(t, m, id).Accesses; got != 1+2*snapshotEvery {
		t.Errorf("%d accesses, want %d", got, 1+2*snapshotEvery)
	}
}

// countingStore counts the records that are read to fold states.
type countingStore struct {
	*memstore.Store
	restored int
}

func (s *countingStore) LoadFromSnapshot(ctx context.Context, stream runtime.StreamID, digest string, restore func(runtime.Snapshot) error) recordSeq {
	return s.Store.LoadFromSnapshot(ctx, stream, digest, func(snapshot runtime.Snapshot) error {
		s.restored++
		return restore(snapshot)
	})
}

func TestASnapshotIsTheStateThatReplayingGives(t *testing.T) {
	store := &countingStore{Store: memstore.New()}
	m := open(t, store)
	id := remember(t, m, "Ada likes tea.")
	for i := range 3 * snapshotEvery {
		do(t, m, id, Access(fmt.Sprint(i)))
	}
	store.restored = 0
	restored := now(t, m, id)
	if store.restored != 1 {
		t.Fatalf("%d snapshots were restored, want 1", store.restored)
	}
	replayed, err := m.At(t.Context(), id, restored.Version) // time travel replays
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(replayed, restored); diff != "" {
		t.Errorf("from snapshot (-replayed +restored):\n%s", diff)
	}
}

func TestTimeTravel(t *testing.T) {
	recorded := noon
	store := memstore.New(memstore.WithClock(func() time.Time { return recorded }))
	m := open(t, store)
	id := remember(t, m, "one")
	for _, text := range []string{"two", "three"} {
		recorded = recorded.Add(time.Hour)
		do(t, m, id, Reword(text))
	}
	for version, want := range map[runtime.StreamVersion]string{1: "one", 2: "two", 3: "three", 9: "three"} {
		if it, err := m.At(t.Context(), id, version); err != nil || it.Text != want {
			t.Errorf("at version %d: %q, %v, want %q", version, it.Text, err, want)
		}
	}
	for after, want := range map[time.Duration]string{0: "one", time.Hour - 1: "one", time.Hour: "two", 5 * time.Hour: "three"} {
		if it, err := m.AsOf(t.Context(), id, noon.Add(after)); err != nil || it.Text != want {
			t.Errorf("as of %v: %q, %v, want %q", after, it.Text, err, want)
		}
	}
	if _, err := m.AsOf(t.Context(), id, noon.Add(-time.Second)); !errors.Is(err, ErrUnknown) {
		t.Errorf("before it was captured: %v, want ErrUnknown", err)
	}
}
