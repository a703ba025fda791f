package hook

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/evgen/evgen/schema/origin"
)

// Site is where the hook of a module goes.
type Site struct {
	Module string // root of the module, relative to the top of the working tree, with slashes; "." for the top
	Top    string // the working tree
	Dir    string // the directory of hooks
	Shared bool   // the directory belongs to the working tree, so that a hook in it is committed
}

// Find asks git where hooks are: core.hooksPath counts, all worktrees of a repository share theirs, and a submodule has
// its own. Git runs in the root of the module. Errors: a *origin.Fault, ErrElsewhere, ErrName.
func Find(ctx context.Context, git origin.Git) (*Site, error) {
	place, err := ask(ctx, git, "--show-toplevel", "--show-prefix")
	if err != nil {
		return nil, err
	}
	s := &Site{Top: filepath.FromSlash(place[0]), Module: strings.TrimSuffix(place[1], "/")}
	if s.Module == "" {
		s.Module = "."
	}
	hooks, err := ask(ctx, git.In(s.Top), "--path-format=absolute", "--git-common-dir", "--git-path", "hooks")
	if err != nil {
		return nil, err
	}
	common, dir := filepath.FromSlash(hooks[0]), filepath.FromSlash(hooks[1])
	if filepath.Base(dir) == "_" && filepath.Base(filepath.Dir(dir)) == ".husky" {
		dir = filepath.Dir(dir) // husky's own scripts in there are made anew, and call those above
	}
	s.Dir = dir
	s.Shared = isIn(dir, s.Top) && !isIn(dir, common)
	if !s.Shared && !isIn(dir, common) {
		return nil, fmt.Errorf("%s: %w", dir, ErrElsewhere)
	}
	return s, nil
}

// Shown is a path as people read it best: relative to the working tree where it lies in there.
func (s *Site) Shown(path string) string {
	if rel, err := filepath.Rel(s.Top, path); err == nil && isIn(path, s.Top) {
		return rel
	}
	return path
}

// ask runs git rev-parse with questions that have a line each for an answer.
func ask(ctx context.Context, git origin.Git, questions ...string) ([]string, error) {
	out, err := git.Output(ctx, append([]string{"rev-parse"}, questions...)...)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != 2 {
		return nil, fmt.Errorf("%q: %w", lines, ErrName)
	}
	return lines, nil
}

// isIn reports whether a path is a directory or below it, whatever links lead there.
func isIn(path, dir string) bool {
	rel, err := filepath.Rel(real(dir), real(path))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// real resolves the links of a path as far as it exists.
func real(path string) string {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	if parent := filepath.Dir(path); parent != path {
		return filepath.Join(real(parent), filepath.Base(path))
	}
	return path
}
