package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/config"
	"github.com/evgen/evgen/schema/source"
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
		content, err := fs.ReadFile(fsys, name)
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
		case name != dir && strings.HasPrefix(entry.Name(), ".") && entry.IsDir():
			return fs.SkipDir
		case !entry.IsDir() && isSchemaName(name):
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

func isSchemaName(name string) bool {
	base := path.Base(name)
	ext := path.Ext(base)
	return (ext == ".yaml" || ext == ".yml") && !strings.HasPrefix(base, ".") && !strings.HasPrefix(base, "_")
}
