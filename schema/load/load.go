// Package load reads the schema files of a tree.
//
// In: a file system and directories in it. Out: parsed Documents, in the order of their names whatever the
// machine does; faults go to a report. It follows no symbolic link to a directory and writes nothing.
package load

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// Load parses every *.yaml and *.yml file below the directories, which are slash-separated and relative to fsys.
// Directories and files whose names begin with a dot, and symbolic links to directories, are passed
// over. Faults of files go to rep; the error is for what the tool could not read.
func Load(fsys fs.FS, dirs []string, rep *diag.Report) ([]*syntax.Document, error) {
	names, err := schemaFiles(fsys, dirs)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		rep.Add(noSchemaFiles(dirs))
		return nil, nil
	}
	reportTwins(names, rep)
	return parseAll(fsys, names, rep)
}

func schemaFiles(fsys fs.FS, dirs []string) ([]string, error) {
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

func isHidden(name string) bool { return name[0] == '.' }

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

// result is a parsed file with its own report, so that files can be parsed at the same time.
type result struct {
	doc *syntax.Document
	rep diag.Report
	err error
}

func parseAll(fsys fs.FS, names []string, rep *diag.Report) ([]*syntax.Document, error) {
	results := make([]result, len(names))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(names)) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := range next {
				results[i].read(fsys, names[i])
			}
		}()
	}
	for i := range names {
		next <- i
	}
	close(next)
	workers.Wait()
	return gather(results, rep)
}

func (r *result) read(fsys fs.FS, name string) {
	text, err := readBounded(fsys, name)
	if err != nil {
		r.err = fmt.Errorf("read schema file %q: %w", name, err)
		return
	}
	r.doc = syntax.Parse(source.NewFile(name, text), &r.rep)
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

func gather(results []result, rep *diag.Report) ([]*syntax.Document, error) {
	var docs []*syntax.Document
	var errs []error
	for i := range results {
		rep.Add(results[i].rep.Sorted()...)
		errs = append(errs, results[i].err)
		if results[i].doc != nil {
			docs = append(docs, results[i].doc)
		}
	}
	slices.SortStableFunc(docs, func(a, b *syntax.Document) int { return cmp.Compare(a.File.Name, b.File.Name) })
	return docs, errors.Join(errs...)
}
