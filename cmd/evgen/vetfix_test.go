package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/evgen/evgen/cmd/evgen/internal/govet"
)

func TestVetMendsAFileOfWindows(t *testing.T) {
	event := "event runtime.Envelope[memory.MemoryReworded]) error {\n"
	dir := exampleCopy(t, []seed{
		{sqliteFile, event, "\tcopied := func(event string) error {\n\t\t_ = time.Now()\n\t\treturn execFor(ctx, tx, runtime.Meta{}, seededCopy)\n\t}\n" +
			"\t_ = time.Now()\n\tif err := copied(\"another event\"); err != nil {\n\t\treturn err\n\t}\n"},
		{sqliteFile, "import (\n", "\t\"time\"\n"},
		{sqliteFile, "const (\n\tsearchTable = \"memory_search\"\n", "\tseededCopy = `\nINSERT INTO {words} (rowid, memory_id)\nSELECT doc, memory_id FROM {search}`\n"},
	})
	name := filepath.Join(dir, sqliteFile)
	writeText(t, name, edited(t, name, "\n", "\r\n"))
	found := vetFound(t, dir, "--fix", "./events/...")
	if !slices.Equal(found, []string{"clock " + sqliteFile}) {
		t.Errorf("left are %v", found)
	}
	text := edited(t, name, "_ = event.OccurredAt\r\n", "")
	edited(t, name, "SELECT doc, memory_id FROM {search} WHERE true ON CONFLICT DO NOTHING`\r\n", "")
	if n := strings.Count(text, "\n"); n != strings.Count(text, "\r\n") {
		t.Errorf("of %d lines not all end as before", n)
	}
	if !strings.Contains(text, "func(event string) error {\r\n\t\t_ = time.Now()") {
		t.Error("in the closure, event is another one")
	}
}

func TestVetTakesBackAFixThatDoesNotCompile(t *testing.T) {
	t.Setenv("GOFLAGS", "-mod=mod")
	dir := exampleCopy(t, nil)
	tool, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, evolveFile)
	before := edited(t, name, "", "")
	at := strings.Index(before, "m.Rewordings++")
	broken := govet.Finding{
		Package: exampleModule + "/mind", Rule: "clock", At: govet.Place{File: name, Line: 1, Column: 1},
		Fixes: []govet.Fix{{Message: "break it", Edits: []govet.Edit{{File: name, Start: at, End: at, New: "m.Rewordings\n\t"}}}},
	}
	var stderr bytes.Buffer
	v := &vetting{invocation: &invocation{process: process{stdout: &stderr, stderr: &stderr, env: func(string) string { return "" }}}}
	v.report = newReporter(v.invocation)
	command := govet.Command{Tool: tool, Dir: dir, Env: os.Environ()}
	_, err = v.mend(t.Context(), newVetted(command, []string{"./mind"}, dir, &govet.Result{Findings: []govet.Finding{broken}}))
	if err == nil || !strings.Contains(err.Error(), "taken back") {
		t.Errorf("%v\n%s", err, &stderr)
	}
	if edited(t, name, "", "") != before {
		t.Error("the file is not as it was")
	}
}
