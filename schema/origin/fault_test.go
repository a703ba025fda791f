package origin_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/origin"
	"github.com/evgen/evgen/schema/origin/gittest"
)

func TestAMisspeltBranchIsGuessed(t *testing.T) {
	r := gittest.New(t)
	r.Commit("schema/a.yaml", "a")
	wantFault(t, parse(t, r, "git:mian"), origin.ErrNoCommit, "git:mian", `did you mean "main"?`)
	wantFault(t, parse(t, r, "git:mian~1"), origin.ErrNoCommit, `did you mean "main"?`)
	wantFault(t, parse(t, r, "git:merge-base:mian"), origin.ErrNoCommit, `did you mean "main"?`)
	wantFault(t, parse(t, r, "git:main~7"), origin.ErrNoCommit, "does not go back")
	wantFault(t, parse(t, r, "git:HEAD^{tree}"), origin.ErrNoCommit)
}

func TestABranchThatOnlyTheRemoteHasIsNamed(t *testing.T) {
	upstream := gittest.New(t)
	upstream.Commit("schema/a.yaml", "a")
	r := gittest.New(t)
	r.Git("fetch", "--quiet", upstream.Dir, "main:refs/remotes/origin/trunk")
	r.Commit("schema/a.yaml", "mine")
	wantFault(t, parse(t, r, "git:trunk"), origin.ErrNoCommit, "git:origin/trunk")
	wantFiles(t, parse(t, r, "git:origin/trunk"), map[string]string{"schema/a.yaml": "a"})
}

func TestShallowClonesAreNamed(t *testing.T) {
	upstream := gittest.New(t)
	upstream.Commit("schema/a.yaml", "1")
	upstream.Git("checkout", "--quiet", "-b", "side")
	upstream.Commit("schema/a.yaml", "2")
	upstream.Git("checkout", "--quiet", "main")
	upstream.Commit("schema/b.yaml", "3")
	r := gittest.Repo{TB: t, Dir: filepath.Join(t.TempDir(), "shallow")}
	upstream.Git("clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=side", "file://"+upstream.Dir, r.Dir)
	wantFault(t, parse(t, r, "git:HEAD~1"), origin.ErrNoCommit, "git fetch --unshallow")
	wantFault(t, parse(t, r, "git:merge-base"), origin.ErrNoMergeBase, "git fetch --unshallow")
	r.Git("fetch", "--quiet", "--unshallow")
	wantFiles(t, parse(t, r, "git:merge-base"), map[string]string{"schema/a.yaml": "1"})
}

func TestPlacesWithoutARepository(t *testing.T) {
	dir := t.TempDir()
	r := gittest.Repo{TB: t, Dir: dir}
	r.Write("schema/a.yaml", "a")
	for _, arg := range []string{"git:main", "git:index", "git:merge-base"} {
		wantFault(t, parse(t, r, arg), origin.ErrNoRepository, dir)
	}
	if _, err := origin.Changed(t.Context(), gitIn(dir)); err == nil {
		t.Error("changes outside of a repository")
	} else {
		wantError(t, err, origin.ErrNoRepository, "git:index")
	}
}

func TestBareRepositories(t *testing.T) {
	upstream := gittest.New(t)
	upstream.Commit("schema/a.yaml", "1")
	bare := filepath.Join(t.TempDir(), "bare.git")
	upstream.Git("clone", "--quiet", "--bare", upstream.Dir, bare)
	r := gittest.Repo{TB: t, Dir: bare}
	wantFault(t, parse(t, r, "git:index"), origin.ErrNoWorkTree, "clone")
	wantFault(t, parse(t, r, "git:main"), origin.ErrNoWorkTree, "clone")
}

func TestWithoutGit(t *testing.T) {
	r := gittest.New(t)
	r.Commit("schema/a.yaml", "a")
	o := parse(t, r, "git:index")
	t.Setenv("PATH", t.TempDir())
	wantFault(t, o, origin.ErrNoGit, "install it")
	wantFault(t, parse(t, r, "git:merge-base"), origin.ErrNoGit)
}

