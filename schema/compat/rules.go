package compat

import (
	"slices"
	"sync"

	"github.com/evgen/evgen/schema/diag"
)

// Rule judges one kind of change, and explains it to people.
type Rule struct {
	diag.Rule
	// Inverse is the kind of the opposite change; the kind itself where the opposite looks alike.
	Inverse Kind
	// NoInverse says why there is none.
	NoInverse string
	// Misread says how readers that do not fail take the payload wrongly. Empty: a break is an error of the reader.
	Misread string

	cells cells
}

// Kind is the kind of change that the rule judges.
func (r *Rule) Kind() Kind { return Kind(r.ID) }

// cells are the verdicts of a rule, before any upcast.
type cells struct {
	backward, forward                     cell // of decoding readers
	validatingBackward, validatingForward cell // of validating readers
}

// cell is a verdict, possibly under a condition on the reader: the new side for backward, the old side for forward.
type cell uint8

const (
	safe           cell = iota
	shifts              // the shape fits, the meaning differs
	breaks              //
	strict              // breaks a reader that refuses unknown fields
	claimed             // breaks a reader that wants a type where the writer may have put anything
	strictOrShifts      // the same; for others the meaning differs
	closed              // breaks a reader that refuses unknown values
	unlessOptional      // breaks unless the reader takes null for absence
	lost                // breaks a reader that needs the field or refuses unknown ones; others read it as absent
)

// never reports whether the verdict is never a break.
func (c cell) never() bool { return c == safe || c == shifts }

// Outcome is what a change does to a reader.
type Outcome uint8

// The outcomes, from good to bad.
const (
	Safe   Outcome = iota // "ok"
	Shifts                // "shifts": it can be read, and means something else
	Breaks                // "breaks"
)

func (o Outcome) String() string { return [...]string{"ok", "shifts", "breaks"}[o] }

// reader is what a cell asks about who reads.
type reader struct {
	rejects, closed, optional bool

	claimed, fits bool // of what is read: see Place
}

func (c cell) judge(r reader) Outcome {
	switch c {
	case shifts:
		return Shifts
	case breaks:
		return breaksIf(!r.fits, Safe)
	case strict:
		return breaksIf(r.rejects, Safe)
	case strictOrShifts:
		return breaksIf(r.rejects, Shifts)
	case claimed:
		return breaksIf(r.claimed, Safe)
	case closed:
		return breaksIf(r.closed && !r.fits, Safe)
	case unlessOptional:
		return breaksIf(!r.optional, Safe)
	case lost:
		return breaksIf(!r.optional || r.rejects, Shifts)
	}
	return Safe
}

func breaksIf(condition bool, otherwise Outcome) Outcome {
	if condition {
		return Breaks
	}
	return otherwise
}

// Rules returns the whole table: one rule for each kind of change, in the order of the documentation, and those of
// the lock. The caller may change the slice.
func Rules() []diag.Rule {
	var out []diag.Rule
	for _, r := range table() {
		out = append(out, r.Rule)
	}
	return append(out, lockRules...)
}

// Table returns the rules with their inverses. The caller may change the slice, not what it points to.
func Table() []*Rule { return slices.Clone(table()) }

// table is made once: the texts never change.
var table = sync.OnceValue(func() []*Rule {
	var out []*Rule
	for _, group := range [][]Rule{fieldRules, annotationRules, typeRules, formRules, choiceRules, limitRules, uncheckedRules, eventRules, projectionRules, sagaRules} {
		for i := range group {
			out = append(out, &group[i])
		}
	}
	return out
})

var byKind = sync.OnceValue(func() map[Kind]*Rule {
	out := map[Kind]*Rule{}
	for _, r := range table() {
		out[r.Kind()] = r
	}
	return out
})

// ruleOf returns the rule of a kind. Every kind has one: a test reads the kinds out of the code.
func ruleOf(k Kind) *Rule {
	r := byKind()[k]
	if r == nil {
		panic("compat: no rule for " + string(k))
	}
	return r
}

// noShape are changes of what is said about an event or of how code names things: facts and readers of them do not
// see the difference.
var noShape = map[Kind]bool{
	"field-doc-changed": true, "example-changed": true, "go-name-changed": true, "field-deprecated": true, "field-undeprecated": true,
	"sensitive-added": true, "sensitive-removed": true, "subject-changed": true, "subject-added": true, "field-reordered": true, "enum-reordered": true,
	"union-branches-reordered": true, "type-renamed": true, "field-name-changed": true,
}

// ChangesShape reports whether changes of the kind make another shape than the one that was released. Docs, examples,
// names in code, order and classification may be mended in a released version.
func (r *Rule) ChangesShape() bool { return !noShape[r.Kind()] }
