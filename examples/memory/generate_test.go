package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/evgen/evgen/generator"
	"github.com/evgen/evgen/generator/output"
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

var update = flag.Bool("update", false, "rewrite golden files and generated code; the run that rewrites fails")

// Paths are those that the configuration at the root of the module gives.
const (
	moduleRoot = "../.."
	schemaFile = "examples/memory/schema/memory.yaml"
	outDir     = "examples/memory/events"
)

func TestGeneratedCodeIsWhatTheSchemaSays(t *testing.T) {
	content := readRoot(t, schemaFile)
	released := readLock(t)
	var rep diag.Report
	rendered, err := generator.Generate(generator.Input{
		Files:    []*source.File{source.NewFile(schemaFile, content)},
		Layout:   plan.Layout{Locate: locate},
		Declared: generator.ReadDeclared(moduleRoot),
		Released: func(m *model.Model) ([]diag.Diagnostic, error) { return lock.Check(released, m) },
		Pinned:   pinned(released),
	}, &rep)
	for _, d := range rep.Sorted() {
		t.Errorf("%v: %s: %s", d.Span.Position(), d.Rule, d.Message)
	}
	if err != nil || t.Failed() {
		t.Fatal("generate: ", err)
	}
	changes, err := output.Compare(moduleRoot, outDir+"/evgen.manifest.json", map[string][]byte{schemaFile: content}, rendered)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		t.Errorf("%s %s (rewrite with: go generate ./examples/memory)", c.Op, c.Path)
	}
	if *update {
		if err := output.Write(moduleRoot, changes); err != nil {
			t.Fatal(err)
		}
	}
}

// readRoot reads a file by its path from the root of the module.
func readRoot(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(moduleRoot, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// readLock reads what was released; nobody may change it.
func readLock(t *testing.T) *lock.Lock {
	t.Helper()
	released, err := lock.Read(readRoot(t, lock.FileName))
	if err != nil {
		t.Fatal(err)
	}
	return released
}

func pinned(released *lock.Lock) (payloads []generator.Pinned) {
	for _, e := range released.Entries {
		if e.Kind == lock.Event {
			payloads = append(payloads, generator.Pinned{Wire: e.Wire, Version: e.Version, Payload: e.Sample})
		}
	}
	return payloads
}

func locate(pkg string) (dir, importPath string) {
	dir = outDir + "/" + pkg
	return dir, "github.com/evgen/evgen/" + dir
}
