package compat_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/compat"
)

// cell is a verdict of the catalogue: does a change break replay, and does it break consumers one version behind?
type cell struct {
	change            string // as the documentation names it
	rule              string
	backward, forward string
}

// The catalogue, without upcasts, for readers that skip unknown fields and have closed enums.
var cells = []cell{
	{"add optional field", "optional-field-added", "ok", "ok"},
	{"add required field", "required-field-added", "breaks", "ok"},
	{"remove required field", "required-field-removed", "shifts", "breaks"},
	{"remove optional field", "optional-field-removed", "shifts", "ok"},
	{"re-add a removed name with another type", "field-readded", "breaks", "breaks"},
	{"optional to required", "optional-to-required", "breaks", "ok"},
	{"required to optional", "required-to-optional", "ok", "breaks"},
	{"nullable", "nullable-added", "ok", "breaks"},
	{"not nullable", "nullable-removed", "breaks", "ok"},
	{"default changed", "default-changed", "shifts", "shifts"},
	{"default removed", "default-removed", "ok", "ok"},
	{"int32 to int64", "integer-widened", "ok", "breaks"},
	{"int64 to int32", "integer-narrowed", "breaks", "ok"},
	{"int to float", "integer-to-float", "ok", "breaks"},
	{"int to float above 2^53", "wide-integer-to-float", "shifts", "breaks"},
	{"signed to unsigned", "sign-changed", "breaks", "breaks"},
	{"string to int and back", "scalar-changed", "breaks", "breaks"},
	{"string to bytes", "string-to-bytes", "breaks", "breaks"},
	{"bytes to string", "bytes-to-string", "breaks", "breaks"},
	{"string to uuid, timestamp", "string-to-format", "breaks", "ok"},
	{"uuid, timestamp to string", "format-to-string", "ok", "breaks"},
	{"timestamp encoding changed", "timestamp-encoding-changed", "breaks", "breaks"},
	{"decimal scale changed", "decimal-scale-changed", "breaks", "breaks"},
	{"closed object", "object-closed", "breaks", "ok"},
	{"open object", "object-opened", "ok", "breaks"},
	{"event deprecated", "event-deprecated", "ok", "ok"},
	{"event retired", "event-retired", "ok", "ok"},
	{"event removed from the files", "event-removed", "breaks", "ok"},
	{"event renamed", "event-renamed", "breaks", "breaks"},
	{"event renamed with was", "event-renamed-with-was", "ok", "breaks"},
	{"partition key changed", "partition-key-changed", "shifts", "shifts"},
	{"aggregate changed", "aggregate-changed", "shifts", "shifts"},
	{"id type changed", "aggregate-id-type-changed", "shifts", "shifts"},
	{"upcast rule of a released step changed", "upcast-changed", "shifts", "ok"},
	{"enum value added", "enum-value-added", "ok", "breaks"},
	{"enum value removed", "enum-value-removed", "breaks", "ok"},
	{"enum value renamed", "enum-value-renamed", "breaks", "breaks"},
	{"enum reordered", "enum-reordered", "ok", "ok"},
	{"enum fallback changed", "enum-fallback-changed", "shifts", "shifts"},
	{"string to enum", "string-to-enum", "breaks", "ok"},
	{"enum to string", "enum-to-string", "ok", "breaks"},
	{"union branch added", "union-branch-added", "ok", "breaks"},
	{"union branch removed", "union-branch-removed", "breaks", "ok"},
	{"union tag changed", "union-tag-changed", "breaks", "breaks"},
	{"union branch value changed", "union-branch-retagged", "breaks", "breaks"},
	{"branches reordered", "union-branches-reordered", "ok", "ok"},
	{"scalar to list", "scalar-to-list", "breaks", "breaks"},
	{"list to scalar", "list-to-scalar", "breaks", "breaks"},
	{"list to map", "list-to-map", "breaks", "breaks"},
	{"struct to map of uniform values", "struct-to-map", "ok", "breaks"},
	{"nested type renamed, same shape", "type-renamed", "ok", "ok"},
	{"field reordered", "field-reordered", "ok", "ok"},
	{"doc", "field-doc-changed", "ok", "ok"},
	{"example", "example-changed", "ok", "ok"},
	{"field renamed", "wire-name-changed", "breaks", "breaks"},
	{"field renamed with from", "field-renamed", "breaks", "breaks"}, // the first is cured: see TestUpcastsCureBackwardOnly
	{"wire-name case changed", "wire-name-case-changed", "breaks", "breaks"},
	{"constraint tightened", "constraint-tightened", "ok", "ok"},
	{"constraint loosened", "constraint-loosened", "ok", "ok"},
	{"pattern changed", "pattern-changed", "ok", "ok"},
	{"projection column type changed", "projection-column-type-changed", "shifts", "ok"},
	{"saga: steps removed, renamed, reordered", "saga-steps-changed", "shifts", "ok"},
	{"saga: steps appended", "saga-steps-appended", "ok", "ok"},
	{"saga: correlation key changed", "saga-key-changed", "shifts", "ok"},
	{"saga: event not awaited any more", "saga-await-removed", "shifts", "ok"},
	{"sensitive changed", "sensitive-added", "shifts", "shifts"},
	{"unit changed", "unit-changed", "shifts", "shifts"},
	// Decoding applies no defaults, so that in place the field is missing. As a new version the default is the upcast.
	{"add field with default, in place", "defaulted-field-added", "breaks", "ok"},
}

