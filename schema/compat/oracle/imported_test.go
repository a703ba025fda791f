package oracle_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	validator "github.com/santhosh-tekuri/jsonschema/v5"
	"pgregory.net/rapid"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/compat/inclusion/inclusiontest"
	"github.com/evgen/evgen/schema/importer/jsonschema"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// TestWhatIsCompatibleIsValid: where nothing breaks validating readers of imported schemas, no payload that is valid
// under the one is invalid under the other.
func TestWhatIsCompatibleIsValid(t *testing.T) {
	compatible := 0
	rapid.Check(t, func(t *rapid.T) {
		old := inclusiontest.Schema(t, 3)
		pair := []any{old, rapid.SampledFrom([]any{
			inclusiontest.Loosened(t, old), inclusiontest.Schema(t, 2), inclusiontest.Object{"anyOf": []any{inclusiontest.Schema(t, 2), old}},
		}).Draw(t, "new")}
		schemas := []string{event(pair[0]), event(pair[1])}
		a, b := imported(t, schemas[0]), imported(t, schemas[1])
		v := compat.Compare(a, b, compat.Options{Proofs: compat.ProveNone}).Events[0].Pairwise.Validating
		x, y := compiled(t, schemas[0]), compiled(t, schemas[1])
		for range 40 {
			payload := asJSON(inclusiontest.Object{"value": inclusiontest.Value(t, 2)})
			was, is := valid(x, payload), valid(y, payload)
			if v.Backward && was && !is || v.Forward && is && !was {
				t.Fatalf("%s is valid under one of %s and %s, which are %v", payload, schemas[0], schemas[1], v)
			}
		}
		if v.Backward || v.Forward {
			compatible++
		}
	})
	if compatible < 20 {
		t.Errorf("only %d pairs were compatible: the test says little", compatible)
	}
}

// typed says of each part of a schema that has no type that it has any: else the import takes its keywords for one.
func typed(v any) any {
	switch v := v.(type) {
	case []any:
		out := []any{}
		for _, e := range v {
			out = append(out, typed(e))
		}
		return out
	case inclusiontest.Object:
		out := inclusiontest.Object{"type": []string{"null", "boolean", "number", "string", "array", "object"}}
		for name, e := range v {
			out[name] = typedKeyword(name, e)
		}
		return out
	}
	return v
}

func typedKeyword(name string, v any) any {
	switch name {
	case "const", "enum", "required", "dependentRequired":
		return v
	case "properties", "patternProperties", "dependentSchemas":
		out := inclusiontest.Object{}
		for member, schema := range v.(inclusiontest.Object) {
			out[member] = typed(schema)
		}
		return out
	}
	return typed(v)
}

func event(value any) string {
	value = typed(value)
	return asJSON(inclusiontest.Object{"type": "object", "properties": inclusiontest.Object{"value": value}, "required": []string{"value"}})
}

func asJSON(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

func imported(t *rapid.T, schema string) *model.Model {
	r, report := jsonschema.Import([]jsonschema.Input{{Name: "event.json", Bytes: []byte(schema)}}, jsonschema.Options{Event: "Event"})
	var docs []*syntax.Document
	for _, d := range r.Documents {
		docs = append(docs, syntax.Parse(source.NewFile(d.File.Name, syntax.Print(d)), report))
	}
	m := resolve.Resolve(docs, report)
	if report.HasErrors() {
		t.Fatalf("%s: %v", schema, report.Sorted())
	}
	return m
}

func compiled(t *rapid.T, schema string) *validator.Schema {
	compiler := validator.NewCompiler()
	compiler.Draft = validator.Draft2020
	if err := compiler.AddResource("schema.json", strings.NewReader(schema)); err != nil {
		t.Fatalf("%s: %v", schema, err)
	}
	s, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatalf("%s: %v", schema, err)
	}
	return s
}

func valid(s *validator.Schema, payload string) bool {
	dec := json.NewDecoder(bytes.NewReader([]byte(payload)))
	dec.UseNumber()
	var v any
	return dec.Decode(&v) == nil && s.Validate(v) == nil
}
