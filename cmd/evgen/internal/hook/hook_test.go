package hook_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evgen/evgen/cmd/evgen/internal/hook"
	"github.com/evgen/evgen/schema/origin"
	"github.com/evgen/evgen/schema/origin/gittest"
)

// bench is a repository with a module in a directory, and an evgen that notes how it is called.
type bench struct {
	gittest.Repo
	module string // relative to the top
	tools  string
}

// newBench makes a repository with one commit of a module.
func newBench(t *testing.T, module string) bench {
	t.Helper()
	b := bench{gittest.New(t), module, t.TempDir()}
	b.Stage(filepath.ToSlash(filepath.Join(module, "go.mod")), "module example.com/shop\n")
	b.Commit(b.schema(), "package: a\n")
	b.tool("evgen", `echo "evgen $*" >> "`+b.tools+`/calls"; test ! -e "`+b.tools+`/findings"`)
	return b
}

func (b bench) schema() string { return filepath.ToSlash(filepath.Join(b.module, "schema/a.yaml")) }

// tool puts a program before all others in the PATH of hooks.
func (b bench) tool(name, body string) {
	b.Helper()
	if err := os.WriteFile(filepath.Join(b.tools, name), []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
		b.Fatal(err)
	}
}

func (b bench) site() *hook.Site {
	b.Helper()
	site, err := b.find()
	if err != nil {
		b.Fatal(err)
	}
	return site
}

func (b bench) find() (*hook.Site, error) {
	dir := filepath.Join(b.Dir, b.module)
	return hook.Find(b.Context(), origin.NewGit(dir, dir, gittest.Environ()))
}

func (b bench) install() hook.Outcome {
	b.Helper()
	done, err := b.site().Install()
	if err != nil {
		b.Fatal(err)
	}
	return done
}

func (b bench) uninstall() hook.Outcome {
	b.Helper()
	done, err := b.site().Uninstall()
	if err != nil {
		b.Fatal(err)
	}
	return done
}

// commit runs git commit with the tools, and returns what it said and whether it committed.
func (b bench) commit(args ...string) (said string, committed bool) {
	b.Helper()
	cmd := b.Command(append([]string{"commit", "-m", "x"}, args...)...)
	cmd.Env = append(cmd.Env, "PATH="+b.tools+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		b.Fatal(err)
	}
	return string(out), err == nil
}

// calls returns what evgen was called with since the last time.
func (b bench) calls() string {
	b.Helper()
	path := filepath.Join(b.tools, "calls")
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	if err != nil {
		b.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// wantCommit stages another schema and commits it.
func (b bench) wantCommit(content, calls string) {
	b.Helper()
	b.Stage(b.schema(), content)
	if said, committed := b.commit(); !committed {
		b.Errorf("not committed: %s", said)
	}
	if got := b.calls(); got != calls {
		b.Errorf("evgen was called %q, want %q", got, calls)
	}
}

// hookFile writes a hook of somebody else's.
func (b bench) hookFile(name, body string) {
	b.Helper()
	b.Write(name, "#!/bin/sh\n"+body+"\n")
	if err := os.Chmod(b.Path(name), 0o755); err != nil {
		b.Fatal(err)
	}
}

// state is the name, mode and content of all files of a directory.
func (b bench) state(dir string) string {
	b.Helper()
	entries, err := os.ReadDir(b.Path(dir))
	if err != nil {
		b.Fatal(err)
	}
	var all strings.Builder
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			b.Fatal(err)
		}
		text, _ := os.ReadFile(filepath.Join(b.Path(dir), e.Name()))
		all.WriteString(e.Name() + " " + info.Mode().String() + "\n" + string(text) + "\n")
	}
	return all.String()
}

const called = "evgen -C . check --staged"

