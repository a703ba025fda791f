package origin_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
	"testing/fstest"

	"github.com/evgen/evgen/schema/origin"
	"github.com/evgen/evgen/schema/origin/gittest"
)

func exported(t *testing.T, r gittest.Repo) string {
	t.Helper()
	text, err := origin.Export(read(t, parse(t, r, ".")))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func sample(t *testing.T) gittest.Repo {
	r := gittest.Repo{TB: t, Dir: t.TempDir()}
	r.Write("evgen.yaml", "schemas: events\n")
	r.Write("evgen.lock", "lock")
	r.Write("events/b.yaml", "# <b> & \u2028\r\npackage: b\n")
	r.Write("events/a/a.yml", "")
	r.Write("events/.hidden/x.yaml", "hidden")
	r.Write("events/notes.md", "no schema")
	r.Write("other/x.yaml", "no schema")
	return r
}

func TestAnExportHoldsTheModule(t *testing.T) {
	r := sample(t)
	r.Write("export.json", exported(t, r))
	wantFiles(t, parse(t, r, "export.json"), map[string]string{
		"evgen.yaml": "schemas: events\n", "evgen.lock": "lock", "events/b.yaml": "# <b> & \u2028\r\npackage: b\n", "events/a/a.yml": "",
	})
	tree := read(t, origin.ExportFile(r.Path("export.json")))
	again, err := origin.Export(tree)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(exported(t, r), string(again)); diff != "" {
		t.Errorf("an export of an export differs:\n%s", diff)
	}
	if err := fstest.TestFS(tree.FS, "events/b.yaml", "events/a/a.yml"); err != nil {
		t.Error(err)
	}
}

func TestAnExportReadsLikeADiff(t *testing.T) {
	r := sample(t)
	before := strings.Split(exported(t, r), "\n")
	r.Write("events/b.yaml", "# <b> & \u2028\r\npackage: changed\n")
	changed := 0
	for i, line := range strings.Split(exported(t, r), "\n") {
		if line != before[i] {
			changed++
		}
	}
	if changed != 3 { // the line and two digests
		t.Errorf("%d lines changed, want 3", changed)
	}
}

func TestExportsThatAreNotWholeAreRefused(t *testing.T) {
	r := sample(t)
	whole := exported(t, r)
	for name, c := range map[string]struct {
		text string
		kind error
		word string
	}{
		"line changed":   {strings.Replace(whole, "package: b", "package: c", 1), origin.ErrEdited, `"events/b.yaml"`},
		"file renamed":   {strings.Replace(whole, "events/b.yaml", "events/c.yaml", 1), origin.ErrEdited, `"events/c.yaml"`},
		"digest changed": {strings.Replace(whole, `"digest": "sha256:`, `"digest": "sha256:0`, 1), origin.ErrEdited, "added, removed"},
		"key added":      {strings.Replace(whole, `"files"`, `"extra": 1, "files"`, 1), origin.ErrEdited, "extra"},
		"trailing":       {whole + "{}", origin.ErrNotExport, ""},
		"conflict":       {strings.Replace(whole, "\n", "\n<<<<<<< HEAD\n", 1), origin.ErrEdited, "merge-conflict"},
		"newer":          {strings.Replace(whole, `"evgen_export": 1`, `"evgen_export": 2, "new": {}`, 1), origin.ErrNewerFormat, "update evgen"},
		"older than all": {strings.Replace(whole, `"evgen_export": 1`, `"evgen_export": 0`, 1), origin.ErrNotExport, ""},
		"another json":   {`{"a": 1}`, origin.ErrNotExport, "evgen export -o FILE"},
		"an array":       {`[1]`, origin.ErrNotExport, ""},
		"yaml":           {"package: a\n", origin.ErrNotExport, ""},
		"empty":          {"", origin.ErrNotExport, ""},
		"binary":         {"\x00\xff", origin.ErrNotExport, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r.Write("x.json", c.text)
			wantFault(t, parse(t, r, "x.json"), c.kind, "x.json", c.word)
		})
	}
}

func TestAnExportCutAnywhereIsRefused(t *testing.T) {
	r := sample(t)
	whole := strings.TrimSpace(exported(t, r))
	for n := 1; n < len(whole); n++ {
		r.Write("x.json", whole[:n])
		wantFault(t, parse(t, r, "x.json"), origin.ErrTruncated)
	}
}

func TestAnExportMayBeReformatted(t *testing.T) {
	r := sample(t)
	compact := strings.Join(strings.FieldsFunc(exported(t, r), func(c rune) bool { return c == '\n' }), "\r\n\t")
	r.Write("x.json", "\ufeff"[:0]+compact)
	if got := len(contents(t, read(t, parse(t, r, "x.json")).FS)); got != 4 {
		t.Errorf("%d files, want 4", got)
	}
}

func TestTextThatJSONCannotHoldIsNotExported(t *testing.T) {
	r := sample(t)
	r.Write("events/b.yaml", "package: \xff\n")
	_, err := origin.Export(read(t, parse(t, r, ".")))
	wantError(t, err, origin.ErrNotExportable, "events/b.yaml")
}

func TestEveryTextSurvivesExport(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.json")
	rapid.Check(t, func(rt *rapid.T) {
		content := rapid.String().Draw(rt, "content")
		tree := &origin.Tree{FS: fstest.MapFS{"schema/a.yaml": {Data: []byte(content)}}, Dirs: []string{"schema"}}
		text, err := origin.Export(tree)
		if err != nil {
			rt.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			rt.Fatal(err)
		}
		back, err := origin.ExportFile(path).Read(t.Context(), schemaDir)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := back.FS.(interface {
			ReadFile(string) ([]byte, error)
		}).ReadFile("schema/a.yaml")
		if err != nil || !bytes.Equal(got, []byte(content)) {
			rt.Fatalf("%q became %q, %v", content, got, err)
		}
	})
}
