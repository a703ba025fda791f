package unmended_test

import (
	"testing"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/compat/unmended"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

const one = "package: shop\ntypes: {}\nevents:\n  Placed:\n    versions:\n      1: {fields: {a: string, n: int64}}\n"

func resolveText(text string) (*model.Model, unmended.Steps, *diag.Report) {
	rep := &diag.Report{}
	m, steps := unmended.Resolve([]*syntax.Document{syntax.Parse(source.NewFile("shop.yaml", []byte(text)), rep)}, rep)
	return m, steps, rep
}

func TestVerdictsOfStepsWithoutRules(t *testing.T) {
	cases := map[string]struct{ two, verdict string }{
		"required field added":         {"{fields: {a: string, n: int64, b: string}}", "FORWARD"},
		"required field added, mended": {"{fields: {a: string, n: int64, b: string}, upcast: {b: {default: x}}}", "FULL"},
		"field lost":                   {"{fields: {a: string}}", "BACKWARD"},
		"narrowed":                     {"{fields: {a: string, n: int32}}", "FORWARD"},
		"other type":                   {"{fields: {a: string, n: bool}}", "NONE"},
		"default":                      {"{fields: {a: string, n: int64, b: {type: string, default: x}}}", "FULL"},
	}
	old, _, _ := resolveText(one)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m, steps, rep := resolveText(one + "      2: " + c.two + "\n")
			if m == nil {
				t.Fatalf("no model: %v", rep.Sorted())
			}
			e := compat.Compare(old, m, compat.Options{Missing: steps.Missing}).Events[0]
			if got := e.Pairwise.Decoding.String(); got != c.verdict {
				t.Errorf("%s, want %s", got, c.verdict)
			}
			if missing := steps.Missing("shop.Placed", 2); missing != rep.HasErrors() {
				t.Errorf("missing %t, faults %v", missing, rep.Sorted())
			}
		})
	}
}

func TestMissingStepsOfTypesCountAtTheEventsThatTakeThem(t *testing.T) {
	text := `package: shop
types:
  Source:
    versions:
      1: {fields: {a: string}}
      2: {fields: {a: string, b: string}}
events:
  Placed: {versions: {1: {fields: {s: Source@1}}, 2: {fields: {s: Source@2}}}}
  Other: {versions: {1: {fields: {s: Source@1}}, 2: {fields: {s: Source@1, n: int64?}}}}
`
	m, steps, _ := resolveText(text)
	if m == nil || !steps.Missing("shop.Placed", 2) || steps.Missing("shop.Other", 2) {
		t.Errorf("model %v, Placed %t, Other %t", m != nil, steps.Missing("shop.Placed", 2), steps.Missing("shop.Other", 2))
	}
	for _, e := range compat.Compare(m, m, compat.Options{Missing: steps.Missing}).Events {
		if want := map[string]bool{"Placed": false, "Other": true}[e.Name]; e.Transitive.Decoding.Backward != want {
			t.Errorf("%s: backward %t", e.Name, e.Transitive.Decoding.Backward)
		}
	}
}

func TestOtherFaultsAreFaults(t *testing.T) {
	if m, _, rep := resolveText(one + "      2: {fields: {a: strang}}\n"); m != nil || !rep.HasErrors() {
		t.Error("a model in spite of an unknown type")
	}
}
