package jsonschema_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/importer/jsonschema"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/syntax"
)

// TestAnyTwoVersionsImport: three random schemas as versions of one event, and one of another event, give documents
// that resolve, upcast rules included, whatever the order of the files.
func TestAnyTwoVersionsImport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var inputs []jsonschema.Input
		for _, name := range []string{"a/1.0.0.json", "a/1.1.0.json", "a/2.0.0.json", "b.json"} {
			b, err := json.Marshal(anEvent(t))
			if err != nil {
				t.Fatal(err)
			}
			inputs = append(inputs, jsonschema.Input{Name: name, Bytes: b})
		}
		r, report := jsonschema.Import(inputs, jsonschema.Options{})
		if report.HasErrors() {
			t.Fatalf("%v", report.Sorted())
		}
		got := outcome(r, report)
		shuffled := rapid.Permutation(inputs).Draw(t, "order")
		if diff := cmp.Diff(got, outcome(jsonschema.Import(shuffled, jsonschema.Options{}))); diff != "" {
			t.Fatalf("the order of the inputs matters:\n%s", diff)
		}
		var faults diag.Report
		var docs []*syntax.Document
		for _, d := range r.Documents {
			docs = append(docs, parse(d.File.Name, syntax.Print(d), &faults))
		}
		resolve.Resolve(docs, &faults)
		for _, d := range faults.Sorted() {
			p := d.Span.Position()
			t.Fatalf("%v: %s: %s\n%s\nfrom %s %s %s %s", p, d.Rule, d.Message, d.Span.File.Bytes,
				inputs[0].Bytes, inputs[1].Bytes, inputs[2].Bytes, inputs[3].Bytes)
		}
	})
}

type object = map[string]any

// names are few, so that versions have fields in common, and some collide in Go.
var names = []string{"id", "type", "user", "userName", "user_name", "items", "$schema", "schema", "+1", "-1", "validate", "kind"}

// anEvent is the schema of an event, with definitions that its parts may refer to.
func anEvent(t *rapid.T) object {
	s := anObject(t, 3)
	defs := object{}
	for _, name := range []string{"User", "Item", "Choice"} {
		defs[name] = aSchema(t, 2)
	}
	s["definitions"] = defs
	return s
}

func anObject(t *rapid.T, depth int) object {
	properties := object{}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 5, rapid.ID).Draw(t, "names") {
		properties[name] = aSchema(t, depth-1)
	}
	s := object{"type": "object", "properties": properties}
	if rapid.Bool().Draw(t, "closed") {
		s["additionalProperties"] = false
	}
	s["required"] = rapid.SliceOfDistinct(rapid.SampledFrom(names[:7]), rapid.ID).Draw(t, "required")
	return s
}

// aSchema draws one of the forms that real schemas have.
func aSchema(t *rapid.T, depth int) any {
	forms := []func(*rapid.T, int) any{aScalar, aScalar, anEnum, aReference}
	if depth > 0 {
		forms = append(forms, aList, aMap, aChoice, aMerge, func(t *rapid.T, d int) any { return anObject(t, d) })
	}
	s := rapid.SampledFrom(forms).Draw(t, "form")(t, depth)
	if m, ok := s.(object); ok && rapid.IntRange(0, 3).Draw(t, "default?") == 0 {
		m["default"] = aValue(t)
	}
	return s
}

func aScalar(t *rapid.T, _ int) any {
	return rapid.SampledFrom([]object{
		{"type": "string"}, {"type": "integer"}, {"type": "number", "minimum": 0}, {"type": "boolean"}, {"type": "null"}, {},
		{"type": []string{"string", "null"}}, {"type": []string{"integer", "string"}}, {"type": []string{"number", "object", "null"}},
		{"type": "string", "format": "date-time"}, {"type": "string", "format": "uri", "minLength": 3}, {"type": "string", "pattern": "^a"},
		{"type": "integer", "minimum": 0, "maximum": 1e19}, {"type": "integer", "nullable": true, "exclusiveMaximum": 7},
		{"const": "x"}, {"const": "y"}, {"const": 3}, {"const": nil}, {"const": true}, {"type": "string", "const": "x"},
	}).Draw(t, "scalar")
}

func anEnum(t *rapid.T, _ int) any {
	values := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "A", "+1", "-1", ""}), 1, 4, rapid.ID).Draw(t, "values")
	if rapid.Bool().Draw(t, "numbers") {
		return object{"enum": rapid.SliceOfNDistinct(rapid.IntRange(-2, 3), 1, 4, rapid.ID).Draw(t, "numbers")}
	}
	return object{"enum": values}
}

func aReference(t *rapid.T, _ int) any {
	return object{"$ref": rapid.SampledFrom([]string{"#", "#/definitions/User", "#/definitions/Item", "#/definitions/Choice"}).Draw(t, "ref")}
}

func aList(t *rapid.T, depth int) any {
	return object{"type": "array", "items": aSchema(t, depth-1), "minItems": rapid.IntRange(0, 2).Draw(t, "min")}
}

func aMap(t *rapid.T, depth int) any {
	return object{"type": "object", "additionalProperties": aSchema(t, depth-1)}
}

func aChoice(t *rapid.T, depth int) any {
	var alternatives []any
	for range rapid.IntRange(1, 3).Draw(t, "alternatives") {
		alternatives = append(alternatives, aSchema(t, depth-1))
	}
	return object{rapid.SampledFrom([]string{"oneOf", "anyOf"}).Draw(t, "choice"): alternatives}
}

func aMerge(t *rapid.T, depth int) any {
	return object{"allOf": []any{aSchema(t, depth-1), anObject(t, depth-1)}}
}

func aValue(t *rapid.T) any {
	return rapid.SampledFrom([]any{nil, "a", "x", 1, 1.5, true, []any{}, object{}, []any{"a"}, "2020-01-01T00:00:00Z"}).Draw(t, "value")
}
