package mind

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/events/memory/memoryprocess"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/memstore"
)

// requested is a consolidation of two memories, and an attempt at one of its steps.
func requested(t *testing.T, m *Mind) (tea, coffee uuid.UUID, run *ConsolidateRun) {
	t.Helper()
	tea, coffee = remember(t, m, "Ada likes tea."), remember(t, m, "Ada likes coffee.")
	whole, err := m.Request(t.Context(), []uuid.UUID{tea, coffee, tea}, "Ada likes hot drinks.")
	if err != nil {
		t.Fatal(err)
	}
	start := memory.ConsolidationRequested{Whole: whole, Text: "Ada likes hot drinks.", Parts: distinct([]uuid.UUID{tea, coffee})}
	return tea, coffee, &ConsolidateRun{Start: runtime.Wrap(runtime.Meta{OccurredAt: noon}, start)}
}

func TestConsolidationAbsorbsPartsAsTheyAreNow(t *testing.T) {
	m := open(t, memstore.New())
	tea, coffee, run := requested(t, m)
	do(t, m, tea, Reword("Ada likes green tea."))
	if err := m.Consolidation().Absorb(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	absorbed := memory.MemoryAbsorbed{Into: run.Start.Data.Whole}
	var want []memoryprocess.ConsolidateEmission
	for _, part := range run.Start.Data.Parts {
		version := map[uuid.UUID]runtime.StreamVersion{tea: 2, coffee: 1}[part]
		want = append(want, memoryprocess.EmitMemoryAbsorbed(part, absorbed).Expecting(runtime.ExpectVersion(version)))
	}
	if got := run.Emitted(); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("emitted %+v, want %+v", got, want)
	}
}

func TestConsolidationGivesUpOnPartsThatAreGone(t *testing.T) {
	m := open(t, memstore.New())
	_, coffee, run := requested(t, m)
	do(t, m, coffee, Forget("Ada gave it up."))
	for name, step := range map[string]func() error{
		"capture": func() error { return m.Consolidation().Capture(t.Context(), run) },
		"absorb":  func() error { return m.Consolidation().Absorb(t.Context(), run) },
	} {
		var gone *GoneError
		if err := step(); !errors.As(err, &gone) || gone.Reason != "Ada gave it up." {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRequestTakesTwoMemories(t *testing.T) {
	m := open(t, memstore.New())
	tea := remember(t, m, "Ada likes tea.")
	if _, err := m.Request(t.Context(), []uuid.UUID{tea, tea}, "Tea."); !errors.Is(err, ErrTooFew) {
		t.Errorf("%v", err)
	}
}

func TestWordsAreEmbeddedOnce(t *testing.T) {
	m := open(t, memstore.New())
	tea := remember(t, m, "Ada likes tea.")
	for event, err := range m.History(t.Context(), tea) {
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := m.Embed(t.Context(), event.Meta, memory.MemoryEmbedded{Model: "test", Vector: []float32{1, 2}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if it := now(t, m, tea); it.Version != 2 || len(it.Embedding) != 2 {
		t.Errorf("version %d, embedding %v", it.Version, it.Embedding)
	}
}

func TestWholeIsRefreshedForEachPart(t *testing.T) {
	whole := uuid.New()
	event := runtime.Wrap(runtime.Meta{}, memory.MemoryAbsorbed{Into: whole})
	got, err := Inheritance{}.MemoryAbsorbed(t.Context(), event)
	if err != nil || len(got) != 1 || got[0] != memoryprocess.InheritEmission(memoryprocess.EmitMemoryAccessed(whole, memory.MemoryAccessed{})) {
		t.Errorf("%+v, %v", got, err)
	}
}
