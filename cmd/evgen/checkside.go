package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/compat/unmended"
	"github.com/evgen/evgen/schema/config"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/origin"
	"github.com/evgen/evgen/schema/source"
)

// side is the schemas of one place: today's, or those that they are compared with.
type side struct {
	name     string // "" for today's; else as origin names it
	settings *config.Config
	dirs     []string
	files    []*source.File
	lock     *lock.Lock // nil where there is none
	lockText []byte
	model    *model.Model   // nil while the report has errors that keep it from being made
	steps    unmended.Steps // those that lack upcasts
	kept     bool           // of a lock: today's schemas hold all of it, as it was
	report   diag.Report
}

// dirsOf reads where schemas are out of evgen.yaml. Its faults are reported when the settings are read.
func dirsOf(content []byte) []string {
	return config.Parse(source.NewFile(config.FileName, content), &diag.Report{}).Dirs()
}

// readSide reads all that a place holds and resolves its schemas. Faults of the schemas go to the side's report; the
// error is for what could not be read.
func readSide(ctx context.Context, from origin.Origin, prefix string) (*side, error) {
	tree, err := from.Read(ctx, dirsOf)
	if err != nil {
		return nil, err
	}
	s := &side{name: prefix}
	s.report.Add(tree.Notes...)
	if err := s.readSettings(tree); err != nil {
		return nil, err
	}
	if err := s.readLock(tree.FS); err != nil {
		return nil, err
	}
	if err := s.readFiles(tree); err != nil {
		return nil, err
	}
	if !s.report.HasErrors() {
		s.resolve()
	}
	return s, nil
}

func (s *side) readSettings(tree *origin.Tree) error {
	settings, err := config.Load(tree.FS, &s.report)
	if err != nil {
		return fmt.Errorf("read %s: %w", s.shown(config.FileName), err)
	}
	s.settings = settings
	s.dirs, err = schemaDirs(tree)
	return err
}

// schemaDirs are the directories of a tree that exist. A module that has none of the default ones and no settings is
// taken for a directory of schema files.
func schemaDirs(tree *origin.Tree) ([]string, error) {
	var there []string
	for _, dir := range tree.Dirs {
		_, err := fs.Stat(tree.FS, dir)
		switch {
		case err == nil:
			there = append(there, dir)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("look for schemas: %w", err)
		}
	}
	if _, err := fs.Stat(tree.FS, config.FileName); len(there) == 0 && errors.Is(err, fs.ErrNotExist) {
		return []string{"."}, nil
	}
	return there, nil
}

func (s *side) readLock(fsys fs.FS) error {
	text, err := fs.ReadFile(fsys, lock.FileName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", s.shown(lock.FileName), err)
	}
	s.lockText = text
	if s.lock, err = lock.Read(text); err != nil {
		return s.inside(err)
	}
	return nil
}

// inside says in which place a fault is, where that is not today's.
func (s *side) inside(err error) error {
	if err == nil || s.name == "" {
		return err
	}
	return fmt.Errorf("read %s: %w", s.name, err)
}

func (s *side) readFiles(tree *origin.Tree) error {
	files, err := load.Files(tree.FS, s.dirs, &s.report)
	if err != nil {
		return s.inside(err)
	}
	for _, f := range files {
		if path.Base(f.Name) == config.FileName {
			continue
		}
		if s.name != "" {
			f = source.NewFile(s.shown(f.Name), f.Bytes)
		}
		s.files = append(s.files, f)
	}
	return nil
}

// shown is the name of a file as messages have it: git's own form for a commit, a path for a directory.
func (s *side) shown(name string) string {
	switch {
	case s.name == "":
		return name
	case strings.HasPrefix(s.name, "git:"):
		return s.name + ":" + name
	}
	return path.Join(s.name, name)
}

// resolve makes the model. Steps that lack upcasts are set aside, so that everything else can still be judged.
func (s *side) resolve() {
	docs := load.Documents(s.files, &s.report)
	if s.report.HasErrors() {
		return
	}
	s.model, s.steps = unmended.Resolve(docs, &s.report)
}

// isEmpty reports whether there are no schemas at all.
func (s *side) isEmpty() bool { return len(s.files) == 0 && !s.report.HasErrors() }

// faults are the errors of schemas that could not be read or resolved.
func (s *side) faults() []diag.Diagnostic {
	return slices.DeleteFunc(s.report.Sorted(), func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
}
