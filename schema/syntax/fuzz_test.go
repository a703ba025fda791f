package syntax_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
	"github.com/evgen/evgen/schema/syntax/shapetest"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// addSchemas seeds a fuzz target with the fixtures.
func addSchemas(f *testing.F) {
	for _, pattern := range []string{"testdata/*.yaml", "../../golden/diag/*/*.yaml"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			if len(b) < 4096 {
				f.Add(b)
			}
		}
	}
	f.Add([]byte("package: a\r\ntypes:\r\n  A: {fields: {x: string?, 'on': \"int64 | null\"}} # c\r\n"))
	f.Add([]byte("package: a\nevents:\n  E:\n    versions:\n      1:\n        fields:\n        # c\n          a: >-\n           string\n"))
}

// FuzzParse never panics, keeps diagnostics within the file, and prints what it accepts so that it parses back.
func FuzzParse(f *testing.F) {
	addSchemas(f)
	shape := shapetest.New(syntax.JSONSchema())
	f.Fuzz(func(t *testing.T, text []byte) {
		rep := &diag.Report{}
		file := source.NewFile("fuzz.yaml", text)
		doc := syntax.Parse(file, rep)
		for _, d := range rep.Sorted() {
			if d.Span.File != file || d.Span.Start < 0 || d.Span.Start > d.Span.End || d.Span.End > len(text) {
				t.Fatalf("%s: span %d-%d in %d bytes", d.Rule, d.Span.Start, d.Span.End, len(text))
			}
		}
		if rep.Len() > 0 || doc == nil {
			return
		}
		if err := shape.Check(tree.Parse(file, rep)); err != nil {
			t.Fatalf("only the JSON Schema refuses this: %v", err)
		}
		printed := syntax.Print(doc)
		again := syntax.Parse(source.NewFile("printed.yaml", printed), rep)
		for _, d := range rep.Sorted() {
			t.Fatalf("printed: %v [%s] %s\n%s", d.Span.Position(), d.Rule, d.Message, printed)
		}
		if diff := cmp.Diff(doc, again, withoutPlaces); diff != "" {
			t.Fatalf("parsed again (-want +got):\n%s\n%s", diff, printed)
		}
	})
}

// FuzzTypeExpr never panics; what it accepts it writes in a form that reads as the same type.
func FuzzTypeExpr(f *testing.F) {
	for _, seed := range []string{
		"string", "list<strng>?", "map<string, int64>", "(string | int64)?", "string? | null", "a.B@3 | null", "list<", "null", "((a))", "a|b|c?|null", "list<(a | b)>", "list<a?>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, ok := fieldType(text)
		if !ok {
			return
		}
		second, ok := fieldType(first.String())
		if !ok {
			t.Fatalf("%q is written as %q, which does not parse", text, first)
		}
		if diff := cmp.Diff(first, second, withoutPlaces); diff != "" {
			t.Fatalf("%q is written as %q (-want +got):\n%s", text, first, diff)
		}
	})
}

// fieldType parses a type as that of a field, in double quotes so that YAML does not get in the way.
func fieldType(text string) (*syntax.TypeExpr, bool) {
	quoted, err := json.Marshal(text)
	if err != nil || !utf8.ValidString(text) {
		return nil, false
	}
	rep := &diag.Report{}
	doc := syntax.Parse(source.NewFile("type.yaml", fmt.Appendf(nil, "package: a\ntypes: {T: {fields: {f: %s}}}\n", quoted)), rep)
	if doc == nil || rep.HasErrors() {
		return nil, false
	}
	return doc.Types[0].Versions[0].Struct.Fields[0].Type, true
}

// FuzzFormat never panics, is idempotent, and changes nothing but white space.
func FuzzFormat(f *testing.F) {
	addSchemas(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		rep := &diag.Report{}
		once := syntax.Format(source.NewFile("fuzz.yaml", text), rep)
		if rep.Len() > 0 {
			if once != nil {
				t.Fatal("formatted in spite of faults")
			}
			return
		}
		twice := syntax.Format(source.NewFile("once.yaml", once), rep)
		if rep.Len() > 0 {
			t.Fatalf("formatted text has faults: %v\n%s", rep.Sorted(), once)
		}
		if !bytes.Equal(once, twice) {
			t.Fatalf("formatted again:\n%s", cmp.Diff(string(once), string(twice)))
		}
		if !bytes.Equal(squeeze(text), squeeze(once)) {
			t.Fatalf("more than white space changed:\n%s", cmp.Diff(string(text), string(once)))
		}
	})
}

func squeeze(text []byte) []byte {
	return bytes.Join(bytes.FieldsFunc(bytes.TrimPrefix(text, []byte("\ufeff")), func(c rune) bool {
		return c == ' ' || c == '\t' || c == '\r' || c == '\n'
	}), nil)
}

// FuzzEvolve never panics; what it returns parses and has one version more. Pinning the uses of the type leaves none.
func FuzzEvolve(f *testing.F) {
	addSchemas(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		rep := &diag.Report{}
		doc := syntax.Parse(source.NewFile("fuzz.yaml", text), rep)
		if rep.Len() > 0 {
			return
		}
		if len(doc.Events) > 0 {
			after := evolved(t, text, doc.Events[0].Name.Value)
			if before, got := len(doc.Events[0].Versions), len(after.Events[0].Versions); got != before+1 {
				t.Fatalf("%d versions became %d:\n%s", before, got, after.File.Bytes)
			}
		}
		if len(doc.Types) == 0 || slices.ContainsFunc(doc.Events, func(e *syntax.EventDecl) bool { return e.Name.Value == doc.Types[0].Name.Value }) {
			return // an event of the same name is meant
		}
		after := evolved(t, text, doc.Types[0].Name.Value)
		if before, got := len(doc.Types[0].Versions), len(after.Types[0].Versions); got != before+1 {
			t.Fatalf("%d versions became %d:\n%s", before, got, after.File.Bytes)
		}
		checkPinned(t, after)
	})
}

func evolved(t *testing.T, text []byte, name string) *syntax.Document {
	rep := &diag.Report{}
	out := syntax.Evolve(source.NewFile("fuzz.yaml", text), name, rep)
	after := syntax.Parse(source.NewFile("out.yaml", out), rep)
	if rep.Len() > 0 {
		t.Fatalf("faults after evolving %q: %v\n%s", name, rep.Sorted(), out)
	}
	return after
}

func checkPinned(t *testing.T, doc *syntax.Document) {
	pin := func(file *source.File) ([]byte, int) {
		return syntax.PinType(file, doc.Package.Value, doc.Types[0].Name.Value, func(syntax.User) int { return 1 })
	}
	once, _ := pin(doc.File)
	rep := &diag.Report{}
	if syntax.Parse(source.NewFile("pinned.yaml", once), rep); rep.Len() > 0 {
		t.Fatalf("faults after pinning: %v\n%s", rep.Sorted(), once)
	}
	if twice, _ := pin(source.NewFile("pinned.yaml", once)); !bytes.Equal(once, twice) {
		t.Fatalf("pinned again:\n%s", cmp.Diff(string(once), string(twice)))
	}
}