func TestCatalogue(t *testing.T) {
	for _, c := range cells {
		t.Run(c.change, func(t *testing.T) {
			j := judgementOf(compareFixture(t, c.rule), c.rule)
			if j == nil {
				t.Fatalf("no %s found", c.rule)
			}
			if b, f := j.Decoding.Backward.String(), j.Decoding.Forward.String(); b != c.backward || f != c.forward {
				t.Errorf("backward %s, forward %s; want %s, %s", b, f, c.backward, c.forward)
			}
		})
	}
}

func judgementOf(r *compat.Result, rule string) *compat.Judgement {
	for _, j := range judgements(r) {
		if j.Rule.ID == rule {
			return j
		}
	}
	return nil
}

// judgements are all that differ between the models.
func judgements(r *compat.Result) []*compat.Judgement {
	out := slices.Concat(r.Projections, r.Sagas)
	for _, e := range r.Events {
		out = append(out, e.Changes...)
		for _, s := range e.Steps {
			if s.New {
				out = append(out, s.Changes...)
			}
		}
	}
	return out
}

// TestOpenReadersTakeNewEnumValues: the one row of the catalogue that depends on the reader model.
func TestOpenReadersTakeNewEnumValues(t *testing.T) {
	for _, rule := range []string{"enum-value-added", "enum-value-removed", "string-to-enum", "enum-to-string"} {
		old, new := loadModel(t, filepath.Join(fixtures, rule, "previous")), loadModel(t, filepath.Join(fixtures, rule, "current"))
		e := compat.Compare(old, new, compat.Options{}).Events[0]
		if got := e.Transitive.Decoding.String(); got != "FULL" {
			t.Errorf("%s: open readers: %s", rule, got)
		}
		if got := e.Transitive.Validating.String(); got == "FULL" {
			t.Errorf("%s: validators take everything", rule)
		}
	}
}

func TestStrictReadersRefuseNewFields(t *testing.T) {
	for rule, want := range map[string]string{"optional-field-added": "BACKWARD", "optional-field-removed": "FORWARD"} {
		old, new := loadModel(t, filepath.Join(fixtures, rule, "previous")), loadModel(t, filepath.Join(fixtures, rule, "current"))
		e := compat.Compare(old, new, compat.Options{Readers: compat.Readers{Unknown: compat.Strict}}).Events[0]
		if got := e.Transitive.Decoding.String(); got != want {
			t.Errorf("%s: strict readers: %s, want %s", rule, got, want)
		}
	}
}

