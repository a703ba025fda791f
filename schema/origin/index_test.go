package origin_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/origin"
	"github.com/evgen/evgen/schema/origin/gittest"
)

func changed(t *testing.T, r gittest.Repo) string {
	t.Helper()
	changes, err := origin.Changed(t.Context(), gitIn(r.Dir))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, c := range changes {
		all = append(all, string(c.Kind)+" "+c.Name)
	}
	return strings.Join(all, ", ")
}

func TestTheIndexIsWhatIsStaged(t *testing.T) {
	r := gittest.New(t)
	r.Stage("schema/gone.yaml", "gone")
	r.Stage("schema/moved.yaml", "a file that moves, with enough text to be found again\n")
	r.Commit("schema/part.yaml", "1\n2\n3\n")
	r.Stage("schema/part.yaml", "1\n2 staged\n3\n")
	r.Write("schema/part.yaml", "1\n2 staged\n3 not staged\n")
	r.Write("schema/unknown.yaml", "untracked")
	r.Git("rm", "--quiet", "schema/gone.yaml")
	r.Git("mv", "schema/moved.yaml", "schema/there.yaml")
	r.Git("rm", "--quiet", "--cached", "--ignore-unmatch", "nothing")
	wantFiles(t, parse(t, r, "git:index"), map[string]string{
		"schema/part.yaml":  "1\n2 staged\n3\n",
		"schema/there.yaml": "a file that moves, with enough text to be found again\n",
	})
	want := "D schema/gone.yaml, D schema/moved.yaml, M schema/part.yaml, A schema/there.yaml"
	if got := changed(t, r); got != want {
		t.Errorf("changes: %s, want %s", got, want)
	}
}

func TestAFileRemovedFromDiskIsStillStaged(t *testing.T) {
	r := gittest.New(t)
	r.Commit("schema/a.yaml", "a")
	if err := os.RemoveAll(r.Path("schema")); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, parse(t, r, "git:index"), map[string]string{"schema/a.yaml": "a"})
	if got := changed(t, r); got != "" {
		t.Errorf("changes: %s", got)
	}
}

func TestFilesThatAreOnlyAnnouncedAreNotStaged(t *testing.T) {
	r := gittest.New(t)
	r.Stage("schema/empty.yaml", "")
	r.Write("schema/announced.yaml", "later")
	r.Git("add", "--intent-to-add", "schema/announced.yaml")
	wantFiles(t, parse(t, r, "git:index"), map[string]string{"schema/empty.yaml": ""})
	if got := changed(t, r); got != "A schema/empty.yaml" {
		t.Errorf("changes: %s", got)
	}
}

func TestChangesElsewhereAreNone(t *testing.T) {
	r := gittest.New(t)
	r.Commit("schema/a.yaml", "a")
	r.Stage("main.go", "package main")
	r.Stage("schema/notes.txt", "x")
	r.Stage(".github/workflows/ci.yaml", "x")
	if got := changed(t, r); got != "" {
		t.Errorf("changes: %s", got)
	}
	r.Stage("evgen.yaml", "x")
	r.Stage("evgen.lock", "x")
	if got := changed(t, r); got != "A evgen.lock, A evgen.yaml" {
		t.Errorf("changes: %s", got)
	}
}

func TestBeforeTheFirstCommitEverythingIsNew(t *testing.T) {
	r := gittest.New(t)
	r.Stage("schema/a.yaml", "a")
	if got := changed(t, r); got != "A schema/a.yaml" {
		t.Errorf("changes: %s", got)
	}
	wantFiles(t, parse(t, r, "git:index"), map[string]string{"schema/a.yaml": "a"})
	wantFault(t, parse(t, r, "git:HEAD"), origin.ErrNoCommits, "git:HEAD")
	wantFault(t, parse(t, r, "git:main"), origin.ErrNoCommits)
	wantFault(t, parse(t, r, "git:merge-base"), origin.ErrNoCommits)
}