func TestCommitsAreChecked(t *testing.T) {
	b := newBench(t, ".")
	if done := b.install(); !done.Changed || done.Former != "" {
		t.Errorf("install: %+v", done)
	}
	b.wantCommit("package: b\n", called)

	if err := os.WriteFile(filepath.Join(b.tools, "findings"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	b.Stage(b.schema(), "package: c\n")
	if said, committed := b.commit(); committed || !strings.Contains(said, "--no-verify") {
		t.Errorf("committed %v: %s", committed, said)
	}
	if _, committed := b.commit("--no-verify"); !committed {
		t.Error("--no-verify does not commit")
	}
}

func TestCommitsWithoutSchemasDoNotEvenStartEvgen(t *testing.T) {
	b := newBench(t, ".")
	b.install()
	b.Stage("main.go", "package main")
	b.Write(b.schema(), "not staged")
	if said, committed := b.commit(); !committed {
		t.Errorf("not committed: %s", said)
	}
	if got := b.calls(); got != "" {
		t.Errorf("evgen was called: %s", got)
	}
	if _, committed := b.commit("--all"); !committed || b.calls() != called {
		t.Error("commit --all was not checked")
	}
}

func TestTheFirstCommitIsChecked(t *testing.T) {
	b := newBench(t, ".")
	b.Git("checkout", "--quiet", "--orphan", "new")
	b.install()
	b.wantCommit("package: first\n", called)
}

func TestInstallingTwiceChangesNothing(t *testing.T) {
	b := newBench(t, ".")
	b.hookFile(".git/hooks/pre-commit", "exit 0")
	b.install()
	before := b.state(".git/hooks")
	if done := b.install(); done.Changed {
		t.Errorf("second install: %+v", done)
	}
	if got := b.state(".git/hooks"); got != before {
		t.Errorf("hooks changed:\n%s", got)
	}
	if err := os.Chmod(b.Path(".git/hooks/pre-commit"), 0o644); err != nil {
		t.Fatal(err)
	}
	b.install()
	if got := b.state(".git/hooks"); got != before {
		t.Error("the executable bit was not mended")
	}
}

func TestAFormerHookRunsFirstAndComesBack(t *testing.T) {
	b := newBench(t, ".")
	b.hookFile(".git/hooks/pre-commit", `echo "former $(basename "$0") $#" >> "`+b.tools+`/calls"; test ! -e "`+b.tools+`/stop"; exit`)
	before := b.state(".git/hooks")
	if done := b.install(); done.Former != b.Path(".git/hooks/pre-commit.before-evgen") {
		t.Errorf("install: %+v", done)
	}
	b.wantCommit("package: b\n", "former pre-commit.before-evgen 0\n"+called)
	if err := os.WriteFile(filepath.Join(b.tools, "stop"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	b.Stage(b.schema(), "package: c\n")
	if _, committed := b.commit(); committed || b.calls() != "former pre-commit.before-evgen 0" {
		t.Error("a former hook that refuses is passed by")
	}
	if done := b.uninstall(); !done.Changed || done.Former == "" {
		t.Errorf("uninstall: %+v", done)
	}
	if got := b.state(".git/hooks"); got != before {
		t.Errorf("hooks are\n%s\nand were\n%s", got, before)
	}
	if done := b.uninstall(); done.Changed {
		t.Errorf("second uninstall: %+v", done)
	}
}

func TestAFormerHookKeepsItsKind(t *testing.T) {
	b := newBench(t, ".")
	b.hookFile("tools/check.sh", `echo linked >> "`+b.tools+`/calls"`)
	if err := os.Symlink("../../tools/check.sh", b.Path(".git/hooks/pre-commit")); err != nil {
		t.Fatal(err)
	}
	b.install()
	b.wantCommit("package: b\n", "linked\n"+called)
	b.uninstall()
	if target, err := os.Readlink(b.Path(".git/hooks/pre-commit")); err != nil || target != "../../tools/check.sh" {
		t.Errorf("the link is %q, %v", target, err)
	}

	b.Git("config", "core.hooksPath", ".git/more")
	b.Write(".git/more/pre-commit", "#!/bin/sh\nexit 1\n") // not executable: git ignores it
	b.install()
	b.wantCommit("package: c\n", called)
}

func TestModulesShareOneHook(t *testing.T) {
	b := newBench(t, "services/my 'shop'")
	other := b
	other.module = "b"
	b.Commit("b/go.mod", "module example.com/b\n")
	b.install()
	other.install()
	b.wantCommit("package: b\n", "evgen -C b check --staged\nevgen -C services/my 'shop' check --staged")
	b.uninstall()
	b.wantCommit("package: c\n", "evgen -C b check --staged")
	if _, installed, err := b.site().Installed(); installed || err != nil {
		t.Errorf("still installed, or %v", err)
	}
	if _, installed, err := other.site().Installed(); !installed || err != nil {
		t.Errorf("not installed, or %v", err)
	}
	b.Git("rm", "--quiet", "-r", "--cached", "b")
	if err := os.RemoveAll(b.Path("b")); err != nil {
		t.Fatal(err)
	}
	b.wantCommit("package: d\n", "") // a branch without that module
	other.Write("b/go.mod", "")
	other.uninstall()
	if _, err := os.Stat(b.Path(".git/hooks/pre-commit")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the hook is still there: %v", err)
	}
}

func TestThePinnedEvgenComesFirst(t *testing.T) {
	b := newBench(t, "shop")
	b.tool("go", `echo "go $* in $(basename "$PWD") of $(git ls-files --full-name | head -1)" >> "`+b.tools+`/calls"`)
	b.Commit("shop/go.mod", "module example.com/shop\n\ntool github.com/evgen/evgen/cmd/evgen\n")
	b.install()
	b.wantCommit("package: b\n", "go tool evgen check --staged in shop of shop/go.mod")
}

func TestWithoutEvgenNothingIsCommitted(t *testing.T) {
	b := newBench(t, ".")
	b.install()
	if err := os.Remove(filepath.Join(b.tools, "evgen")); err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("evgen"); err == nil {
		t.Setenv("PATH", "/usr/bin:/bin")
	}
	b.Stage(b.schema(), "package: b\n")
	if said, committed := b.commit(); committed || !strings.Contains(said, "go get -tool") {
		t.Errorf("committed %v: %s", committed, said)
	}
}
