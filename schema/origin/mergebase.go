package origin

import (
	"context"
	"fmt"
	"strings"
)

// mergeBase is where the current branch left another one.
type mergeBase struct {
	git    Git
	branch string // "" for the default branch
}

// MergeBase returns the module as it was where HEAD left a branch. The branch "" is the default branch: the one that
// origin/HEAD names, else the first of origin/main, origin/master, main and master, else the upstream of the current
// branch. Where there are several merge bases, git's choice counts.
func MergeBase(g Git, branch string) Origin { return mergeBase{git: g, branch: branch} }

// String implements Origin.
func (m mergeBase) String() string {
	if m.branch == "" {
		return "git:merge-base"
	}
	return "git:merge-base:" + m.branch
}

// Read implements Origin. It takes two processes more than a commit.
func (m mergeBase) Read(ctx context.Context, dirs Dirs) (*Tree, error) {
	id, err := m.find(ctx)
	if err != nil {
		return nil, at(m, err)
	}
	tree, err := Commit(m.git, id).Read(ctx, dirs)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m, err)
	}
	return tree, nil
}

func (m mergeBase) find(ctx context.Context) (id string, err error) {
	branch := m.branch
	if branch == "" {
		if branch, err = m.git.defaultBranch(ctx); err != nil {
			return "", err
		}
	} else if !m.git.resolves(ctx, branch) {
		return "", (&commit{git: m.git, ref: branch}).missing(ctx)
	}
	out, err := m.git.Output(ctx, "merge-base", "HEAD", branch)
	if err == nil {
		return strings.TrimSpace(string(out)), nil
	}
	return "", m.unrelated(ctx, branch, err)
}

// unrelated says why two branches have no commit in common.
func (m mergeBase) unrelated(ctx context.Context, branch string, cause error) error {
	if ctx.Err() != nil {
		return cause
	}
	if !m.git.resolves(ctx, "HEAD") {
		return &Fault{Kind: ErrNoCommits, Help: "commit something first, or compare with a directory or an export file"}
	}
	fault := &Fault{Kind: ErrNoMergeBase, Detail: fmt.Sprintf("HEAD and %q", branch), Help: "they share no history; name a branch: git:merge-base:BRANCH"}
	if m.git.isShallow(ctx) {
		fault.Help = shallowHelp
	}
	return fault
}

// defaultBranches are where a default branch is looked for, in this order.
func defaultBranches() []string {
	return []string{"refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master"}
}

// defaultBranch returns the default branch, by one process unless it has to be the upstream.
func (g Git) defaultBranch(ctx context.Context) (string, error) {
	candidates := defaultBranches()
	out, err := g.Output(ctx, append([]string{"for-each-ref", "--format=%(refname)"}, candidates...)...)
	if err != nil {
		return "", err
	}
	there := strings.Fields(string(out))
	for _, candidate := range candidates {
		for _, name := range there {
			if name == candidate {
				return name, nil
			}
		}
	}
	if g.resolves(ctx, "@{upstream}") {
		return "@{upstream}", nil
	}
	if !g.resolves(ctx, "HEAD") {
		return "", &Fault{Kind: ErrNoCommits, Help: "commit something first, or compare with a directory or an export file"}
	}
	return "", &Fault{Kind: ErrNoMergeBase, Help: "no default branch is known; name one, as in git:merge-base:develop, or run `git remote set-head origin --auto`"}
}
