package compat_test

import (
	"slices"
	"testing"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/compat/reading"
)

// wholeEvent are breaks that no payload shows: the wire type or the version is what nobody knows.
var wholeEvent = []string{"event-removed", "event-renamed", "event-renamed-with-was", "former-name-removed", "version-removed", "upcaster-missing"}

// TestEveryBreakIsProved: a payload that the writer may write, and that the reader refuses or takes wrongly.
func TestEveryBreakIsProved(t *testing.T) {
	for _, name := range fixtureNames(t) {
		for _, j := range judgements(compareFixture(t, name)) {
			if slices.Contains(wholeEvent, j.Rule.ID) || j.Rule.ID == "field-readded" {
				continue
			}
			if j.Replay() == compat.Breaks || j.Validating.Backward == compat.Breaks {
				checkWitness(t, name, j, j.Backward)
			}
			if j.Decoding.Forward == compat.Breaks || j.Validating.Forward == compat.Breaks {
				checkWitness(t, name, j, j.Forward)
			}
		}
	}
}

// unproved are breaks for which no payload is looked for: nothing here reads keywords that are not checked.
var unproved = []string{"unchecked-added", "unchecked-removed", "unchecked-tightened", "unchecked-loosened", "unchecked-changed"}

func checkWitness(t *testing.T, name string, j *compat.Judgement, w *compat.Witness) {
	t.Helper()
	if w == nil {
		if !slices.Contains(unproved, j.Rule.ID) {
			t.Errorf("%s: %s at %q is not proved", name, j.Rule.ID, j.Path)
		}
		return
	}
	if _, err := reading.NewDecoder(w.Writer.Version.Struct).Decode(w.Payload); err != nil {
		t.Errorf("%s: the writer cannot have written %s: %v", name, w.Payload, err)
	}
	_, err := reading.NewDecoder(w.Reader.Version.Struct).Decode(w.Payload)
	switch {
	case w.By == "codec" && err == nil:
		t.Errorf("%s: the reader decodes %s, in spite of %q", name, w.Payload, w.Refusal)
	case w.By != "codec" && w.By != "validator" && err != nil:
		t.Errorf("%s: by %q: %s is refused by the codec: %v", name, w.By, w.Payload, err)
	case w.Refusal == "" && w.Misread == "":
		t.Errorf("%s: %s is neither refused nor misread", name, w.Payload)
	case w.Misread != "" && j.Rule.Misread == "":
		t.Errorf("%s: %s is misread by a rule that knows no misreading", name, w.Payload)
	}
}
