package load_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/load"
)

func files(names ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, name := range names {
		fsys[name] = &fstest.MapFile{Data: []byte("package: a\n")}
	}
	return fsys
}

func loadNames(t *testing.T, fsys fs.FS, dirs ...string) ([]string, *diag.Report) {
	t.Helper()
	rep := &diag.Report{}
	docs, err := load.Load(fsys, dirs, rep)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range docs {
		names = append(names, d.File.Name)
	}
	return names, rep
}

func TestLoadReadsTheTreeInOrder(t *testing.T) {
	fsys := files("schema/z.yaml", "schema/b/a.yml", "schema/a.yaml", "schema/.git/x.yaml", "schema/.old.yaml", "schema/notes.md", "other/x.yaml")
	names, rep := loadNames(t, fsys, "schema", "schema/b")
	if diff := cmp.Diff([]string{"schema/a.yaml", "schema/b/a.yml", "schema/z.yaml"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if rep.Len() > 0 {
		t.Errorf("diagnostics: %v", rep.Sorted())
	}
}

func TestLoadReportsNames(t *testing.T) {
	for _, c := range []struct {
		rule string
		fsys fstest.MapFS
	}{
		{"twin-files", files("schema/a.yaml", "schema/A.yaml")},
		{"no-schema-files", files("schema/a.txt")},
	} {
		_, rep := loadNames(t, c.fsys, "schema")
		if rep.Len() != 1 || rep.Sorted()[0].Rule != c.rule {
			t.Errorf("want %s, got %v", c.rule, rep.Sorted())
		}
	}
}

func TestLoadFailsOnAMissingDirectory(t *testing.T) {
	if _, err := load.Load(files("a.yaml"), []string{"schema"}, &diag.Report{}); err == nil {
		t.Error("no error")
	}
}

func TestLoadSurvivesLinksInCircles(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.yaml"), []byte("package: a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(".", filepath.Join(dir, "self")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(".", filepath.Join(dir, "self.yaml")); err != nil {
		t.Fatal(err)
	}
	names, _ := loadNames(t, os.DirFS(dir), ".")
	if diff := cmp.Diff([]string{"a.yaml"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