func TestConflictsInTheIndexAreRefused(t *testing.T) {
	r := gittest.New(t)
	r.Commit("schema/a.yaml", "base\n")
	r.Git("checkout", "--quiet", "-b", "side")
	r.Commit("schema/a.yaml", "side\n")
	r.Git("checkout", "--quiet", "main")
	r.Commit("schema/a.yaml", "main\n")
	if err := r.Command("merge", "side").Run(); err == nil {
		t.Fatal("the merge found no conflict")
	}
	wantFault(t, parse(t, r, "git:index"), origin.ErrUnmerged, `"schema/a.yaml"`, "git add")
	if got := changed(t, r); !strings.Contains(got, "U schema/a.yaml") {
		t.Errorf("changes: %s", got)
	}
	r.Stage("schema/a.yaml", "both\n")
	wantFiles(t, parse(t, r, "git:index"), map[string]string{"schema/a.yaml": "both\n"})
}

func TestASparseCheckoutHidesNothing(t *testing.T) {
	r := gittest.New(t)
	r.Stage("src/main.go", "package main")
	r.Commit("schema/deep/a.yaml", "a")
	r.Git("sparse-checkout", "set", "--cone", "--sparse-index", "src")
	if _, err := os.Stat(r.Path("schema/deep/a.yaml")); err == nil {
		t.Fatal("the file was not left out")
	}
	wantFiles(t, parse(t, r, "git:index"), map[string]string{"schema/deep/a.yaml": "a"})
}

// As git calls hooks: GIT_INDEX_FILE names another index for commit -a and commit FILE, GIT_DIR is set in worktrees.
func TestHooksSeeWhatWillBeCommitted(t *testing.T) {
	r := gittest.New(t)
	r.Stage("shop/schema/b.yaml", "b")
	r.Commit("shop/schema/a.yaml", "old")
	r.Git("worktree", "add", "--quiet", r.Dir+" tree", "-b", "side")
	tree := gittest.Repo{TB: t, Dir: r.Dir + " tree"}
	for _, c := range []struct {
		name   string
		repo   gittest.Repo
		staged bool
		commit []string
		want   string
	}{
		{"plain", r, true, []string{"--quiet"}, "new"},
		{"all", r, false, []string{"--all"}, "new"},
		{"one file", r, false, []string{"--", "schema/a.yaml"}, "new"},
		{"another file", r, true, []string{"--", "schema/b.yaml"}, "old"},
		{"worktree", tree, true, []string{"--quiet"}, "new"},
		{"worktree, all", tree, false, []string{"--all"}, "new"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.repo
			defer r.Git("reset", "--quiet", "--hard")
			r.Write("shop/schema/a.yaml", "new")
			r.Write("shop/schema/b.yaml", "b2")
			if c.staged {
				r.Git("add", "shop/schema/a.yaml")
			}
			if got := stagedInHook(t, r, c.commit); got != c.want {
				t.Errorf("the hook saw %q, want %q", got, c.want)
			}
		})
	}
}

// stagedInHook commits from the module, undoes it, and returns what the hook read of a file.
func stagedInHook(t *testing.T, r gittest.Repo, commit []string) string {
	t.Helper()
	hooks := t.TempDir()
	script := "#!/bin/sh\n" + probeModule + "=\"$PWD/shop\" exec '" + os.Args[0] + "' >'" + hooks + "/said' 2>&1\n"
	if err := os.WriteFile(filepath.Join(hooks, "pre-commit"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := r.Command(append([]string{"-c", "core.hooksPath=" + hooks, "commit", "-m", "x"}, commit...)...)
	cmd.Dir = r.Path("shop")
	out, failed := cmd.CombinedOutput()
	said, err := os.ReadFile(filepath.Join(hooks, "said"))
	if failed != nil || err != nil {
		t.Fatalf("%v, %v: %s%s", failed, err, out, said)
	}
	r.Git("reset", "--quiet", "--soft", "HEAD~")
	return string(said)
}
