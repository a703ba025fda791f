package syntax

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax/shapetest"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// structural are the rules that a JSON Schema can express: where reading by hand reports one of them, the schema
// that editors use must refuse the file too.
var structural = []string{
	"unknown-key", "wrong-kind", "empty-text", "not-a-schema", "missing-key", "no-versions", "bad-word",
	"bad-count", "empty-list", "bad-rule", "misplaced-into", "missing-into", "bad-handler", "several-shapes", "no-shape",
}

var editors = sync.OnceValue(func() shapetest.Shape { return shapetest.New(schemaJSON) })

// bothJudge returns the rules that reading by hand reports, and whether the JSON Schema refuses the file.
func bothJudge(t *testing.T, text []byte) (rules []string, refused bool, ok bool) {
	t.Helper()
	file := source.NewFile("test.yaml", text)
	root := tree.Parse(file, &diag.Report{})
	if root == nil {
		return nil, false, false
	}
	rep := &diag.Report{}
	Parse(file, rep)
	for _, d := range rep.Sorted() {
		rules = append(rules, d.Rule)
	}
	return rules, editors().Check(root) != nil, true
}

func TestJSONSchemaAgreesWithTheReader(t *testing.T) {
	names, err := filepath.Glob("../../golden/diag/*/*.yaml")
	if err != nil || len(names) < 100 {
		t.Fatalf("%d fixtures: %v", len(names), err)
	}
	refusals := 0
	for _, name := range append(names, "testdata/memory.yaml", "testdata/memory.printed.yaml") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rules, refused, ok := bothJudge(t, text)
		if !ok {
			continue
		}
		if refused && len(rules) == 0 {
			t.Errorf("%s: only the JSON Schema refuses it", name)
		}
		if expected := slices.ContainsFunc(rules, func(r string) bool { return slices.Contains(structural, r) }); expected && !refused {
			t.Errorf("%s: the reader reports %v, the JSON Schema nothing", name, rules)
		}
		if refused {
			refusals++
		}
	}
	if refusals < len(structural) {
		t.Errorf("the JSON Schema refuses only %d files", refusals)
	}
}

// TestMutationsAreJudgedAlike takes a valid file apart: each scalar in turn becomes a list, a number, an empty text and
// a mapping. Whatever the JSON Schema refuses, reading by hand must refuse too.
func TestMutationsAreJudgedAlike(t *testing.T) {
	text, err := os.ReadFile("testdata/memory.printed.yaml")
	if err != nil {
		t.Fatal(err)
	}
	root := tree.Parse(source.NewFile("memory.yaml", text), &diag.Report{})
	for _, at := range shapetest.Places(root) {
		for _, with := range shapetest.Replacements() {
			changed := shapetest.Splice(text, at, with)
			if rules, refused, ok := bothJudge(t, changed); ok && refused && len(rules) == 0 {
				t.Errorf("%v: %s: refused by the JSON Schema only: %v", at.Position(), with, rules)
			}
		}
	}
}

func TestConfigSchemaAgreesOnUnknownKeys(t *testing.T) {
	for text, want := range map[string]bool{
		"schemas: [a]\nout: b\n": true, "ouut: b\n": false, "lint: {a: off}\n": true, "lint: {a: loud}\n": false,
		"generate: {tests: yes}\n": false, "compatibility: {suppress: [{rule: a}]}\n": false,
	} {
		root := tree.Parse(source.NewFile("evgen.yaml", []byte(text)), &diag.Report{})
		if got := shapetest.New(configJSON).Check(root) == nil; got != want {
			t.Errorf("%q valid: %t, want %t", text, got, want)
		}
	}
}

func TestEditorsSchemasAreJSONWithDescriptions(t *testing.T) {
	for _, text := range [][]byte{JSONSchema(), ConfigJSONSchema()} {
		var schema map[string]any
		if err := json.Unmarshal(text, &schema); err != nil {
			t.Fatal(err)
		}
		properties, _ := schema["properties"].(map[string]any)
		for name, p := range properties {
			if d, _ := p.(map[string]any)["description"].(string); d == "" {
				t.Errorf("%s has no description", name)
			}
		}
	}
}
