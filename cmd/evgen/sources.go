package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/config"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// noSchemasError says that there is nothing to generate from, and where it was looked for.
type noSchemasError struct {
	root string
	dirs []string
}

func (e *noSchemasError) Error() string {
	return fmt.Sprintf("no schema files: looked for *.yaml and *.yml in %s of %s; start with `evgen init`, or name the directories under `schemas:` in %s",
		strings.Join(e.dirs, ", "), e.root, config.FileName)
}

// sources reads the schema files of a project, sorted by name.
func (p *project) sources() ([]*source.File, error) {
	fsys := os.DirFS(p.Root)
	var names []string
	for _, dir := range p.Dirs() {
		found, err := schemaNames(fsys, path.Clean(dir))
		if err != nil {
			return nil, err
		}
		names = append(names, found...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 {
		return nil, &noSchemasError{p.Root, p.Dirs()}
	}
	files := make([]*source.File, len(names))
	for i, name := range names {
		content, err := readBounded(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read schema: %w", err)
		}
		files[i] = source.NewFile(name, content)
	}
	return files, nil
}

// schemaNames lists the schema files below dir; a directory that is not there has none.
func schemaNames(fsys fs.FS, dir string) ([]string, error) {
	var names []string
	err := fs.WalkDir(fsys, dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != dir && isHidden(entry.Name()):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case isSchemaName(name) && isRegular(fsys, name, entry):
			names = append(names, name)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for schemas in %s: %w", dir, err)
	}
	return names, nil
}

// isRegular passes over pipes and the like, which could block, and over links to directories. A broken link is left for
// reading to report.
func isRegular(fsys fs.FS, name string, entry fs.DirEntry) bool {
	if entry.Type()&fs.ModeSymlink == 0 {
		return entry.Type().IsRegular()
	}
	info, err := fs.Stat(fsys, name)
	return err != nil || info.Mode().IsRegular()
}

// readBounded reads no more than a byte beyond what parsing allows, so that parsing refuses what is too large.
func readBounded(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, tree.MaxBytes+1))
}

func isSchemaName(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

// isHidden reports whether a file or directory is set aside by its name, as the go command has it.
func isHidden(name string) bool { return name[0] == '.' || name[0] == '_' }