// TestEveryKindHasARule reads the kinds out of the code that finds changes.
func TestEveryKindHasARule(t *testing.T) {
	known := map[string]bool{}
	for _, r := range compat.Rules() {
		if known[r.ID] {
			t.Errorf("two rules %s", r.ID)
		}
		known[r.ID] = true
		for what, text := range map[string]string{"title": r.Title, "meaning": r.Meaning, "why": r.Why, "bad": r.Bad, "good": r.Good} {
			if text == "" {
				t.Errorf("rule %s has no %s", r.ID, what)
			}
		}
	}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	mention := regexp.MustCompile(`(?:report|as|differs|flag|text|Kind\(|kind:|Kind:|return|:|,)\s*\(?"([a-z]+(?:-[a-z]+)+)"`)
	found := 0
	for _, name := range names {
		if regexp.MustCompile(`_test\.go$|^rules|^json|^compare|^advice`).MatchString(name) {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mention.FindAllStringSubmatch(string(b), -1) {
			found++
			if !known[m[1]] {
				t.Errorf("%s: %s has no rule", name, m[1])
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d kinds found: the test reads nothing", found)
	}
}

// TestRulesAreSymmetric: for every kind of change there is a rule for its inverse whose cells are turned round, or a
// reason.
func TestRulesAreSymmetric(t *testing.T) {
	byID := map[string]*compat.Rule{}
	for _, r := range compat.Table() {
		byID[r.ID] = r
	}
	for _, r := range compat.Table() {
		if r.Inverse == "" {
			if r.NoInverse == "" {
				t.Errorf("%s has neither an inverse nor a reason", r.ID)
			}
			continue
		}
		inverse := byID[string(r.Inverse)]
		if inverse == nil {
			t.Errorf("the inverse of %s, %s, has no rule", r.ID, r.Inverse)
			continue
		}
		if string(inverse.Inverse) != r.ID {
			t.Errorf("the inverse of %s is %s, whose inverse is %s", r.ID, inverse.ID, inverse.Inverse)
		}
	}
}

// TestTypesWithinTypes: what the catalogue does not name judges as its nearest row does, wherever it stands.
func TestTypesWithinTypes(t *testing.T) {
	const integer, natural = "{type: int64, encoding: string}", "{type: uint64, encoding: string}"
	cases := []struct{ types, old, new, want string }{
		{"", integer, "decimal", "type-widened v ok/breaks"},
		{"", "decimal", natural, "type-narrowed v breaks/ok"},
		{"", integer, natural, "sign-changed v breaks/breaks"},
		{"", "map<string>", "map<list<string>>", "scalar-to-list v{} breaks/breaks"},
		{"", "list<string | int64>", "list<string>", "type-narrowed v[] breaks/ok"},
		{"", "list<list<int32>>", "list<one_or_many<int32>>", "list-to-one-or-many v[] ok/breaks"},
		{"  C: {fields: {x: string}}\n  U: {tag: k, union: {c: C}}\n", "list<C>", "list<U>", "json-form-changed v[] breaks/breaks"},
		{"  M: {versions: {1: {fields: {a: int64}}, 2: {fields: {a: int64, b: int64?}}}}\n", "map<M@1>", "map<M@2>", "optional-field-added v{}.b ok/ok"},
	}
	for _, c := range cases {
		text := func(field string) string {
			types := ""
			if c.types != "" {
				types = "types:\n" + c.types
			}
			return "package: shop\n" + types + "events:\n  Placed: {versions: {1: {fields: {v: " + field + "}}}}\n"
		}
		var got []string
		for _, j := range judgements(e2(t, text(c.old), text(c.new))) {
			got = append(got, fmt.Sprintf("%s %s %s/%s", j.Rule.ID, j.Path, j.Decoding.Backward, j.Decoding.Forward))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s to %s: %v, want %s", c.old, c.new, got, c.want)
		}
	}
}
