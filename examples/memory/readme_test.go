package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/graph"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
)

const readme = "README.md"

// The drawing in the README is what evgen graph draws.
func TestTheReadmeDrawsTheSchema(t *testing.T) {
	var rep diag.Report
	m := resolve.Resolve(load.Documents([]*source.File{source.NewFile(schemaFile, readRoot(t, schemaFile))}, &rep), &rep)
	if m == nil || rep.HasErrors() {
		t.Fatal(rep.Sorted())
	}
	want := graph.Of(m).Mermaid()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := bytes.Cut(text, []byte("```mermaid\n"))
	got, after, found := bytes.Cut(rest, []byte("```\n"))
	if !found {
		t.Fatal("the README has no drawing")
	}
	diff := cmp.Diff(string(want), string(got))
	if diff == "" {
		return
	}
	t.Errorf("drawing (-want +got, rewrite with: go test ./examples/memory -update):\n%s", diff)
	if *update {
		if err := os.WriteFile(readme, bytes.Join([][]byte{before, []byte("```mermaid\n"), want, []byte("```\n"), after}, nil), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
