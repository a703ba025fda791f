package runtime_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

func TestStreamIDKeepsItsTextForm(t *testing.T) {
	id := uuid.MustParse("0190b3c4-0000-7000-8000-000000000001")
	s := runtime.StreamOfUUID("Memory", id)
	if s.String() != "Memory-0190b3c4-0000-7000-8000-000000000001" || s.Category() != "Memory" || s.ID() != id.String() {
		t.Errorf("text %q, category %q, id %q", s, s.Category(), s.ID())
	}
	again, err := runtime.ParseStreamID(s.String())
	if err != nil || again != s {
		t.Errorf("parsed again: %v, %v", again, err)
	}
	split, err := runtime.ParseStreamID("a-b-c")
	if err != nil || split.Category() != "a" || split.ID() != "b-c" {
		t.Errorf("the category ends at the first dash: %q %q %v", split.Category(), split.ID(), err)
	}
}

func TestStreamIDChecksBothParts(t *testing.T) {
	long := strings.Repeat("x", runtime.MaxStreamIDBytes+1)
	for _, c := range []struct {
		category, id string
		ok           bool
	}{
		{"Memory", "1", true},
		{"github.push/v1:x_y", "a b", true},
		{"Größe", "ü🦀", true},
		{"", "1", false},
		{"Memory", "", false},
		{"a-b", "1", false},
		{"a b", "1", false},
		{"a'b", "1", false},
		{"Memory", "a\nb", false},
		{"Memory", "a\x00b", false},
		{"Memory", "a\u202eb", false},
		{"Memory", "\xff", false},
		{"Mem\xff", "1", false},
		{"Memory", long, false},
		{long, "1", false},
	} {
		_, err := runtime.NewStreamID(c.category, c.id)
		var invalid *runtime.InvalidStreamError
		if (err == nil) != c.ok || err != nil && !errors.As(err, &invalid) {
			t.Errorf("%.20q %.20q: %v, want ok %t", c.category, c.id, err, c.ok)
		}
	}
	for _, text := range []string{"", "-", "x", "-x", "x-"} {
		if _, err := runtime.ParseStreamID(text); err == nil {
			t.Errorf("%q was parsed", text)
		}
	}
	if err := (runtime.StreamID{}).Check(); err == nil {
		t.Error("the zero stream id is valid")
	}
}
