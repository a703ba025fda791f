// Package load reads the schema files of a tree.
//
// In: a file system and directories in it. Out: parsed Documents, in the order of their names whatever the
// machine does; faults go to a report. It follows no symbolic link to a directory and writes nothing.
package load

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/evgen/evgen/internal/parallel"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// Load reads and parses every schema file below the directories; see [Files] and [Documents]. That there is none is a
// fault, too.
func Load(fsys fs.FS, dirs []string, rep *diag.Report) ([]*syntax.Document, error) {
	files, err := Files(fsys, dirs, rep)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		rep.Add(noSchemaFiles(dirs))
		return nil, nil
	}
	return Documents(files, rep), nil
}

// Files reads every *.yaml and *.yml file below the directories, which are slash-separated and relative to fsys, sorted
// by name. Names that begin with a dot or an underscore, and symbolic links to directories, are passed over. Faults of
// names go to rep; the error is for what the tool could not read.
func Files(fsys fs.FS, dirs []string, rep *diag.Report) ([]*source.File, error) {
	names, err := Names(fsys, dirs...)
	if err != nil {
		return nil, err
	}
	reportTwins(names, rep)
	files := make([]*source.File, len(names))
	for i, name := range names {
		text, err := readBounded(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read schema file %q: %w", name, err)
		}
		files[i] = source.NewFile(name, text)
	}
	return files, nil
}

// Documents parses files, several at a time. Faults go to rep in the order of the files; a file that is not YAML has no document.
func Documents(files []*source.File, rep *diag.Report) []*syntax.Document {
	docs := make([]*syntax.Document, len(files))
	reports := make([]diag.Report, len(files))
	parallel.Each(len(files), func(i int) { docs[i] = syntax.Parse(files[i], &reports[i]) })
	for i := range reports {
		rep.Add(reports[i].Sorted()...)
	}
	return slices.DeleteFunc(docs, func(d *syntax.Document) bool { return d == nil })
}

// Names lists the schema files below directories, sorted.
func Names(fsys fs.FS, dirs ...string) ([]string, error) {
	var names []string
	for _, dir := range dirs {
		err := fs.WalkDir(fsys, path.Clean(dir), func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case name != path.Clean(dir) && isHidden(d.Name()):
				if d.IsDir() {
					return fs.SkipDir
				}
			case !d.IsDir() && isSchemaFile(d.Name()) && pointsToFile(fsys, name, d):
				names = append(names, name)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read schema directory %q: %w", dir, err)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// isHidden reports whether a file or directory is set aside by its name, as the go command has it.
func isHidden(name string) bool { return name[0] == '.' || name[0] == '_' }

func isSchemaFile(name string) bool {
	return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// pointsToFile passes over links to directories; a broken link is left for reading to report.
func pointsToFile(fsys fs.FS, name string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 {
		return d.Type().IsRegular()
	}
	info, err := fs.Stat(fsys, name)
	return err != nil || info.Mode().IsRegular()
}

// reportTwins reports files that only letter case tells apart: some file systems hold but one of them.
func reportTwins(names []string, rep *diag.Report) {
	first := map[string]string{}
	for _, name := range names {
		key := strings.ToLower(name)
		if other, taken := first[key]; taken {
			rep.Add(twinFiles(name, other))
			continue
		}
		first[key] = name
	}
}

// readBounded reads one byte more than parsing allows, so that parsing refuses what is too large.
func readBounded(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if info.Size() <= tree.MaxBytes {
		return fs.ReadFile(fsys, name)
	}
	return make([]byte, tree.MaxBytes+1), nil
}