func TestDistrustIsExplained(t *testing.T) {
	r := gittest.New(t)
	r.Commit("schema/a.yaml", "a")
	env := append(gittest.Environ(), "GIT_TEST_ASSUME_DIFFERENT_OWNER=1")
	wantFault(t, origin.Index(origin.NewGit(r.Dir, r.Dir, env)), origin.ErrUnsafe, "git config --global --add safe.directory '"+r.Dir+"'")
}

func TestADamagedRepositoryIsAFault(t *testing.T) {
	r := gittest.New(t)
	r.Commit("schema/a.yaml", "some content")
	id := r.Git("rev-parse", "HEAD:schema/a.yaml")
	if err := os.Remove(r.Path(".git/objects/" + id[:2] + "/" + id[2:])); err != nil {
		t.Fatal(err)
	}
	wantFault(t, parse(t, r, "git:HEAD"), origin.ErrMissingObject, "schema/a.yaml", "git fsck")
	r.Write(".git/index", "no index")
	wantFault(t, parse(t, r, "git:index"), origin.ErrGit)
}

func TestReadingStopsWithItsContext(t *testing.T) {
	r := gittest.New(t)
	r.Commit("schema/a.yaml", "a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, arg := range []string{"git:index", "git:main", "git:merge-base"} {
		if _, err := parse(t, r, arg).Read(ctx, schemaDir); err == nil {
			t.Errorf("%s: read without a context", arg)
		} else {
			wantError(t, err, context.Canceled)
		}
	}
}

func TestADetachedWorktreeIsReadLikeAnyOther(t *testing.T) {
	r := gittest.New(t)
	r.Commit("schema/a.yaml", "1")
	r.Commit("schema/a.yaml", "2")
	tree := gittest.Repo{TB: t, Dir: filepath.Join(t.TempDir(), "tree")}
	r.Git("worktree", "add", "--quiet", "--detach", tree.Dir, "HEAD~1")
	tree.Stage("schema/b.yaml", "b")
	wantFiles(t, parse(t, tree, "git:index"), map[string]string{"schema/a.yaml": "1", "schema/b.yaml": "b"})
	wantFiles(t, parse(t, tree, "git:main"), map[string]string{"schema/a.yaml": "2"})
	wantFiles(t, parse(t, tree, "git:merge-base"), map[string]string{"schema/a.yaml": "1"})
	if got := changed(t, tree); got != "A schema/b.yaml" {
		t.Errorf("changes: %s", got)
	}
}

func TestASubmoduleIsARepositoryOfItsOwn(t *testing.T) {
	library := gittest.New(t)
	library.Commit("schema/a.yaml", "a")
	r := gittest.New(t)
	r.Git("submodule", "--quiet", "add", library.Dir, "lib")
	sub := gittest.Repo{TB: t, Dir: r.Path("lib")}
	sub.Stage("schema/b.yaml", "b")
	wantFiles(t, parse(t, sub, "git:HEAD"), map[string]string{"schema/a.yaml": "a"})
	wantFiles(t, parse(t, sub, "git:index"), map[string]string{"schema/a.yaml": "a", "schema/b.yaml": "b"})
}

