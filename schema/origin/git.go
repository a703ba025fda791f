package origin

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Git runs git's plumbing in one directory. It takes no locks, starts no pager, asks nobody for a password, fetches
// nothing, and speaks English whatever the locale, so that its complaints can be understood.
type Git struct {
	dir string
	env []string
}

// NewGit returns git for a directory. Environ is the environment of the process, as os.Environ gives it, and cwd the
// directory in which that environment was made: git calls hooks with GIT_DIR and GIT_INDEX_FILE set, relative to it.
func NewGit(dir, cwd string, environ []string) Git {
	env := slices.Clone(environ)
	if gitDir := lookup(env, "GIT_DIR"); gitDir != "" {
		if !filepath.IsAbs(gitDir) {
			env = append(env, "GIT_DIR="+filepath.Join(cwd, gitDir))
		}
		// With GIT_DIR alone git takes the directory it runs in for the top of the working tree.
		if lookup(env, "GIT_WORK_TREE") == "" && filepath.Clean(dir) != filepath.Clean(cwd) {
			env = append(env, "GIT_WORK_TREE="+cwd)
		}
	}
	return Git{dir: dir, env: append(env, "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1")}
}

// In returns the same git for another directory.
func (g Git) In(dir string) Git { return Git{dir: dir, env: g.env} }

// lookup returns the last value of a variable, the one that counts.
func lookup(env []string, name string) string {
	for _, pair := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value
		}
	}
	return ""
}

func (g Git) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", append([]string{"--no-pager", "--no-optional-locks", "--literal-pathspecs"}, args...)...)
	cmd.Dir, cmd.Env = g.dir, g.env
	cmd.WaitDelay = time.Second
	return cmd
}

// Output runs one git command and returns what it prints. It blocks until git ends or ctx does. Errors: a *Fault.
func (g Git) Output(ctx context.Context, args ...string) ([]byte, error) {
	cmd := g.command(ctx, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, g.explain(ctx, args[0], stderr.String(), err)
	}
	return out, nil
}

// File returns a file of the module as a commit has it, and whether it is there: a repository, a commit or a file that
// is missing gives none. It blocks until git ends or ctx does.
func (g Git) File(ctx context.Context, revision, name string) (content []byte, there bool) {
	content, err := g.Output(ctx, "cat-file", "blob", revision+":./"+name)
	return content, err == nil
}

// complaints are what git says, in the C locale, and what it means.
func (g Git) complaints() []Fault {
	return []Fault{
		{Detail: "not a git repository", Kind: ErrNoRepository, Help: "`git init` makes one"},
		{Detail: "dubious ownership", Kind: ErrUnsafe, Help: "another user owns it; if you trust it, run: git config --global --add safe.directory " + quoteArgument(g.dir)},
		{Detail: "unsafe repository", Kind: ErrUnsafe, Help: "another user owns it; if you trust it, run: git config --global --add safe.directory " + quoteArgument(g.dir)},
		{Detail: "must be run in a work tree", Kind: ErrNoWorkTree, Help: "run in a clone of it, or set GIT_WORK_TREE"},
		{Detail: "outside working tree", Kind: ErrNoWorkTree, Help: "run in a clone of it, or set GIT_WORK_TREE"},
		{Detail: "outside repository", Kind: ErrNoRepository, Help: "GIT_DIR or GIT_WORK_TREE points elsewhere"},
	}
}

// explain turns a git that failed into a fault.
func (g Git) explain(ctx context.Context, action, stderr string, err error) error {
	if ctx.Err() != nil {
		return &Fault{Kind: ErrGit, Detail: "git " + action + " was stopped", Cause: ctx.Err()}
	}
	if errors.Is(err, exec.ErrNotFound) {
		return &Fault{Kind: ErrNoGit, Help: "install it, or compare with a directory or an export file", Cause: err}
	}
	for _, known := range g.complaints() {
		if strings.Contains(stderr, known.Detail) {
			return &Fault{Kind: known.Kind, Detail: g.dir, Help: known.Help, Cause: err}
		}
	}
	return &Fault{Kind: ErrGit, Detail: "git " + action + ": " + firstComplaint(stderr, err), Cause: err}
}

// firstComplaint is the first line in which git says what is wrong.
func firstComplaint(stderr string, err error) string {
	for line := range strings.Lines(stderr) {
		for _, prefix := range []string{"fatal: ", "error: "} {
			if said, ok := strings.CutPrefix(line, prefix); ok {
				return strings.TrimSpace(said)
			}
		}
	}
	if said := strings.TrimSpace(stderr); said != "" {
		return strings.ReplaceAll(said, "\n", "; ")
	}
	return err.Error()
}

// quoteArgument writes a word for a POSIX shell.
func quoteArgument(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
