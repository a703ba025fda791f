package inclusion_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"pgregory.net/rapid"

	"github.com/evgen/evgen/schema/compat/inclusion"
	"github.com/evgen/evgen/schema/compat/inclusion/inclusiontest"
)

// TestWhatIsProvedHolds: where one schema is proved to include another, no value that the other allows is refused by it.
// Schemas and values are drawn from few names and numbers, so that they meet.
func TestWhatIsProvedHolds(t *testing.T) {
	proved := 0
	rapid.Check(t, func(t *rapid.T) {
		schemas, values := someSchemas(t), rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any { return inclusiontest.Value(t, 2) }), 40, 40).Draw(t, "values")
		allowed := make([][]bool, len(schemas))
		for i, s := range schemas {
			allowed[i] = allows(t, s, values)
		}
		for i, wide := range schemas {
			for j, narrow := range schemas {
				if i == j || !inclusion.Proved(decoded(wide), decoded(narrow)) {
					continue
				}
				proved++
				for k, v := range values {
					if allowed[j][k] && !allowed[i][k] {
						t.Fatalf("%s is allowed by %s and not by %s", encoded(v), narrow, wide)
					}
				}
			}
		}
	})
	if proved < 100 {
		t.Errorf("only %d pairs were proved: the test says little", proved)
	}
}

// someSchemas draws schemas, and some that are made of those.
func someSchemas(t *rapid.T) []string {
	var out []string
	for range 5 {
		s := inclusiontest.Schema(t, 3)
		out = append(out, encoded(s), encoded(inclusiontest.Loosened(t, s)), encoded(inclusiontest.Object{
			rapid.SampledFrom([]string{"anyOf", "oneOf", "allOf"}).Draw(t, "join"): []any{s, inclusiontest.Schema(t, 2)},
		}))
	}
	return out
}

func allows(t *rapid.T, schema string, values []any) []bool {
	compiler := jsonschema.NewCompiler()
	compiler.Draft = jsonschema.Draft2020
	if err := compiler.AddResource("schema.json", strings.NewReader(schema)); err != nil {
		t.Fatalf("%s: %v", schema, err)
	}
	compiled, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatalf("%s: %v", schema, err)
	}
	out := make([]bool, len(values))
	for i, v := range values {
		out[i] = compiled.Validate(decoded(encoded(v))) == nil
	}
	return out
}

func encoded(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

func decoded(text string) any {
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.UseNumber()
	var out any
	_ = dec.Decode(&out)
	return out
}

func TestInclusionIsProved(t *testing.T) {
	for _, c := range []struct{ narrow, wide string }{
		{`{"type": "integer"}`, `{"type": ["number", "null"]}`},
		{`{"type": "integer", "minimum": 1, "maximum": 8}`, `{"anyOf": [{"type": "integer", "minimum": 5}, {"type": "integer", "maximum": 4}]}`},
		{`{"multipleOf": 35}`, `{"anyOf": [{"multipleOf": 5}, {"multipleOf": 7}]}`},
		{`{"enum": [2, 4]}`, `{"oneOf": [{"multipleOf": 2}, {"enum": [5]}]}`},
		{`{"type": "string"}`, `{"not": {"type": "number"}}`},
		{`{"type": "object", "required": ["a", "b"]}`, `{"minProperties": 2}`},
		{`{"properties": {"a": {"type": "string"}}, "additionalProperties": false}`, `{"additionalProperties": {"type": "string"}}`},
		{`{"properties": {"a": {"const": 1}}, "required": ["a"]}`, `{"if": {"properties": {"a": {"const": 2}}}, "then": {"minProperties": 9}}`},
		{`{"dependentRequired": {"a": ["b"], "b": ["c"]}, "required": ["a"]}`, `{"type": ["object", "array", "string", "number", "boolean", "null"], "dependentRequired": {"a": ["c"]}}`},
		{`{"propertyNames": {"enum": ["a"]}}`, `{"additionalProperties": false, "properties": {"a": true, "b": true}}`},
		{`{"patternProperties": {"^x": {"type": "integer"}}}`, `{"properties": {"xy": {"type": "number"}}}`},
		{`{"prefixItems": [{"const": 1}, {"const": 2}], "items": false}`, `{"maxItems": 2, "items": {"type": "integer"}}`},
		{`{"contains": {"const": 1}, "minContains": 2, "type": "array"}`, `{"contains": {"type": "number"}}`},
		{`{"type": "array", "maxItems": 1}`, `{"uniqueItems": true}`},
		{`{"const": {"a": [1, "x"]}}`, `{"properties": {"a": {"items": {"enum": ["x", 1]}}}}`},
		{`{"type": "string", "enum": [1]}`, `{"type": "boolean"}`},
		{`{"$defs": {"n": {"properties": {"next": {"$ref": "#/$defs/n"}}, "maxProperties": 1}}, "$ref": "#/$defs/n"}`,
			`{"$defs": {"m": {"properties": {"next": {"$ref": "#/$defs/m"}}, "maxProperties": 2}}, "$ref": "#/$defs/m"}`},
	} {
		if !inclusion.Proved(decoded(c.wide), decoded(c.narrow)) {
			t.Errorf("%s is not proved to be included in %s", c.narrow, c.wide)
		}
	}
}

func TestWhatDoesNotHoldOrIsNotUnderstoodIsNotProved(t *testing.T) {
	for _, c := range []struct{ narrow, wide string }{
		{`{"type": "string"}`, `{"format": "email"}`},
		{`{"$ref": "#/elsewhere"}`, `{"$ref": "#/elsewhere"}`},
		{`{"minLength": "no number"}`, `{"minLength": "no number"}`},
		{`{"allOf": [{"$ref": "#"}], "unevaluatedProperties": false}`, `{"unevaluatedProperties": false}`},
		{`{"$defs": {"a": {"type": "string"}}, "$ref": "#/$defs/a"}`, `{"$defs": {"a": {"type": "number"}}, "$ref": "#/$defs/a"}`},
		{`{"minimum": 1e999999999}`, `{"minimum": 0}`},
		{`{"type": "object", "additionalProperties": false, "properties": {"a": true, "b": true}, "minProperties": 2}`, `{"type": "string"}`},
		{`{"type": "array", "contains": {"const": 1}, "minContains": 2}`, `{"contains": {"const": 1}, "minContains": 3}`},
	} {
		if inclusion.Proved(decoded(c.wide), decoded(c.narrow)) {
			t.Errorf("%s is proved to be included in %s", c.narrow, c.wide)
		}
	}
}