func TestTheDefaultBranchIsFound(t *testing.T) {
	r := gittest.New(t)
	r.Commit("schema/a.yaml", "base")
	r.Git("checkout", "--quiet", "-b", "feature")
	r.Commit("schema/a.yaml", "feature")
	base := map[string]string{"schema/a.yaml": "base"}
	wantFiles(t, parse(t, r, "git:merge-base"), base)
	wantFiles(t, parse(t, r, "git:merge-base:main"), base)
	wantFiles(t, parse(t, r, "git:merge-base:feature"), map[string]string{"schema/a.yaml": "feature"})

	r.Git("branch", "--quiet", "-m", "main", "trunk") // nothing has a usual name any more
	wantFault(t, parse(t, r, "git:merge-base"), origin.ErrNoMergeBase, "git:merge-base:develop")
	r.Git("branch", "--quiet", "--set-upstream-to=trunk", "feature")
	wantFiles(t, parse(t, r, "git:merge-base"), base)

	r.Git("checkout", "--quiet", "--orphan", "alone")
	r.Commit("schema/a.yaml", "alone")
	wantFault(t, parse(t, r, "git:merge-base:trunk"), origin.ErrNoMergeBase, "share no history")
}

func TestArguments(t *testing.T) {
	r := gittest.New(t)
	r.Commit("dir/a.yaml", "a")
	for arg, want := range map[string]string{
		"git:main": "git:main", "git:index": "git:index", "git:merge-base": "git:merge-base",
		"git:merge-base:main": "git:merge-base:main", "git:HEAD~3": "git:HEAD~3", "git:v1 with space": "git:v1 with space",
		"dir": "dir", r.Dir: r.Dir, "dir/a.yaml": "dir/a.yaml",
	} {
		if got := parse(t, r, arg).String(); got != want {
			t.Errorf("%s is %s, want %s", arg, got, want)
		}
	}
	for arg, want := range map[string]struct {
		kind error
		word string
	}{
		"":                   {origin.ErrBadArgument, "git:REF"},
		"git:":               {origin.ErrBadArgument, "git:main"},
		"git:--output=x":     {origin.ErrBadArgument, "has such a name"},
		"git:a\nb":           {origin.ErrBadArgument, "has such a name"},
		"git:a..b":           {origin.ErrBadArgument, "range"},
		"git:main:schema":    {origin.ErrBadArgument, "the commit alone"},
		"git:merge-base:":    {origin.ErrBadArgument, "name a branch"},
		"main":               {origin.ErrNotFound, "git:main"},
		"HEAD~0":             {origin.ErrNotFound, "git:HEAD~0"},
		"gti:main":           {origin.ErrNotFound, "git:main"},
		"index":              {origin.ErrNotFound, "git:index"},
		"no/such/directory":  {origin.ErrNotFound, "no/such/directory"},
		"--exec=touch /tmp/": {origin.ErrNotFound, "--exec"},
		os.DevNull:           {origin.ErrBadArgument, "neither a file nor a directory"},
	} {
		_, err := origin.Parse(t.Context(), arg, origin.From{Dir: r.Dir, Git: gitIn(r.Dir)})
		wantError(t, err, want.kind, want.word)
	}
}

func TestADirectoryOfSchemaFilesIsOneInGit(t *testing.T) {
	r := gittest.New(t)
	r.Commit("deep/a.yaml", "a")
	for _, arg := range []string{"git:HEAD", "git:index"} {
		wantFiles(t, parse(t, r, arg), map[string]string{"deep/a.yaml": "a"})
	}
	r.Write("go.mod", "module x")
	wantFiles(t, parse(t, r, "git:HEAD"), map[string]string{})
}

func TestADirectoryOfSchemaFilesNeedsNoModule(t *testing.T) {
	dir := t.TempDir()
	r := gittest.Repo{TB: t, Dir: dir}
	r.Write("loose/deep/a.yaml", "a")
	r.Write("module/go.mod", "module x")
	r.Write("plain/schema/a.yaml", "a")
	for name, want := range map[string]string{"loose": ".", "module": "schema", "plain": "schema", "loose/deep": "."} {
		if got := read(t, parse(t, r, name)).Dirs; strings.Join(got, " ") != want {
			t.Errorf("%s: directories %v, want %s", name, got, want)
		}
	}
	o := parse(t, r, "loose")
	if err := os.RemoveAll(r.Path("loose")); err != nil {
		t.Fatal(err)
	}
	wantFault(t, o, origin.ErrNotFound, "loose")
}
