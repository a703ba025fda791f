package origin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// index is what is staged: the content of the next commit.
type index struct{ git Git }

// Index returns the module as git's index has it: staged content, whatever the working tree looks like. GIT_INDEX_FILE
// counts, as git sets it for `git commit -a` and `git commit FILE`.
func Index(g Git) Origin { return index{g} }

// String implements Origin.
func (index) String() string { return "git:index" }

// Read implements Origin.
func (x index) Read(ctx context.Context, dirs Dirs) (*Tree, error) {
	return readGit(ctx, x.git, x, dirs)
}

func (index) pin(context.Context, *objects) (string, error) { return ":0:./", nil }

func (x index) list(ctx context.Context, paths []string) ([]entry, error) {
	out, err := x.git.Output(ctx, append([]string{"ls-files", "--stage", "-z", "--"}, paths...)...)
	if err != nil {
		return nil, err
	}
	entries, err := parseIndex(out)
	if err != nil {
		return nil, err
	}
	if err := refuseConflicts(entries); err != nil {
		return nil, err
	}
	return x.withoutIntents(ctx, entries)
}

// refuseConflicts names schema files that a merge has left in several versions.
func refuseConflicts(entries []entry) error {
	var names []string
	for _, e := range entries {
		if e.stage != "0" && isWanted(e.name, []string{"."}) {
			names = append(names, fmt.Sprintf("%q", e.name))
		}
	}
	if names = slices.Compact(names); len(names) > 0 {
		return &Fault{Kind: ErrUnmerged, Detail: strings.Join(names, ", "), Help: "resolve them and `git add` the result"}
	}
	return nil
}

// The names of empty things, with SHA-1 and SHA-256.
const (
	emptyBlob    = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
	emptyBlob256 = "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"
	emptyTree    = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
	emptyTree256 = "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
)

// withoutIntents leaves out files that `git add --intent-to-add` only announced: the next commit will not have them.
// They look like empty files, and only those make it ask git again.
func (x index) withoutIntents(ctx context.Context, entries []entry) ([]entry, error) {
	args := []string{"diff-index", "--cached", "--ita-invisible-in-index", "--relative", "--no-renames", "--name-only", "-z", emptyTree, "--"}
	for _, e := range entries {
		switch {
		case !isWanted(e.name, []string{"."}):
		case e.id == emptyBlob256:
			args[7] = emptyTree256
			fallthrough
		case e.id == emptyBlob:
			args = append(args, e.name)
		}
	}
	doubtful := args[9:]
	if len(doubtful) == 0 {
		return entries, nil
	}
	out, err := x.git.Output(ctx, args...)
	if err != nil {
		return nil, err
	}
	staged := strings.Split(string(out), "\x00")
	return slices.DeleteFunc(entries, func(e entry) bool {
		return slices.Contains(doubtful, e.name) && !slices.Contains(staged, e.name)
	}), nil
}

// Change is a file whose staged content differs from that of the last commit.
type Change struct {
	Name string // relative to the root of the module
	Kind ChangeKind
}

// ChangeKind says what became of a file. A rename is a deletion and an addition.
type ChangeKind byte

// The kinds of changes, as git writes them.
const (
	Added       ChangeKind = 'A'
	Deleted     ChangeKind = 'D'
	Modified    ChangeKind = 'M'
	TypeChanged ChangeKind = 'T' // a file became a link, or the other way round
	Unmerged    ChangeKind = 'U'
)

// Changed returns which schema files, evgen.yaml and evgen.lock differ between git's index and HEAD, sorted by name. It
// looks at all *.yaml and *.yml files of the module, in one process, and reads no content; without HEAD, every file
// counts as added. Errors: a *Fault.
func Changed(ctx context.Context, g Git) ([]Change, error) {
	changes, err := g.changesSince(ctx, "HEAD")
	if errors.Is(err, ErrGit) && !g.resolves(ctx, "HEAD") {
		var tree string
		if tree, err = g.emptyTree(ctx); err == nil {
			changes, err = g.changesSince(ctx, tree)
		}
	}
	if err != nil {
		return nil, at(index{}, err)
	}
	return changes, nil
}

// emptyTree names the tree without files, in the hash of the repository.
func (g Git) emptyTree(ctx context.Context) (string, error) {
	out, err := g.Output(ctx, "rev-parse", "--show-object-format")
	if err != nil {
		return "", err
	}
	if strings.TrimSpace(string(out)) == "sha256" {
		return emptyTree256, nil
	}
	return emptyTree, nil
}

func (g Git) changesSince(ctx context.Context, tree string) ([]Change, error) {
	out, err := g.Output(ctx, "diff-index", "--cached", "--ita-invisible-in-index", "--relative", "--no-renames", "--name-status", "-z", tree, "--")
	if err != nil {
		return nil, err
	}
	var changes []Change
	fields := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	for i := 0; i+1 < len(fields); i += 2 {
		if isWanted(fields[i+1], []string{"."}) {
			changes = append(changes, Change{Name: fields[i+1], Kind: ChangeKind(fields[i][0])})
		}
	}
	return changes, nil
}
