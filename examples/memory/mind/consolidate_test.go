package mind

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/memstore"
)

type recordSeq = iter.Seq2[runtime.Record, error]

func TestConsolidatingAbsorbsTheParts(t *testing.T) {
	m := open(t, memstore.New())
	parts := []uuid.UUID{remember(t, m, "Ada likes tea."), remember(t, m, "Ada likes coffee.")}
	whole, err := m.Consolidate(t.Context(), parts, "Ada likes hot drinks.")
	if err != nil {
		t.Fatal(err)
	}
	if got := now(t, m, whole); got.Status != Kept || len(got.Parts) != 2 {
		t.Errorf("the whole is %+v", got)
	}
	for _, part := range parts {
		if got := now(t, m, part); got.Status != Absorbed || got.Into != whole {
			t.Errorf("part is %+v", got)
		}
	}
}

func TestConsolidatingRefusesBeforeItWrites(t *testing.T) {
	store := memstore.New()
	m := open(t, store)
	tea, coffee := remember(t, m, "Ada likes tea."), remember(t, m, "Ada likes coffee.")
	do(t, m, coffee, Forget("not true"))
	head, _, _ := store.Head(t.Context())
	var gone *GoneError
	if _, err := m.Consolidate(t.Context(), []uuid.UUID{tea, coffee}, "drinks"); !errors.As(err, &gone) {
		t.Errorf("with a forgotten part: %v, want a *GoneError", err)
	}
	if _, err := m.Consolidate(t.Context(), []uuid.UUID{tea, tea}, "drinks"); !errors.Is(err, ErrTooFew) {
		t.Errorf("with itself: %v, want ErrTooFew", err)
	}
	if _, err := m.Consolidate(t.Context(), []uuid.UUID{tea, other}, "drinks"); !errors.Is(err, ErrUnknown) {
		t.Errorf("with an unknown part: %v, want ErrUnknown", err)
	}
	if after, _, _ := store.Head(t.Context()); after != head {
		t.Errorf("events were written up to position %d, the head was %d", after, head)
	}
}

// brittleStore fails once, at the append number failAt.
type brittleStore struct {
	*memstore.Store
	appends, failAt int
}

var errPower = errors.New("power cut")

func (s *brittleStore) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	if s.appends++; s.appends == s.failAt {
		return runtime.Appended{}, errPower
	}
	return s.Store.Append(ctx, stream, expect, cause, events...)
}

func TestConsolidatingThatBrokeOffIsFinishedByTheSameCall(t *testing.T) {
	for failAt := 1; failAt <= 3; failAt++ {
		store := &brittleStore{Store: memstore.New()}
		m := open(t, store)
		parts := []uuid.UUID{remember(t, m, "Ada likes tea."), remember(t, m, "Ada likes coffee.")}
		store.appends, store.failAt = 0, failAt
		if _, err := m.Consolidate(t.Context(), parts, "drinks"); !errors.Is(err, errPower) {
			t.Fatalf("append %d: %v, want the failure", failAt, err)
		}
		slices.Reverse(parts) // the order of arguments does not matter
		whole, err := m.Consolidate(t.Context(), parts, "drinks")
		if err != nil {
			t.Fatalf("after failing append %d: %v", failAt, err)
		}
		for _, part := range parts {
			if got := now(t, m, part); got.Into != whole || got.Version != 2 {
				t.Errorf("after failing append %d: part is %+v", failAt, got)
			}
		}
		if head, _, err := store.Head(t.Context()); err != nil || head != 6 {
			t.Errorf("after failing append %d: %d events, %v, want 6: two were captured, one stands for them, they were absorbed", failAt, head, err)
		}
	}
}
