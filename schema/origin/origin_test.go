package origin_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/origin"
	"github.com/evgen/evgen/schema/origin/gittest"
)

// schemaDir is where evgen.yaml says schemas are; its tests write `schemas: DIR`.
func schemaDir(settings []byte) []string {
	if dir, ok := strings.CutPrefix(strings.TrimSpace(string(settings)), "schemas: "); ok {
		return strings.Fields(dir)
	}
	return []string{"schema"}
}

func gitIn(dir string) origin.Git { return origin.NewGit(dir, dir, gittest.Environ()) }

func parse(t *testing.T, r gittest.Repo, arg string) origin.Origin {
	t.Helper()
	o, err := origin.Parse(t.Context(), arg, origin.From{Dir: r.Dir, Git: gitIn(r.Dir)})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func read(t *testing.T, o origin.Origin) *origin.Tree {
	t.Helper()
	tree, err := o.Read(t.Context(), schemaDir)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// contents is every file of a tree.
func contents(t *testing.T, fsys fs.FS) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if d != nil && d.Name() == ".git" && d.IsDir() {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(fsys, name)
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func wantFiles(t *testing.T, o origin.Origin, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, contents(t, read(t, o).FS)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", o, diff)
	}
}

// wantFault reads a place that cannot be read.
func wantFault(t *testing.T, o origin.Origin, kind error, words ...string) {
	t.Helper()
	_, err := o.Read(t.Context(), schemaDir)
	wantError(t, err, kind, words...)
}

func wantError(t *testing.T, err, kind error, words ...string) {
	t.Helper()
	var fault *origin.Fault
	if !errors.Is(err, kind) || !errors.As(err, &fault) {
		t.Fatalf("got %v, want %v", err, kind)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("%q takes several lines", err)
	}
}

func TestACommitIsReadAsItWas(t *testing.T) {
	r := gittest.New(t)
	r.Stage("evgen.lock", "lock\n")
	r.Stage("other/x.yaml", "no schema\n")
	r.Stage("schema/.hidden/x.yaml", "hidden\n")
	r.Stage("schema/notes.md", "no schema\n")
	r.Commit("schema/a.yaml", "package: a\n")
	r.Commit("schema/a.yaml", "package: later\n")
	r.Write("schema/a.yaml", "package: dirty\n")

	wantFiles(t, parse(t, r, "git:HEAD~1"), map[string]string{"evgen.lock": "lock\n", "schema/a.yaml": "package: a\n"})
	wantFiles(t, parse(t, r, "git:main"), map[string]string{"evgen.lock": "lock\n", "schema/a.yaml": "package: later\n"})
	wantFiles(t, parse(t, r, "."), map[string]string{
		"evgen.lock": "lock\n", "other/x.yaml": "no schema\n", "schema/.hidden/x.yaml": "hidden\n", "schema/notes.md": "no schema\n",
		"schema/a.yaml": "package: dirty\n",
	})
}

func TestACommitIsReadByItsOwnSettings(t *testing.T) {
	r := gittest.New(t)
	r.Stage("evgen.yaml", "schemas: old more\n")
	r.Stage("more/b.yml", "b")
	r.Commit("old/a.yaml", "a")
	r.Commit("evgen.yaml", "schemas: new")
	wantFiles(t, parse(t, r, "git:HEAD~"), map[string]string{"evgen.yaml": "schemas: old more\n", "old/a.yaml": "a", "more/b.yml": "b"})
	tree := read(t, parse(t, r, "git:HEAD"))
	if !tree.IsEmpty() || !cmp.Equal(tree.Dirs, []string{"new"}) {
		t.Errorf("a directory without files holds schemas, or is not %v", tree.Dirs)
	}
	if _, err := fs.ReadDir(tree.FS, "new"); err != nil {
		t.Errorf("a schema directory without files is not there: %v", err)
	}
}

func TestAModuleBelowTheTopIsReadAlone(t *testing.T) {
	r := gittest.New(t)
	r.Stage("schema/top.yaml", "top")
	r.Commit("services/my shop/schema/a.yaml", "a")
	shop := gittest.Repo{TB: t, Dir: r.Path("services/my shop")}
	for _, arg := range []string{"git:HEAD", "git:index", "git:merge-base"} {
		wantFiles(t, parse(t, shop, arg), map[string]string{"schema/a.yaml": "a"})
	}
	changes, err := origin.Changed(t.Context(), gitIn(shop.Dir))
	if err != nil || len(changes) > 0 {
		t.Errorf("changes %v, %v; want none", changes, err)
	}
}

func TestAModuleYoungerThanTheCommitIsEmpty(t *testing.T) {
	r := gittest.New(t)
	r.Commit("readme", "x")
	r.Stage("new/schema/a.yaml", "a")
	o := parse(t, gittest.Repo{TB: t, Dir: r.Path("new")}, "git:HEAD")
	if tree := read(t, o); !tree.IsEmpty() {
		t.Errorf("it holds %v", contents(t, tree.FS))
	}
}

func TestStrangeNamesAreKept(t *testing.T) {
	r := gittest.New(t)
	names := []string{"schema/with space.yaml", "schema/quo\"te's.yaml", "schema/new\nline.yaml", "schema/tab\t.yaml", "schema/ünï/コード.yaml", "schema/*.yaml", "schema/:(top).yaml", "schema/-n.yaml"}
	want := map[string]string{}
	for _, name := range names {
		r.Stage(name, "content of "+name)
		want[name] = "content of " + name
	}
	wantFiles(t, parse(t, r, "git:index"), want)
	r.Git("commit", "--quiet", "-m", "names")
	wantFiles(t, parse(t, r, "git:HEAD"), want)
	if err := fstest.TestFS(read(t, parse(t, r, "git:HEAD")).FS, names...); err != nil {
		t.Error(err)
	}
}

func TestWhatIsNotReadIsNoted(t *testing.T) {
	r := gittest.New(t)
	other := gittest.New(t)
	other.Commit("schema/x.yaml", "x")
	r.Stage("schema/a.yaml", "a")
	r.Write("schema/\xff.yaml", "not UTF-8")
	if err := os.Symlink("a.yaml", r.Path("schema/link.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/tmp", r.Path("schema/dir")); err != nil {
		t.Fatal(err)
	}
	r.Git("add", ".")
	r.Git("submodule", "--quiet", "add", other.Dir, "schema/sub")
	for _, arg := range []string{"git:index", "git:HEAD"} {
		r.Git("commit", "--quiet", "--allow-empty", "-m", "links")
		tree := read(t, parse(t, r, arg))
		var rules []string
		for _, note := range tree.Notes {
			rules = append(rules, note.Rule+" "+note.Span.Position().File)
		}
		want := []string{"link-not-followed schema/dir", "link-not-followed schema/link.yaml", "submodule-not-read schema/sub", `file-name-not-utf8 "schema/\xff.yaml"`}
		if diff := cmp.Diff(want, rules); diff != "" {
			t.Errorf("%s (-want +got):\n%s", arg, diff)
		}
		if diff := cmp.Diff(map[string]string{"schema/a.yaml": "a"}, contents(t, tree.FS)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", arg, diff)
		}
	}
}

func TestALinkedSchemaDirectoryIsNoted(t *testing.T) {
	r := gittest.New(t)
	r.Stage("shared/a.yaml", "a")
	if err := os.Symlink("shared", r.Path("schema")); err != nil {
		t.Fatal(err)
	}
	r.Git("add", ".")
	if tree := read(t, parse(t, r, "git:index")); len(tree.Notes) != 1 || tree.Notes[0].Rule != "link-not-followed" {
		t.Errorf("notes: %v", tree.Notes)
	}
}

func TestLinkedSettingsAreRefused(t *testing.T) {
	r := gittest.New(t)
	r.Stage("real.yaml", "schemas: a")
	if err := os.Symlink("real.yaml", r.Path("evgen.yaml")); err != nil {
		t.Fatal(err)
	}
	r.Git("add", ".")
	wantFault(t, parse(t, r, "git:index"), origin.ErrLink, "evgen.yaml")
}

func TestStoredContentIsNotConverted(t *testing.T) {
	r := gittest.New(t)
	r.Stage(".gitattributes", "*.yaml text eol=crlf\n")
	r.Commit("schema/a.yaml", "one\r\ntwo\r\n")
	r.Git("config", "core.autocrlf", "true")
	wantFiles(t, parse(t, r, "git:index"), map[string]string{"schema/a.yaml": "one\ntwo\n"})
}

func TestLargeContentIsKnownByItsSize(t *testing.T) {
	r := gittest.New(t)
	r.Stage("schema/a.yaml", strings.Repeat("x", 17<<20))
	r.Stage("schema/b.yaml", "b")
	tree := read(t, parse(t, r, "git:index"))
	if info, err := fs.Stat(tree.FS, "schema/a.yaml"); err != nil || info.Size() != 17<<20 {
		t.Errorf("stat: %v, %v", info, err)
	}
	if _, err := fs.ReadFile(tree.FS, "schema/a.yaml"); err == nil {
		t.Error("it was kept")
	}
	if b, err := fs.ReadFile(tree.FS, "schema/b.yaml"); string(b) != "b" {
		t.Errorf("what follows it: %q, %v", b, err)
	}
}

func TestOtherHashes(t *testing.T) {
	r := gittest.In(t, filepath.Join(t.TempDir(), "r"), "--object-format=sha256")
	r.Stage("schema/empty.yaml", "")
	if got := changed(t, r); got != "A schema/empty.yaml" {
		t.Errorf("changes before the first commit: %s", got)
	}
	r.Commit("schema/a.yaml", "a")
	want := map[string]string{"schema/a.yaml": "a", "schema/empty.yaml": ""}
	wantFiles(t, parse(t, r, "git:HEAD"), want)
	wantFiles(t, parse(t, r, "git:index"), want)
}
