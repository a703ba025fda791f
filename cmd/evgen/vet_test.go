package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/analysis"
)

const exampleModule = "example.com/memory"

// exampleCopy is the example application as a module of its own, with seeds in it.
func exampleCopy(t *testing.T, seeds []seed) string {
	t.Helper()
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(repo, "examples/memory"))); err != nil {
		t.Fatal(err)
	}
	gomod := edited(t, filepath.Join(repo, "go.mod"), "module github.com/evgen/evgen", "module "+exampleModule)
	gomod += "\nrequire github.com/evgen/evgen v0.0.0\n\nreplace github.com/evgen/evgen => " + repo + "\n"
	writeText(t, filepath.Join(dir, "go.mod"), gomod)
	writeText(t, filepath.Join(dir, "go.sum"), edited(t, filepath.Join(repo, "go.sum"), "", ""))
	err = filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, "_test.go") {
			return os.Remove(name) // they need what is internal to this module
		}
		if err == nil && strings.HasSuffix(name, ".go") {
			writeText(t, name, edited(t, name, "github.com/evgen/evgen/examples/memory", exampleModule))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range seeds {
		s.sow(t, dir)
	}
	return dir
}

// seed is a fault: text that is put behind other text of a file. Without other text it is a new file.
type seed struct{ file, behind, text string }

func (s seed) sow(t *testing.T, dir string) {
	t.Helper()
	name := filepath.Join(dir, filepath.FromSlash(s.file))
	if s.behind == "" {
		writeText(t, name, s.text)
		return
	}
	writeText(t, name, edited(t, name, s.behind, s.behind+s.text))
}

// edited is a file in which old text was replaced by new text; old text has to be there.
func edited(t *testing.T, name, old, replacement string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) && !strings.Contains(old, "/examples/") {
		t.Fatalf("%s does not hold %q", name, old)
	}
	if old == "" {
		return string(text)
	}
	return strings.ReplaceAll(string(text), old, replacement)
}

