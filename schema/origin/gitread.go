package origin

import (
	"context"
	"errors"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/evgen/evgen/schema/diag"
)

// gitPlace is a tree that git has.
type gitPlace interface {
	Origin
	// pin settles what is read, so that it stays the same while it is read, and returns what git puts before a path in it.
	pin(ctx context.Context, objs *objects) (prefix string, err error)
	// list returns what stands at the paths and below; no paths stand for everything.
	list(ctx context.Context, paths []string) ([]entry, error)
}

// readGit reads a tree with two processes: one lists names, the other gives the content of all files.
func readGit(ctx context.Context, g Git, p gitPlace, dirs Dirs) (*Tree, error) {
	objs, err := g.objects(ctx)
	if err != nil {
		return nil, at(p, err)
	}
	tree, err := readTree(ctx, objs, p, dirs.orLoose(g.dir))
	ended := objs.close()
	var fault *Fault
	if ended != nil && !errors.As(err, &fault) { // then reading failed, or will have, because git did
		err = g.explain(ctx, "cat-file", objs.stderr.String(), ended)
	}
	if err != nil {
		return nil, at(p, err)
	}
	return tree, nil
}

func readTree(ctx context.Context, objs *objects, p gitPlace, dirs Dirs) (*Tree, error) {
	prefix, err := p.pin(ctx, objs)
	if err != nil {
		return nil, err
	}
	settings, err := objs.one(prefix + SettingsFile)
	if err != nil {
		return nil, err
	}
	where := dirs.of(settings.content)
	entries, err := p.list(ctx, paths(where))
	if err != nil {
		return nil, err
	}
	files, notes, err := sift(entries, where)
	if err != nil {
		return nil, err
	}
	content, err := readFiles(objs, files)
	if err != nil {
		return nil, err
	}
	for _, dir := range where {
		content.addDir(dir)
	}
	content.sort()
	return &Tree{FS: content, Dirs: where, Notes: notes}, nil
}

// of calls the function; without one, schema files may be anywhere.
func (dirs Dirs) of(settings []byte) []string {
	if dirs == nil {
		return []string{"."}
	}
	var clean []string
	for _, dir := range dirs(settings) {
		clean = append(clean, path.Clean(dir))
	}
	return clean
}

// orLoose takes a module that on disk is but a directory of schema files for one in git, too.
func (dirs Dirs) orLoose(disk string) Dirs {
	return func(settings []byte) []string {
		where := dirs.of(settings)
		if settings == nil && isLoose(os.DirFS(disk), where) {
			return []string{"."}
		}
		return where
	}
}

// paths narrows what git lists.
func paths(dirs []string) []string {
	if slices.Contains(dirs, ".") {
		return nil
	}
	return append([]string{SettingsFile, LockFile}, dirs...)
}

// sift keeps the files that a tree holds, and notes what looks like one but is not read.
func sift(entries []entry, dirs []string) (files []entry, notes []diag.Diagnostic, err error) {
	for _, e := range entries {
		wanted := isWanted(e.name, dirs)
		switch {
		case e.mode == modeSubmodule && overlaps(e.name, dirs):
			notes = append(notes, submoduleNotRead(e.name))
		case e.mode == modeLink && (e.name == SettingsFile || e.name == LockFile):
			return nil, nil, &Fault{Kind: ErrLink, Detail: e.name + " is one", Help: "commit the file itself"}
		case e.mode == modeLink && (wanted || overlaps(e.name, dirs) && !isHidden(e.name)):
			notes = append(notes, linkNotFollowed(e.name))
		case !wanted || !strings.HasPrefix(e.mode, modeFile):
		case !utf8.ValidString(e.name):
			notes = append(notes, nameNotUTF8(e.name))
		default:
			files = append(files, e)
		}
	}
	return files, notes, nil
}

// overlaps reports whether a path is or holds a schema directory, or lies directly or deeper in one.
func overlaps(name string, dirs []string) bool {
	return isBelow(name, dirs) || slices.ContainsFunc(dirs, func(dir string) bool { return strings.HasPrefix(dir, name+"/") })
}

func readFiles(objs *objects, files []entry) (snapshot, error) {
	content := newSnapshot()
	if len(files) == 0 {
		return content, nil
	}
	ids := make([]string, len(files))
	for i, e := range files {
		ids[i] = e.id
	}
	err := objs.each(ids, func(i int, obj object) error {
		if obj.kind != "blob" {
			return &Fault{
				Kind: ErrMissingObject, Detail: files[i].name,
				Help: "the clone is partial or damaged: `git fetch --refetch` completes it, `git fsck` says what is wrong",
			}
		}
		content.add(files[i].name, obj)
		return nil
	})
	return content, err
}
