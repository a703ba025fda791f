package jsonschema_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/importer/jsonschema"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/syntax"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata/cases")

// TestCases imports the files under in/ of each archive and compares what comes out: documents, losses, guesses, errors.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { checkCase(t, name) })
	}
}

func checkCase(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var inputs []jsonschema.Input
	var kept, want []txtar.File
	for _, f := range archive.Files {
		if in, ok := strings.CutPrefix(f.Name, "in/"); ok {
			inputs = append(inputs, jsonschema.Input{Name: in, Bytes: f.Data})
			kept = append(kept, f)
			continue
		}
		want = append(want, f)
	}
	got := outcome(jsonschema.Import(inputs, jsonschema.Options{}))
	slices.Reverse(inputs)
	if diff := cmp.Diff(got, outcome(jsonschema.Import(inputs, jsonschema.Options{}))); diff != "" {
		t.Errorf("the order of the inputs matters:\n%s", diff)
	}
	if diff := cmp.Diff(asText(want), asText(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
		if *update {
			archive.Files = append(kept, got...)
			if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	mustResolve(t, got)
}

// outcome is a result as files.
func outcome(r jsonschema.Result, report *diag.Report) []txtar.File {
	var out []txtar.File
	for _, d := range r.Documents {
		out = append(out, txtar.File{Name: "want/" + d.File.Name, Data: syntax.Print(d)})
	}
	lines := func(name string, lines []string) {
		if len(lines) > 0 {
			out = append(out, txtar.File{Name: name, Data: []byte(strings.Join(lines, "\n") + "\n")})
		}
	}
	var losses, guesses, errors []string
	for _, l := range r.Losses {
		losses = append(losses, fmt.Sprintf("%s#%s: %s: %s", l.File, l.Pointer, l.Keyword, l.Message))
	}
	for _, g := range r.Guesses {
		guesses = append(guesses, fmt.Sprintf("%s: %s: %s", g.In, g.Field, g.Message))
	}
	for _, d := range report.Sorted() {
		at := d.Span.Position()
		errors = append(errors, fmt.Sprintf("%s:%d:%d: %s", at.File, at.Line, at.Column, d.Rule))
	}
	lines("losses", losses)
	lines("guesses", guesses)
	lines("errors", errors)
	lines("definitions", r.Definitions)
	return out
}

func asText(files []txtar.File) map[string]string {
	out := map[string]string{}
	for _, f := range files {
		out[f.Name] = string(f.Data)
	}
	return out
}

// mustResolve reads the printed documents back: what is imported is a valid schema.
func mustResolve(t *testing.T, files []txtar.File) {
	t.Helper()
	var docs []*syntax.Document
	var report diag.Report
	for _, f := range files {
		if strings.HasPrefix(f.Name, "want/") {
			docs = append(docs, parse(f.Name, f.Data, &report))
		}
	}
	resolve.Resolve(docs, &report)
	for _, d := range report.Sorted() {
		t.Errorf("%v: %s: %s", d.Span.Position(), d.Rule, d.Message)
	}
}

func TestImportReadsReferredFilesFromTheLoaderOnly(t *testing.T) {
	loader := fstest.MapFS{"defs/user.json": {Data: []byte(`{"type":"object","properties":{"name":{"type":"string"}}}`)}}
	in := []jsonschema.Input{{Name: "seen.json", Bytes: []byte(
		`{"type":"object","properties":{"by":{"$ref":"defs/user.json"},"at":{"$ref":"../secret.json"},"of":{"$ref":"/defs/user"}}}`)}}
	r, report := jsonschema.Import(in, jsonschema.Options{Package: "spy", Loader: onlyInside{loader, t}})
	if report.HasErrors() || len(r.Documents) != 1 {
		t.Fatalf("%d documents, %v", len(r.Documents), report.Sorted())
	}
	fields := r.Documents[0].Events[0].Versions[0].Struct.Fields
	for i, want := range []string{"User", "json", "User"} {
		if got := fields[i].Type.Name; got != want {
			t.Errorf("field %s is %s, want %s", fields[i].Name.Value, got, want)
		}
	}
	if len(r.Losses) != 1 || r.Losses[0].Pointer != "/properties/at" || r.Losses[0].Keyword != "$ref" {
		t.Errorf("losses %v", r.Losses)
	}
}

// onlyInside fails the test when a path leaves the root.
type onlyInside struct {
	fs.FS
	t *testing.T
}

func (o onlyInside) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		o.t.Errorf("opened %q", name)
	}
	return o.FS.Open(name)
}

func TestFormatsCanBeTrustedOrIgnored(t *testing.T) {
	in := []jsonschema.Input{{Name: "f.json", Bytes: []byte(`{"type":"object","properties":{
		"id":{"type":"string","format":"uuid"},"at":{"type":"string","format":"date-time"},"for":{"type":"string","format":"duration"}}}`)}}
	for formats, want := range map[jsonschema.Formats]string{
		jsonschema.Exact: "string timestamp string", jsonschema.Trust: "uuid timestamp duration", jsonschema.Annotate: "string string string",
	} {
		r, _ := jsonschema.Import(in, jsonschema.Options{Formats: formats})
		var got []string
		for _, f := range r.Documents[0].Events[0].Versions[0].Struct.Fields {
			got = append(got, f.Type.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("formats %d: %v, want %s", formats, got, want)
		}
	}
}

func TestPackageNameMustBeOne(t *testing.T) {
	for _, name := range []string{"Upper", "a-b", "func", "../x", "1a"} {
		r, report := jsonschema.Import(nil, jsonschema.Options{Package: name})
		if !report.HasErrors() || report.Sorted()[0].Rule != "import-bad-package" || r.Documents != nil {
			t.Errorf("%q: %v", name, report.Sorted())
		}
	}
}