func writeText(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// vetFound is what evgen vet finds in a directory: rules with files, sorted, each once.
func vetFound(t *testing.T, dir string, args ...string) []string {
	t.Helper()
	t.Setenv("GOFLAGS", "-mod=mod")
	var stdout, stderr bytes.Buffer
	status := run(process{
		args: append([]string{"vet", "--json"}, args...), dir: dir, stdin: strings.NewReader(""),
		stdout: &stdout, stderr: &stderr, env: func(string) string { return "" },
	})
	var report struct {
		Diagnostics []struct {
			Rule    string
			Message string
			Place   struct{ File string }
		}
	}
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil || status == statusFailed {
		t.Fatalf("status %d: %v\n%s\n%s", status, err, &stdout, &stderr)
	}
	var found []string
	for _, d := range report.Diagnostics {
		t.Logf("%s: %s: %s", d.Place.File, d.Rule, d.Message)
		found = append(found, d.Rule+" "+d.Place.File)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

const (
	evolveFile   = "mind/evolve.go"
	recordFile   = "mind/seededrecord.go"
	postgresFile = "events/memory/memorypg/memory_search.go"
	sqliteFile   = "events/memory/memorysqlite/memory_search.go"
)

// seeds are one fault for each rule, and for some a second one.
func seeds() []seed {
	handler := func(event string) string {
		return "func (writtenMemorySearch) " + event + "(_ context.Context, tx *pgmodel.Tx, event runtime.Envelope[memory." + event + "]) error {\n"
	}
	return []seed{
		{evolveFile, "m.Rewordings++\n", "\tm.LastAccess = seededClock()\n\tm.Rewordings += rand.Int()\n\tm.Text = seededOrder(map[string]bool{})\n"},
		{evolveFile, "import (\n", "\t\"math/rand\"\n"},
		{"mind/seeded.go", "", `package mind

import "time"

var seededNow = time.Now

func seededClock() time.Time { return seededNow() }

func seededOrder(words map[string]bool) (text string) {
	for word := range words {
		text += word
	}
	return text
}
`},
		{recordFile, "", `package mind

import (
	"context"

	"example.com/memory/events/memory"
	"github.com/evgen/evgen/runtime"
)

func (m *Mind) seededRecord(ctx context.Context, e runtime.Envelope[memory.MemoryConsolidated]) {
	e.Data.Parts[0] = e.Data.Parts[1]
	_, _ = m.store.Append(ctx, e.Stream, runtime.ExpectAny(), runtime.CausedBy(e), memory.MemoryReworded{})
}

func seededSwitch(e memory.Event) bool {
	switch e.(type) {
	case memory.MemoryReworded:
		return true
	}
	return false
}
`},
		{postgresFile, handler("MemoryCreated"), "\tseededRun()\n"},
		{postgresFile, handler("MemoryReworded"), "\tseededGet()\n"},
		{postgresFile, handler("MemoryAccessed"), "\tgo seededGet()\n"},
		{postgresFile, handler("MemoryAbsorbed"), "\tseededRead()\n"},
		{postgresFile, handler("MemoryForgotten"), "\tseededHost()\n"},
		{"events/memory/memorypg/seeded.go", "", `package memorypg

import (
	"net/http"
	"os"
	"os/exec"
)

func seededRun() { _ = exec.Command("date").Run() }

func seededGet() { _, _ = http.Get("https://example.com") }

func seededRead() { _, _ = os.ReadFile("words.txt") }

func seededHost() { _, _ = os.Hostname() }
`},
		{sqliteFile, "type writtenMemorySearch struct{", "seeded *sql.DB"},
		{sqliteFile, "import (\n", "\t\"database/sql\"\n\t\"time\"\n"},
		{sqliteFile, "event runtime.Envelope[memory.MemoryReworded]) error {\n", "\t_ = time.Now()\n\t_ = written.seeded.Ping()\n\t//evgen:ignore random\n"},
		{sqliteFile, "func (", "written "},
		{sqliteFile, "event runtime.Envelope[memory.MemoryAbsorbed]) error {\n", "\tseededRecord(runtime.Root())\n" +
			"\t_ = execFor(ctx, tx, event.Meta, \"INSERT INTO {search} (memory_id, score) VALUES (?1, 0)\")\n" +
			"\t_ = execFor(ctx, tx, event.Meta, \"UPDATE {search} SET score = score + random() WHERE memory_id = ?1\")\n"},
		{"events/memory/memorysqlite/seeded.go", "", "package memorysqlite\n\nimport \"github.com/evgen/evgen/runtime\"\n\nfunc seededRecord(runtime.Cause) {}\n"},
	}
}

func TestVetFindsNothingInTheExamples(t *testing.T) {
	if diff := cmp.Diff([]string(nil), vetFound(t, exampleCopy(t, nil))); diff != "" {
		t.Error(diff)
	}
}

func TestVetFindsEverySeededFault(t *testing.T) {
	dir := exampleCopy(t, seeds())
	want := []string{
		"clock " + sqliteFile, "clock " + evolveFile, "concurrency " + postgresFile, "environment " + postgresFile,
		"filesystem " + postgresFile, "foreign-store " + sqliteFile, "hidden-dependency " + sqliteFile, "map-order " + evolveFile,
		"network " + postgresFile, "process " + postgresFile, "random " + evolveFile, "suppression " + sqliteFile,
		"mutated-event " + recordFile, "ignored-ack " + recordFile, "missing-fields " + recordFile, "exhaustive " + recordFile,
		"lost-cause " + sqliteFile, "insert-without-conflict " + sqliteFile, "unguarded-increment " + sqliteFile, "sql-clock " + sqliteFile,
	}
	slices.Sort(want)
	for _, r := range analysis.Pages() {
		if !slices.ContainsFunc(want, func(s string) bool { return strings.HasPrefix(s, r.ID+" ") }) {
			t.Errorf("there is no seed for %s", r.ID)
		}
	}
	if diff := cmp.Diff(want, vetFound(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want = slices.DeleteFunc(want, func(s string) bool {
		return s == "clock "+sqliteFile || s == "lost-cause "+sqliteFile || s == "insert-without-conflict "+sqliteFile
	})
	if diff := cmp.Diff(want, vetFound(t, dir, "--fix")); diff != "" {
		t.Errorf("after --fix (-want +got):\n%s", diff)
	}
	mended := edited(t, filepath.Join(dir, sqliteFile), "_ = event.OccurredAt", "")
	if strings.Contains(mended, `"time"`) {
		t.Errorf("an import is left that nothing uses:\n%s", mended)
	}
}

func TestGoVetTakesEvgenAsItsTool(t *testing.T) {
	dir := exampleCopy(t, seeds())
	tool, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "vet", "-vettool="+tool, "-clock", "./mind")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=-mod=mod")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "evolver.MemoryReworded -> seededClock -> seededNow -> time.Now [clock]\n") || strings.Contains(string(out), "at random") {
		t.Errorf("%v\n%s", err, out)
	}
}
