package compat_test

import (
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/compat"
)

// shopOf is a schema of one event whose fields and settings are given.
func shopOf(body string) string {
	return "package: shop\ntypes:\n  Grade: {enum: [low, high], closed: true}\n  Step: {enum: [1, 2], closed: true}\nevents:\n  Placed: {versions: {1: {" + body + "}}}\n"
}

func placed(t *testing.T, old, new string) *compat.EventResult {
	t.Helper()
	return e2(t, shopOf(old), shopOf(new)).Events[0]
}

func TestValidatorsCompareRangesByTheNumbersThatAreLeft(t *testing.T) {
	cases := []struct{ old, new, want string }{
		{"float64, exclusive_min: 10", "float64, min: 10", "BACKWARD"},
		{"float64, exclusive_min: 10", "float64, min: 5", "BACKWARD"},
		{"float64, exclusive_min: 10", "float64, min: 11", "FORWARD"},
		{"float64, exclusive_max: 5", "float64, max: 10", "BACKWARD"},
		{"float64, max: 10", "float64, exclusive_max: 10", "FORWARD"},
		{"int64, exclusive_min: 5, exclusive_max: 20", "int64, min: 6, max: 19", "FULL"},
		{"int64, exclusive_max: 20", "int64, max: 20", "BACKWARD"},
		{"float64, min: 1, exclusive_min: 0", "float64, min: 1", "FULL"},
		{"decimal, exclusive_min: 1", "decimal, min: 1", "BACKWARD"},
		{"float64, max: 10", "float64, min: 10", "NONE"},
	}
	for _, c := range cases {
		e := placed(t, "fields: {v: {type: "+c.old+"}}", "fields: {v: {type: "+c.new+"}}")
		if got := e.Pairwise.Validating.String(); got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.old, c.new, got, c.want)
		}
	}
}

func TestValidatorsCompareConstantsWithTypes(t *testing.T) {
	cases := []struct{ old, new, want string }{
		{"string, const: low", "Grade", "BACKWARD"},
		{"string, const: other", "Grade", "NONE"},
		{"Grade", "string, const: high", "FORWARD"},
		{"Grade", "string, const: other", "NONE"},
		{"int64, const: 1", "Step", "BACKWARD"},
		{"json, const: null", "int64 | null", "BACKWARD"},
		{"json, const: null", "int64", "NONE"},
		{"json, const: null", "string, const: low", "NONE"},
		{"string | null, const: low", "Grade", "NONE"},
		{"float64, const: 2", "int64", "BACKWARD"},
		{"float64, const: 2.5", "int64", "NONE"},
		{"string, const: low", "string | int64", "BACKWARD"},
	}
	for _, c := range cases {
		e := placed(t, "fields: {v: {type: "+c.old+"}}", "fields: {v: {type: "+c.new+"}}")
		if got := e.Pairwise.Validating.String(); got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.old, c.new, got, c.want)
		}
	}
}

// An object that keeps unknown fields allows any value under a name before the name is declared.
func TestDeclaringANameInAnOpenObjectBreaksValidators(t *testing.T) {
	cases := []struct{ old, new, want string }{
		{"unknown: keep, fields: {a: string}", "unknown: keep, fields: {a: string, b: int64?}", "FORWARD"},
		{"unknown: keep, fields: {a: string, b: int64?}", "unknown: keep, fields: {a: string}", "BACKWARD"},
		{"unknown: keep, fields: {a: string}", "unknown: keep, fields: {a: string, b: json?}", "FULL"},
		{"fields: {a: string}", "fields: {a: string, b: int64?}", "FULL"},
		{"unknown: reject, fields: {a: string}", "unknown: reject, fields: {a: string, b: int64?}", "BACKWARD"},
	}
	for _, c := range cases {
		e := placed(t, c.old, c.new)
		if got := e.Pairwise.Validating.String(); got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.old, c.new, got, c.want)
		}
	}
	e := placed(t, cases[0].old, cases[0].new)
	w := e.Steps[0].Changes[0].Backward
	if w == nil || !strings.Contains(string(w.Payload), `"b"`) {
		t.Errorf("the witness shows no value under the name: %+v", w)
	}
	if !e.Pairwise.Decoding.Backward {
		t.Error("readers that decode take what generated code wrote")
	}
}

// What one change refuses, another one need not let in.
func TestValidatorsBreakOnlyByWhatCanBeWritten(t *testing.T) {
	others := func(schema string) string {
		return "unknown: keep, unchecked: {additionalProperties: " + schema + "}, "
	}
	cases := []struct{ old, new, want string }{
		{others("{type: string}") + "fields: {a: string}", others("{type: string}") + "fields: {a: string, b: string?}", "FULL"},
		{others("{type: string}") + "fields: {a: string}", others("{type: string}") + "fields: {a: string, b: int64?}", "NONE"},
		{others("{type: string}") + "fields: {a: string, b: int64?}", others("{type: string}") + "fields: {a: string}", "NONE"},
		{"unknown: reject, fields: {a: string, b: string?}", others("{type: string}") + "fields: {a: string}", "BACKWARD"},
		{"unknown: reject, fields: {a: string, b: int64?}", others("{type: string}") + "fields: {a: string}", "NONE"},
		{"fields: {a: string, b: string}", "unchecked: {minProperties: 2}, fields: {a: string, b: string}", "FULL"},
		{"fields: {v: {type: json, unchecked: {enum: [1, 2]}}}", "fields: {v: int64}", "BACKWARD"},
		{"fields: {v: {type: json, unchecked: {anyOf: [{minimum: 3}, {minimum: 5}], type: number}}}", "fields: {v: {type: float64, min: 3}}", "FULL"},
		{"fields: {v: {type: json, unchecked: {not: {}}}}", "fields: {v: {type: list<Grade>, max_items: 3}}", "BACKWARD"},
		{"fields: {v: uint64}", "fields: {v: int64}", "NONE"},
	}
	for _, c := range cases {
		e := placed(t, c.old, c.new)
		if got := e.Pairwise.Validating.String(); got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.old, c.new, got, c.want)
		}
	}
}
