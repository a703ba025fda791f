package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/evgen/evgen/schema/config"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
	"github.com/evgen/evgen/schema/syntax/shapetest"
	"github.com/evgen/evgen/schema/syntax/tree"
)

func parse(text string) (*config.Config, []string) {
	rep := &diag.Report{}
	c := config.Parse(source.NewFile("evgen.yaml", []byte(text)), rep)
	return c, places(rep)
}

func places(rep *diag.Report) []string {
	var out []string
	for _, d := range rep.Sorted() {
		p := d.Span.Position()
		out = append(out, fmt.Sprintf("%d:%d %s", p.Line, p.Column, d.Rule))
	}
	return out
}

// complete has every key.
const complete = `
schemas: [schema, vendor/schema/]
out: internal/events
packages:
  memory: {out: internal/memory, import: example.com/other/memory}
generate: {tests: false, projections: [sqlite], consumers: false, reactions: true, sagas: true, docs: true}
lint:
  missing-doc: off
  event-too-fat: {level: warn, reason: "imported"}
compatibility:
  mode: full
  reader: strict
  enums: closed
  suppress:
    - {rule: field-removed, element: memory.MemoryCreated, reason: never released, until: 2026-12-31}
`

func TestEveryKeyIsRead(t *testing.T) {
	got, faults := parse(complete)
	if faults != nil {
		t.Fatalf("faults: %v", faults)
	}
	text := func(s string) config.Text { return config.Text{Value: s} }
	want := &config.Config{
		Schemas:  []config.Text{text("schema"), text("vendor/schema")},
		Out:      text("internal/events"),
		Packages: []*config.Package{{Name: text("memory"), Out: text("internal/memory"), Import: text("example.com/other/memory")}},
		Generate: config.Generate{Tests: config.Disabled, Projections: config.Databases{SQLite: true}, Consumers: config.Disabled, Reactions: config.On, Sagas: config.On, Docs: config.On},
		Lint: []*config.Rule{
			{ID: text("missing-doc"), Level: config.Off}, {ID: text("event-too-fat"), Level: config.Warning, Reason: text("imported")},
		},
		Compatibility: config.Compatibility{Mode: "full", Reader: "strict", Enums: "closed", Suppress: []*config.Suppression{{
			Rule: text("field-removed"), Element: text("memory.MemoryCreated"), Reason: text("never released"), Until: text("2026-12-31"),
		}}},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreTypes(source.Span{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestMutationsAreJudgedAlike puts values of every kind in the place of each key and scalar in turn. Whatever the JSON
// Schema for editors refuses, reading must refuse too.
func TestMutationsAreJudgedAlike(t *testing.T) {
	shape, refused := shapetest.New(syntax.ConfigJSONSchema()), 0
	tree := func(text []byte) *tree.Node {
		return tree.Parse(source.NewFile("evgen.yaml", text), &diag.Report{})
	}
	for _, at := range shapetest.Places(tree([]byte(complete))) {
		for _, with := range shapetest.Replacements() {
			changed := shapetest.Splice([]byte(complete), at, with)
			root := tree(changed)
			if root == nil || shape.Check(root) == nil {
				continue
			}
			refused++
			if _, faults := parse(string(changed)); len(faults) == 0 {
				t.Errorf("%v: %s: refused by the JSON Schema only", at.Position(), with)
			}
		}
	}
	if refused < 100 {
		t.Errorf("only %d changes were refused", refused)
	}
}

func TestFaultsHaveTheirPlace(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"ouut: x\n", "1:1 unknown-key"},
		{"out: ../x\n", "1:6 path-outside"},
		{"out: /etc\n", "1:6 path-outside"},
		{"out: 'C:\\x'\n", "1:6 path-outside"},
		{"schemas: [a/../../b]\n", "1:11 path-outside"},
		{"schemas: []\n", "1:10 no-schema-dirs"},
		{"schemas: schema\n", "1:10 wrong-kind"},
		{"generate: {tests: 1}\n", "1:19 wrong-kind"},
		{"generate: {projections: [sqlite, oracle]}\n", "1:34 unknown-word"},
		{"generate: {projections: []}\n", "1:25 no-database"},
		{"generate: {projections: yes please}\n", "1:25 wrong-kind"},
		{"lint: {missing-doc: loud}\n", "1:21 unknown-word"},
		{"lint: {missing-doc: {reason: x}}\n", "1:8 missing-setting"},
		{"compatibility: {mode: ful}\n", "1:23 unknown-word"},
		{"compatibility: {suppress: [{rule: a, element: b}]}\n", "1:28 missing-setting"},
		{"compatibility: {suppress: [{rule: a, element: b, reason: c, until: soon}]}\n", "1:68 bad-date"},
		{"- a\n", "1:1 wrong-kind"},
	} {
		if _, got := parse(c.text); len(got) != 1 || got[0] != c.want {
			t.Errorf("%q: got %v, want %s", c.text, got, c.want)
		}
	}
}

func TestNoFileMeansDefaults(t *testing.T) {
	rep := &diag.Report{}
	got, err := config.Load(fstest.MapFS{}, rep)
	if err != nil || rep.Len() > 0 {
		t.Fatal(err, places(rep))
	}
	if diff := cmp.Diff(config.Default(), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if commented, faults := parse("# out: x\n"); faults != nil || !cmp.Equal(commented, got) {
		t.Errorf("comments only: %v", faults)
	}
}

func TestWhatMatchesNothingIsReported(t *testing.T) {
	c, _ := parse("schemas: [schema, shema]\npackages: {memry: {out: x}}\nlint: {missing-dok: off}\n")
	rep := &diag.Report{}
	c.CheckPaths(fstest.MapFS{"schema/a.yaml": {}}, rep)
	c.CheckPackages([]string{"memory"}, rep)
	c.CheckRules([]string{"missing-doc"}, rep)
	want := []string{"1:19 no-such-directory", "2:12 unknown-package", "3:8 unknown-rule"}
	if diff := cmp.Diff(want, places(rep)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRootIsWhereTheModuleIs(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	inner := filepath.Join(dir, "a", "b")
	if err := os.MkdirAll(inner, 0o750); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Root(inner); !errors.Is(err, config.ErrNoModule) {
		t.Errorf("without go.mod: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := config.Root(inner); err != nil || got != dir {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestOptionsOfLintRules(t *testing.T) {
	c, faults := parse("lint:\n  event-too-fat: {max_fields: 30, allow: [OrderSigned, \"*Imported\"], reason: signed as a whole}\n  missing-doc: {level: error, also: [type]}\n")
	if len(faults) > 0 {
		t.Fatalf("faults: %v", faults)
	}
	fat, doc := c.Lint[0], c.Lint[1]
	if fat.Level != "" || len(fat.Options) != 2 || fat.Options[0].Values[0].Value != "30" || fat.Options[1].Values[1].Value != "*Imported" {
		t.Errorf("%+v", fat)
	}
	if doc.Level != config.Error || doc.Options[0].Name.Value != "also" {
		t.Errorf("%+v", doc)
	}
}
