package saga

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// What a saga has read in sealed fields may stand in its state. So the state is sealed,
// as a snapshot is, under the keys of all that was opened for the saga: whoever is erased
// takes the state along. A sealed state is JSON like any other, with one member.
type sealedState struct {
	// Sealed is nil for what was erased before it could be sealed.
	Sealed *[]byte `json:"$sealed"`
}

// errUnsealable keeps steps from running whose state could not be kept.
var errUnsealable = errors.New("sealed fields were opened for the saga, and the registry's opener seals no state")

// openState hands the state to run, and notes the keys under which it will be sealed.
func (h *hold[T]) openState(ctx context.Context, run *Run) error {
	keys, erased, state := h.keysOpened(), false, h.claim.Data
	sealer := h.decoder.SnapshotSealer()
	sealed, is := readSealed(state)
	if sealer == nil && (is || len(keys) > 0) {
		return errUnsealable
	}
	if is {
		opened, more, err := h.opened(ctx, sealer, sealed)
		if erased = errors.Is(err, runtime.ErrErased); err != nil && !erased {
			return fmt.Errorf("open the state of %s: %w", h.claim.Ref, err)
		}
		state, keys = opened, union(keys, more)
	}
	run.State, run.StateErased, run.handed, run.keys = state, erased, slices.Clone(state), keys
	return nil
}

func (h *hold[T]) opened(ctx context.Context, sealer runtime.SnapshotSealer, s sealedState) ([]byte, []uuid.UUID, error) {
	if s.Sealed == nil {
		return nil, nil, runtime.ErrErased
	}
	return sealer.OpenSnapshot(ctx, h.snapshot(*s.Sealed))
}

// sealState puts what run leaves behind into m. A state that nobody has changed stays as it is
// kept; one that holds data of somebody who was erased during the step is not kept.
func (h *hold[T]) sealState(ctx context.Context, m *Move, run *Run) error {
	if run == nil {
		return nil
	}
	if _, is := readSealed(m.Data); is && bytes.Equal(run.State, run.handed) {
		return nil
	}
	if m.Data = run.State; len(run.keys) == 0 || len(run.State) == 0 {
		return nil
	}
	var s sealedState
	sealed, err := h.decoder.SnapshotSealer().SealSnapshot(ctx, h.snapshot(run.State), run.keys)
	switch {
	case err == nil:
		s.Sealed = &sealed
	case !errors.Is(err, runtime.ErrErased):
		return fmt.Errorf("seal the state of %s: %w", h.claim.Ref, err)
	}
	m.Data, err = json.Marshal(s)
	return err
}

// snapshot binds a state to its saga.
func (h *hold[T]) snapshot(state []byte) runtime.Snapshot {
	c := &h.claim
	return runtime.Snapshot{Stream: runtime.StreamOf(c.Saga, c.ID), Digest: fmt.Sprintf("saga %q %q %q", c.Saga, c.Tenant, c.ID), State: state}
}

// keysOpened lists the keys that opened fields of the events that were read for the saga.
func (h *hold[T]) keysOpened() (keys []uuid.UUID) {
	for _, f := range h.facts {
		if f.Sealing != nil {
			keys = union(keys, f.Sealing.Keys)
		}
	}
	return keys
}

func union(a, b []uuid.UUID) []uuid.UUID {
	for _, id := range b {
		if !slices.Contains(a, id) {
			a = append(a, id)
		}
	}
	return a
}

var sealedMark = []byte(`"` + runtime.SealedMember + `"`)

// readSealed returns false for a state that is not sealed.
func readSealed(state json.RawMessage) (s sealedState, ok bool) {
	if !bytes.Contains(state, sealedMark) {
		return s, false
	}
	d := json.NewDecoder(bytes.NewReader(state))
	d.DisallowUnknownFields()
	return s, d.Decode(&s) == nil
}

// scrubbed is why a step has failed, without what its text repeats of events and of the
// state: it stands in the ledger, which nobody can change, and in logs.
func (r *Run) scrubbed(err error) error {
	facts := []projection.Fact{r.Start}
	for _, f := range r.Received {
		facts = append(facts, f)
	}
	return &scrubbed{error: err, text: projection.Scrub(err, facts, r.handed, r.State)}
}

type scrubbed struct {
	error
	text string
}

func (s *scrubbed) Error() string { return s.text }

func (s *scrubbed) Unwrap() error { return s.error }
