package search

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWordsAreTheSameHoweverTheyAreWritten(t *testing.T) {
	for text, want := range map[string][]string{
		"Ada likes tea; tea likes ADA.":      {"ada", "likes", "tea"},
		"half-past nine_thirty 10:30 a\x00b": {"10", "30", "a", "b", "half", "nine", "past", "thirty"},
		"Žofie isst Käse, und नमस्ते":        {"isst", "käse", "und", "žofie", "नमस्ते"},
		"'; DROP TABLE \"x\" -- & | ! :*":    {"drop", "table", "x"},
		" .,;! ":                             nil,
	} {
		got := Words(text)
		if len(got) == 0 {
			got = nil
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestALongWordIsCutWhereQueriesCutIt(t *testing.T) {
	got := Words(strings.Repeat("ä", 5000))
	if diff := cmp.Diff([]string{strings.Repeat("ä", longest)}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWeightsDoubleInAHalfLifeAndStayFinite(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	if got := Weight(noon.Add(HalfLife)) / Weight(noon); math.Abs(got-2) > 1e-9 {
		t.Errorf("a half-life later a use weighs %v times as much, want 2", got)
	}
	for _, year := range []int{1, 9999} {
		if w := Weight(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)); w == 0 || math.IsInf(w, 0) {
			t.Errorf("in the year %d a use weighs %v", year, w)
		}
	}
}
