package jsonschema_test

import (
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/importer/jsonschema"
	"github.com/evgen/evgen/schema/syntax"
)

// TestWhatTypesDoNotSayOfAlternativesIsCarried: a type that holds all alternatives may hold more than they allow.
func TestWhatTypesDoNotSayOfAlternativesIsCarried(t *testing.T) {
	for _, c := range []struct{ schema, want string }{
		{`{"oneOf": [{"enum": [1, 2, 3]}, {"enum": [1, 2]}]}`, "unchecked: {oneOf: [{enum: [1, 2, 3]}, {enum: [1, 2]}]}"},
		{`{"oneOf": [{"type": "integer"}, {"type": "number"}]}`, "unchecked: {oneOf: [{type: integer}, {type: number}]}"},
		{`{"oneOf": [{"type": "string"}, {"type": "string"}]}`, "unchecked: {oneOf: [{type: string}, {type: string}]}"},
		{`{"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": "integer"}}]}`, "unchecked: {anyOf:"},
		{`{"dependentRequired": {"a": ["b"]}, "properties": {"a": {}, "b": {}}}`, "unchecked: {dependentRequired: {a: [b]}}"},
		{`{"oneOf": [{"enum": [1, 2]}, {"enum": [3]}]}`, ""},
		{`{"anyOf": [{"type": "integer"}, {"type": "number"}]}`, ""},
		{`{"oneOf": [{"type": "string"}, {"type": "integer"}]}`, ""},
	} {
		r, report := jsonschema.Import([]jsonschema.Input{{Name: "e.json", Bytes: []byte(`{"properties": {"v": ` + c.schema + `}}`)}}, jsonschema.Options{})
		if report.HasErrors() {
			t.Fatalf("%v", report.Sorted())
		}
		var text strings.Builder
		for _, d := range r.Documents {
			text.Write(syntax.Print(d))
		}
		flat := strings.Join(strings.Fields(text.String()), " ")
		if c.want == "" && strings.Contains(flat, "unchecked") || c.want != "" && !strings.Contains(flat, strings.TrimSuffix(strings.TrimPrefix(c.want, "unchecked: {"), "}")) {
			t.Errorf("%s: want %q in\n%s", c.schema, c.want, text.String())
		}
	}
}
