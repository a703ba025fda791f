package origin

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/evgen/evgen/schema/diag"
)

// From is where an argument is read: names of files are relative to Dir, git looks at the module.
type From struct {
	Dir string // absolute
	Git Git    // in the root of the module
}

// Parse reads the argument of --against:
//
//	git:REF               a commit: git:main, git:HEAD~3, git:v1.2.0
//	git:merge-base        where HEAD left the default branch; see MergeBase
//	git:merge-base:REF    where HEAD left REF
//	git:index             what is staged
//	DIR                   a module, or a directory of schema files
//	FILE                  what `evgen export` wrote
//
// It looks at the disk, and at git only to say what was perhaps meant. Errors: a *Fault.
func Parse(ctx context.Context, arg string, from From) (Origin, error) {
	if ref, ok := strings.CutPrefix(arg, "git:"); ok {
		return parseRevision(ref, from.Git)
	}
	if arg == "" {
		return nil, badArgument(arg, "name a directory, an export file, or git:REF")
	}
	path := arg
	if !filepath.IsAbs(path) {
		path = filepath.Join(from.Dir, path)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, notThere(ctx, arg, from.Git, err)
	case info.IsDir():
		return directory{path, arg}, nil
	case info.Mode().IsRegular():
		return exportFile{path, arg}, nil
	default:
		return nil, badArgument(arg, "it is neither a file nor a directory")
	}
}

func parseRevision(ref string, g Git) (Origin, error) {
	branch, isBase := strings.CutPrefix(ref, "merge-base:")
	switch {
	case ref == "index":
		return Index(g), nil
	case ref == "merge-base":
		return MergeBase(g, ""), nil
	case isBase:
		return MergeBase(g, branch), checkRevision(branch)
	default:
		return Commit(g, ref), checkRevision(ref)
	}
}

// checkRevision refuses what git would not take for the name of one commit.
func checkRevision(ref string) error {
	switch {
	case ref == "":
		return badArgument("git:", "name a branch, a tag or a commit, as in git:main")
	case strings.HasPrefix(ref, "-"), strings.ContainsFunc(ref, unicode.IsControl):
		return badArgument("git:"+ref, "no branch, tag or commit has such a name")
	case strings.Contains(ref, ".."), strings.HasPrefix(ref, "^"):
		return badArgument("git:"+ref, "it is a range; name one commit, or git:merge-base:REF")
	case strings.Contains(ref, ":"):
		return badArgument("git:"+ref, "name the commit alone; the module is looked for at its own place in it"+diag.DidYouMean(ref, []string{"merge-base:"}))
	}
	return nil
}

func badArgument(arg, help string) error {
	return &Fault{Kind: ErrBadArgument, Detail: fmt.Sprintf("%q", arg), Help: help}
}

// notThere says that nothing on disk has a name, and what was perhaps meant: the name of a branch, or another prefix.
func notThere(ctx context.Context, arg string, g Git, cause error) error {
	fault := &Fault{Kind: ErrNotFound, Detail: fmt.Sprintf("%q", arg), Cause: cause}
	prefix, rest, hasPrefix := strings.Cut(arg, ":")
	switch {
	case hasPrefix && diag.Nearest(prefix, []string{"git", "ref", "branch"}) != "":
		fault.Help = fmt.Sprintf("a commit is named git:%s", rest)
	case arg == "index" || arg == "staged" || arg == "merge-base":
		fault.Help = "did you mean " + map[string]string{"index": "git:index", "staged": "git:index", "merge-base": "git:merge-base"}[arg] + "?"
	case !strings.HasPrefix(arg, "-") && g.resolves(ctx, arg):
		fault.Help = fmt.Sprintf("did you mean the commit git:%s?", arg)
	}
	return fault
}
