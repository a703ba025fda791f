package syntax

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// structural are the rules that a JSON Schema can express: where reading by hand reports one of them, the schema
// that editors use must refuse the file too.
var structural = []string{
	"unknown-key", "wrong-kind", "empty-text", "not-a-schema", "missing-key", "no-versions", "bad-word",
	"bad-count", "empty-list", "bad-rule", "misplaced-into", "missing-into", "bad-handler", "several-shapes", "no-shape",
}

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
	return rules, schemaShape().Validate(plain(root)) != nil, true
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
		if slices.Contains(rules, "not-of-shape") {
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
	var places []source.Span
	var visit func(n *tree.Node)
	visit = func(n *tree.Node) {
		if n.Kind == tree.Scalar {
			places = append(places, n.Span)
		}
		for _, item := range n.Items {
			visit(item)
		}
		for _, p := range n.Pairs {
			places = append(places, p.Key.Span)
			visit(p.Value)
		}
	}
	visit(root)
	for _, at := range places {
		for _, with := range []string{"[a]", "1.5", "-1", `""`, "{a: b}", "null", "true", "nonsense"} {
			changed := splice(text, at.Start, at.End, with)
			if rules, refused, ok := bothJudge(t, changed); ok && refused && (len(rules) == 0 || slices.Contains(rules, "not-of-shape")) {
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
		if got := configShape().Validate(plain(root)) == nil; got != want {
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

// TestShapeFaultsHaveAPlace shows the net below the reader by itself.
func TestShapeFaultsHaveAPlace(t *testing.T) {
	file := source.NewFile("test.yaml", []byte("package: a\nevents:\n  E:\n    versions:\n      1: {fields: {a: {type: string, max_length: many}}}\n"))
	rep := &diag.Report{}
	schemaShape.check(tree.Parse(file, rep), rep)
	if rep.Len() != 1 {
		t.Fatalf("got %v", rep.Sorted())
	}
	d := rep.Sorted()[0]
	if p := d.Span.Position(); d.Rule != "not-of-shape" || p.Line != 5 || p.Column != 38 || !strings.Contains(d.Message, "integer") {
		t.Errorf("%v: [%s] %s", p, d.Rule, d.Message)
	}
}
