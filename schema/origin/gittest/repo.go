// Package gittest makes git repositories for tests.
//
// In: a test. Out: a repository in a temporary directory that no setting of the machine or the user touches. It is
// imported by tests alone.
package gittest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Repo is a repository with a working tree, or a bare one. A command that fails ends the test.
type Repo struct {
	testing.TB
	Dir string
}

// New makes an empty repository whose branch is main.
func New(t testing.TB) Repo { return In(t, filepath.Join(t.TempDir(), "repo")) }

// In makes an empty repository in a directory, with further arguments of git init.
func In(t testing.TB, dir string, args ...string) Repo {
	t.Helper()
	r := Repo{t, dir}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	r.Git(append([]string{"init", "--quiet", "--initial-branch=main"}, args...)...)
	return r
}

// Environ is the environment of git, without what the machine, the user or a hook around the test has set.
func Environ() []string {
	var env []string
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "GIT_") {
			env = append(env, pair)
		}
	}
	return append(env, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.com", "GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.com",
		"GIT_ALLOW_PROTOCOL=file")
}

// Command returns a git command in the repository.
func (r Repo) Command(args ...string) *exec.Cmd {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = r.Dir, Environ()
	return cmd
}

// Git runs git and returns what it prints, without the last line break.
func (r Repo) Git(args ...string) string {
	r.Helper()
	out, err := r.Command(args...).CombinedOutput()
	if err != nil {
		r.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSuffix(string(out), "\n")
}

// Path is where a slash-separated name stands on disk.
func (r Repo) Path(name string) string { return filepath.Join(r.Dir, filepath.FromSlash(name)) }

// Write puts a file into the working tree.
func (r Repo) Write(name, content string) {
	r.Helper()
	if err := os.MkdirAll(filepath.Dir(r.Path(name)), 0o755); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(r.Path(name), []byte(content), 0o644); err != nil {
		r.Fatal(err)
	}
}

// Stage writes a file and adds it to the index.
func (r Repo) Stage(name, content string) {
	r.Helper()
	r.Write(name, content)
	r.Git("add", "--", name)
}

// Commit writes and stages a file and commits the index.
func (r Repo) Commit(name, content string) {
	r.Helper()
	r.Stage(name, content)
	r.Git("commit", "--quiet", "--message", "change "+name)
}
