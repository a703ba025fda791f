package compat

// Advice is the smallest step that is enough for what changed.
type Advice string

// The advices, from small to large.
const (
	AdviceNone      Advice = "none"
	AdviceDraft     Advice = "edit-draft"             // the edit concerns drafts only, and may stay
	AdviceVersion   Advice = "new-version"            // a new version without upcast rules
	AdviceWithRules Advice = "new-version-with-rules" // a new version whose upcast says what old facts mean
	AdviceNewEvent  Advice = "new-event"              // another event: no upcast can mend what changed
)

// needNewEvent are changes that no version of the same event can express.
var needNewEvent = map[Kind]bool{
	"aggregate-changed": true, "partition-key-changed": true, "aggregate-id-type-changed": true,
}

// advise looks at what differs between the models.
func advise(e *EventResult) Advice {
	for _, j := range e.Changes {
		if needNewEvent[j.Kind] {
			return AdviceNewEvent
		}
	}
	out := AdviceNone
	for _, s := range e.Steps {
		if s.New {
			out = larger(out, adviseStep(s))
		}
	}
	return out
}

func adviseStep(s *Step) Advice {
	switch {
	case s.Kind == InPlace && s.From.Version.Draft, s.To.Version.Draft:
		return AdviceDraft
	case nothingKept(s):
		return AdviceNewEvent
	}
	out := AdviceNone
	for _, j := range s.Changes {
		switch {
		case noShape[j.Kind]:
		case j.Kind == "defaulted-field-added", j.Kind == "unknown-fields-dropped":
			out = larger(out, AdviceVersion) // a default is the rule
		case j.Decoding.Backward != Safe:
			out = larger(out, AdviceWithRules)
		case j.Rule.cells != cells{} || onWire[j.Kind]:
			out = larger(out, AdviceVersion)
		}
	}
	return out
}

// onWire are changes that break nobody and still make another shape.
var onWire = map[Kind]bool{"default-added": true, "default-removed": true, "unknown-fields-kept": true, "type-respelled": true}

// nothingKept reports whether no field of the old version lives on, by name or by rule.
func nothingKept(s *Step) bool {
	gone := 0
	for _, j := range s.Changes {
		if len(j.trail) == 1 && j.trail[0].new == nil {
			gone++
		}
		if j.Kind == "field-moved" {
			return false
		}
	}
	return gone > 1 && gone == len(s.From.Version.Struct.Fields)
}

var sizes = map[Advice]int{AdviceNone: 0, AdviceDraft: 1, AdviceVersion: 2, AdviceWithRules: 3, AdviceNewEvent: 4}

func larger(a, b Advice) Advice {
	if sizes[b] > sizes[a] {
		return b
	}
	return a
}
