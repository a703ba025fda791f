package sealed_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/evgen/evgen/golden/sealed/events/people"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/encryption"
)

// rename decides that a person is registered under another name.
func rename(to string) runtime.Decide[[]string] {
	return func([]string) ([]runtime.Event, error) {
		e := registered()
		e.Name = to
		return []runtime.Event{e}, nil
	}
}

// spied is a world whose repositories keep a snapshot every two events, and what was kept.
type spied struct {
	*world
	saved []runtime.Snapshot
}

func (s *spied) repository(t *testing.T, sealer runtime.SnapshotSealer) *runtime.Repository[[]string] {
	t.Helper()
	policy := runtime.SnapshotPolicy[[]string]{Every: 2, Digest: "1", Sealer: sealer}
	return repository(t, s.world, runtime.WithSnapshots(policy))
}

func (s *spied) fill(t *testing.T, repo *runtime.Repository[[]string]) {
	t.Helper()
	for _, name := range []string{"Ada", "Ada King", "Ada Lovelace"} {
		if _, err := runtime.Execute(t.Context(), repo, stream, runtime.Root(), rename(name)); err != nil {
			t.Fatal(err)
		}
	}
	snapshots(t, s)
}

// snapshots notes which snapshot there is.
func snapshots(t *testing.T, s *spied) {
	t.Helper()
	s.saved = nil
	digest := people.PersonAggregate[[]string](names{}).Digest + "/1"
	for _, err := range s.store.LoadFromSnapshot(t.Context(), stream, digest, func(snap runtime.Snapshot) error {
		s.saved = append(s.saved, snap)
		return nil
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestSnapshotsWithPersonalDataAreSealedAndDieWithIt(t *testing.T) {
	s := &spied{world: newWorld(t)}
	repo := s.repository(t, s.keyring)
	s.fill(t, repo)
	if len(s.saved) != 1 || bytes.Contains(s.saved[0].State, []byte("Ada")) {
		t.Fatalf("snapshots %q", s.saved)
	}
	state, err := repo.Load(t.Context(), stream)
	if err != nil || !slices.Equal(state.Data, []string{"Ada", "Ada King", "Ada Lovelace"}) {
		t.Errorf("%v %v", state, err)
	}
	s.erase(t, stream.ID())
	state, err = repo.Load(t.Context(), stream)
	if err != nil || !slices.Equal(state.Data, []string{"", "", ""}) || state.Version != 3 {
		t.Errorf("after erasure: %v %v", state, err)
	}
}

func TestSnapshotsAreBoundToTheirStream(t *testing.T) {
	s := &spied{world: newWorld(t)}
	s.fill(t, s.repository(t, s.keyring))
	sealed := s.saved[0]
	for name, change := range map[string]func(*runtime.Snapshot){
		"version": func(s *runtime.Snapshot) { s.Version++ },
		"digest":  func(s *runtime.Snapshot) { s.Digest += "x" },
		"bytes":   func(s *runtime.Snapshot) { s.State[len(s.State)-1] ^= 1 },
		"cut":     func(s *runtime.Snapshot) { s.State = s.State[:20] },
	} {
		changed := sealed
		changed.State = bytes.TrimPrefix(bytes.Clone(sealed.State), []byte("\x00sealed\x00"))
		if _, _, err := s.keyring.OpenSnapshot(t.Context(), changed); err != nil {
			t.Fatal(err)
		}
		change(&changed)
		if state, _, err := s.keyring.OpenSnapshot(t.Context(), changed); err == nil {
			t.Errorf("%s changed: %q", name, state)
		}
	}
}

func TestWithoutSealerNoSnapshotHoldsPersonalData(t *testing.T) {
	s := &spied{world: newWorld(t)}
	var log bytes.Buffer
	policy := runtime.SnapshotPolicy[[]string]{Every: 2, Digest: "1"}
	repo := repository(t, s.world, runtime.WithSnapshots(policy), runtime.WithLogger[[]string](slog.New(slog.NewTextHandler(&log, nil))))
	s.fill(t, repo)
	if len(s.saved) != 0 || !strings.Contains(log.String(), "snapshot not encoded") {
		t.Errorf("snapshots %q, log %s", s.saved, log.String())
	}
}

// A reader without access folds states in which something is missing: they are nobody else's.
func TestAReaderWithoutAccessKeepsNoSnapshots(t *testing.T) {
	s := &spied{world: newWorld(t)}
	able := s.registry
	s.registry = closed(t).Opening(encryption.Withhold())
	s.fill(t, s.repository(t, nil))
	if len(s.saved) != 0 {
		t.Errorf("snapshots %q", s.saved)
	}
	s.registry = able
	state, err := s.repository(t, s.keyring).Load(t.Context(), stream)
	if err != nil || !slices.Equal(state.Data, []string{"Ada", "Ada King", "Ada Lovelace"}) {
		t.Errorf("whoever has access sees %v %v", state, err)
	}
}

// A snapshot that was made from another one holds what that held: its keys count, too.
func TestKeysOfASnapshotGoIntoTheNext(t *testing.T) {
	w := newWorld(t)
	s := &spied{world: w}
	repo := s.repository(t, s.keyring)
	s.fill(t, repo)
	for range 3 {
		if _, err := runtime.Execute(t.Context(), repo, stream, runtime.Root(), func([]string) ([]runtime.Event, error) {
			return []runtime.Event{meeting()}, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	snapshots(t, s)
	if len(s.saved) != 1 || s.saved[0].Version < 4 {
		t.Fatalf("snapshots %v", s.saved)
	}
	s.erase(t, stream.ID())
	state := bytes.TrimPrefix(s.saved[0].State, []byte("\x00sealed\x00"))
	snapshot := s.saved[0]
	snapshot.State = state
	if _, _, err := s.keyring.OpenSnapshot(context.Background(), snapshot); err == nil {
		t.Error("a later snapshot opens without a key that went into an earlier one")
	}
}
