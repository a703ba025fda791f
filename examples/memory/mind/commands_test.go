package mind

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/runtimetest"
)

var (
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	talk  = memory.Source{Origin: memory.OriginConversation}
	tea   = memory.MemoryCreated{Text: "Ada likes tea.", Source: talk, CreatedAt: noon}
	other = uuid.MustParse("00000000-0000-4000-8000-0000000000ff")
)

func given(t *testing.T, past ...runtime.Event) *runtimetest.Scenario[Memory] {
	t.Helper()
	return runtimetest.Given(t, memory.MemoryAggregate(evolver{})).At(noon).And(past...)
}

func TestCapturingMakesAMemoryOnce(t *testing.T) {
	given(t).When(Capture("Ada likes tea.", talk, noon)).
		Then(tea).
		ThenState(Memory{Status: Kept, Text: "Ada likes tea.", Source: talk, CreatedAt: noon, Strength: 1, StrengthAt: noon})
	given(t, tea).When(Capture("again", talk, noon)).ThenError(ErrExists)
}

func TestFactsOfVersionOneAreMemoriesOfToday(t *testing.T) {
	given(t, memory.MemoryCreatedV1{Content: "Ada likes tea.", CreatedAt: noon}).
		ThenState(Memory{Status: Kept, Text: "Ada likes tea.", Source: talk, CreatedAt: noon, Strength: 1, StrengthAt: noon}).
		When(Reword("Ada likes green tea.")).
		Then(memory.MemoryReworded{Text: "Ada likes green tea."})
}

func TestAConstraintOfTodayDoesNotMakeHistoryUnreadable(t *testing.T) {
	wordless := memory.MemoryCreated{Source: talk, CreatedAt: noon}
	if err := wordless.Validate(); err == nil {
		t.Fatal("an event without words could be written")
	}
	given(t, wordless).When(Reword("Ada likes tea.")).Then(memory.MemoryReworded{Text: "Ada likes tea."})
}

func TestRewordingWithTheSameWordsIsNothing(t *testing.T) {
	given(t, tea).When(Reword("Ada likes tea.")).Then()
	given(t, tea, memory.MemoryReworded{Text: "Tea, for Ada."}).When(Reword("Ada likes tea.")).
		Then(memory.MemoryReworded{Text: "Ada likes tea."})
}

func TestAccessesAreCountedWithTheirQuestion(t *testing.T) {
	query := "tea"
	given(t, tea, memory.MemoryAccessed{}).When(Access(query)).
		Then(memory.MemoryAccessed{Query: &query})
	given(t, tea).When(Access("")).Then(memory.MemoryAccessed{})
}

func TestConsolidatingNamesTheParts(t *testing.T) {
	parts := []uuid.UUID{other, uuid.MustParse("00000000-0000-4000-8000-0000000000fe")}
	whole := memory.MemoryCreated{Text: "Ada's drinks", Source: memory.Source{Origin: memory.OriginTool}, CreatedAt: noon}
	given(t).When(Consolidate("Ada's drinks", parts, noon)).Then(whole, memory.MemoryConsolidated{Parts: parts})
	given(t, tea).When(Consolidate("Ada's drinks", parts, noon)).ThenError(ErrExists)
}

func TestNothingHappensToAMemoryThatIsNotThere(t *testing.T) {
	pasts := map[string]struct {
		past []runtime.Event
		gone *GoneError // nil: unknown
	}{
		"never captured": {},
		"forgotten":      {past: []runtime.Event{tea, memory.MemoryForgotten{Reason: "wrong"}}, gone: &GoneError{Status: Forgotten, Reason: "wrong"}},
		"absorbed":       {past: []runtime.Event{tea, memory.MemoryAbsorbed{Into: other}}, gone: &GoneError{Status: Absorbed, Into: other}},
	}
	commands := map[string]runtime.Decide[Memory]{
		"reword": Reword("new"), "access": Access("q"), "absorb": Absorb(other), "forget": Forget("old"),
	}
	for past, p := range pasts {
		for name, command := range commands {
			t.Run(past+"/"+name, func(t *testing.T) {
				outcome := given(t, p.past...).When(command)
				if p.gone == nil {
					outcome.ThenError(ErrUnknown)
					return
				}
				var gone *GoneError
				outcome.ThenErrorAs(&gone)
				if gone == nil || *gone != *p.gone {
					t.Errorf("refused with %+v, want %+v", gone, p.gone)
				}
			})
		}
	}
}

func TestImportanceHalvesWithEachHalfLifeAndRisesWithEachAccess(t *testing.T) {
	var m Memory
	m.refresh(noon)
	m.refresh(noon.Add(HalfLife)) // 1/2 is left, 1 is added
	for _, c := range []struct {
		after time.Duration
		want  float64
	}{
		{-time.Hour, 1.5}, {HalfLife, 1.5}, {2 * HalfLife, 0.75}, {3 * HalfLife, 0.375},
	} {
		if got := m.Importance(noon.Add(c.after)); got != c.want {
			t.Errorf("importance after %v is %v, want %v", c.after, got, c.want)
		}
	}
}

func TestImportanceFollowsFromEventsAlone(t *testing.T) {
	given(t, tea).At(noon.Add(HalfLife)).And(memory.MemoryAccessed{}).ThenState(Memory{
		Status: Kept, Text: "Ada likes tea.", Source: talk, CreatedAt: noon,
		Accesses: 1, LastAccess: noon.Add(HalfLife), Strength: 1.5, StrengthAt: noon.Add(HalfLife),
	})
}
