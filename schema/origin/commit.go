package origin

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/diag"
)

// commit is what a git revision holds: git:main, git:HEAD~3.
type commit struct {
	git Git
	ref string
	id  string // set while it is read
}

// Commit returns the module as the commit has it that a git revision names. The directory of git is the module's root.
func Commit(g Git, ref string) Origin { return commit{git: g, ref: ref} }

// String implements Origin.
func (c commit) String() string { return "git:" + c.ref }

// Read implements Origin.
func (c commit) Read(ctx context.Context, dirs Dirs) (*Tree, error) {
	return readGit(ctx, c.git, &c, dirs)
}

func (c *commit) pin(ctx context.Context, objs *objects) (string, error) {
	obj, err := objs.one(c.ref + "^{commit}")
	if err != nil {
		return "", err
	}
	if obj.kind != "commit" {
		return "", c.missing(ctx)
	}
	c.id = obj.id
	return obj.id + ":./", nil
}

func (c *commit) list(ctx context.Context, paths []string) ([]entry, error) {
	out, err := c.git.Output(ctx, append([]string{"ls-tree", "-rz", c.id, "--"}, paths...)...)
	if err != nil {
		return nil, err
	}
	return parseTree(out)
}

// missing says why there is no such commit. It is asked only when there is none, so it may take its time.
func (c *commit) missing(ctx context.Context) error {
	if !c.git.resolves(ctx, "HEAD") && c.git.countCommits(ctx) == 0 {
		return &Fault{Kind: ErrNoCommits, Help: "commit something first, or compare with a directory or an export file"}
	}
	fault := &Fault{Kind: ErrNoCommit, Detail: fmt.Sprintf("%q", c.ref)}
	base, isRelative := c.base()
	known := c.git.refs(ctx)
	switch {
	case isRelative && c.git.resolves(ctx, base):
		fault.Help = fmt.Sprintf("the history of %q does not go back that far", base)
	case slices.Contains(known, "origin/"+base):
		fault.Help = fmt.Sprintf("the remote has it: git:origin/%s", c.ref)
	default:
		fault.Detail += diag.DidYouMean(base, known)
	}
	if c.git.isShallow(ctx) {
		fault.Help = strings.TrimPrefix(fault.Help+"; ", "; ") + shallowHelp
	}
	return fault
}

// shallowHelp is the way out of a clone that lacks history.
const shallowHelp = "this clone is shallow: run `git fetch --unshallow`, or give the checkout of your CI its full depth (fetch-depth: 0)"

// base is the name that a revision such as main~3 starts from.
func (c *commit) base() (name string, isRelative bool) {
	if i := strings.IndexAny(c.ref, "~^@"); i > 0 {
		return c.ref[:i], true
	}
	return c.ref, false
}

func (g Git) resolves(ctx context.Context, ref string) bool {
	_, err := g.Output(ctx, "rev-parse", "--verify", "--quiet", ref+"^{commit}")
	return err == nil
}

// countCommits counts no further than 1.
func (g Git) countCommits(ctx context.Context) int {
	out, err := g.Output(ctx, "rev-list", "--all", "--max-count=1")
	if err != nil {
		return 0
	}
	return strings.Count(string(out), "\n")
}

// refs returns the short names of branches and tags.
func (g Git) refs(ctx context.Context) []string {
	out, err := g.Output(ctx, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes")
	if err != nil {
		return nil
	}
	return strings.Fields(string(out))
}

func (g Git) isShallow(ctx context.Context) bool {
	out, err := g.Output(ctx, "rev-parse", "--is-shallow-repository")
	return err == nil && strings.TrimSpace(string(out)) == "true"
}
