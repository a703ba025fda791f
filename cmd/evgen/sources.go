package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/config"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/load"
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

// sources reads the schema files of a project, sorted by name. A directory that is not there has none: that one which
// evgen.yaml names is missing was reported with the settings.
func (p *project) sources(rep *diag.Report) ([]*source.File, error) {
	fsys := os.DirFS(p.Root)
	there := slices.DeleteFunc(slices.Clone(p.Dirs()), func(dir string) bool {
		_, err := fs.Stat(fsys, dir)
		return errors.Is(err, fs.ErrNotExist)
	})
	files, err := load.Files(fsys, there, rep)
	if err == nil && len(files) == 0 {
		return nil, &noSchemasError{p.Root, p.Dirs()}
	}
	return files, err
}
