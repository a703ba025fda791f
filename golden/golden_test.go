// Package golden keeps real generated packages: a schema, and beside it the Go that evgen makes of it, compiled and
// tested with everything else.
package golden

import (
	"flag"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/evgen/evgen/generator"
	"github.com/evgen/evgen/generator/output"
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

var update = flag.Bool("update", false, "rewrite the golden packages; the run that rewrites fails")

func TestGoldenPackagesAreWhatTheSchemasSay(t *testing.T) {
	schemas, err := filepath.Glob("*/schema")
	if err != nil || len(schemas) == 0 {
		t.Fatalf("no golden cases: %v", err)
	}
	for _, dir := range schemas {
		name := filepath.Dir(dir)
		t.Run(name, func(t *testing.T) { checkCase(t, name) })
	}
}

func checkCase(t *testing.T, name string) {
	var rep diag.Report
	files := readSchemas(t, name)
	in := generator.Input{Files: files, Layout: layout(name), Declared: generator.ReadDeclared(name)}
	out, err := generator.Generate(in, &rep)
	for _, d := range rep.Sorted() {
		t.Errorf("%v: %s: %s", d.Span.Position(), d.Rule, d.Message)
	}
	if err != nil || t.Failed() {
		t.Fatal("generate: ", err)
	}
	inputs := map[string][]byte{}
	for _, f := range files {
		inputs[f.Name] = f.Bytes
	}
	changes, err := output.Compare(name, "events/evgen.manifest.json", inputs, out)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		t.Errorf("%s %s (rewrite with: go test ./golden -update, and review the diff)", c.Op, c.Path)
	}
	if *update {
		if err := output.Write(name, changes); err != nil {
			t.Fatal(err)
		}
	}
}

func layout(name string) plan.Layout {
	return plan.Layout{Locate: func(pkg string) (string, string) {
		return path.Join("events", pkg), path.Join("github.com/evgen/evgen/golden", name, "events", pkg)
	}}
}

func readSchemas(t *testing.T, name string) []*source.File {
	t.Helper()
	var files []*source.File
	root := os.DirFS(name)
	err := fs.WalkDir(root, "schema", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".yaml") {
			return err
		}
		content, err := fs.ReadFile(root, p)
		files = append(files, source.NewFile(p, content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(files, func(a, b *source.File) int { return strings.Compare(a.Name, b.Name) })
	return files
}
