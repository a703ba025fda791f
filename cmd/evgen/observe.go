package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/evgen/evgen/cmd/evgen/internal/fresh"
	"github.com/evgen/evgen/generator"
	"github.com/evgen/evgen/generator/output"
	"github.com/evgen/evgen/schema/config"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/origin"
	"github.com/evgen/evgen/schema/source"
)

// render makes all files of the project that are to be written. run hears of everything that is read, before it is read.
func (p *project) render(ctx context.Context, git origin.Git, run *fresh.Run, rep *diag.Report) ([]*source.File, []output.File, error) {
	if err := p.observe(run); err != nil {
		return nil, nil, err
	}
	files, err := p.sources(rep)
	if err != nil {
		return nil, nil, err
	}
	released, lockText, err := p.released(run)
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{}
	declared := generator.ReadDeclared(p.Root)
	rendered, err := generator.Generate(generator.Input{
		Files:  files,
		Layout: p.layout(seen),
		Declared: func(dir string) (generator.Declared, error) {
			run.Handwritten(dir)
			return declared(dir)
		},
		Waived: waived(p.Generate),
		Released: func(m *model.Model) ([]diag.Diagnostic, error) {
			differs, err := lock.Check(released, m)
			return append(differs, lostSince(ctx, git, released, lockText)...), err
		},
		Pinned: pinned(released),
	}, rep)
	if err == nil && !rep.HasErrors() {
		p.CheckPackages(slices.Sorted(maps.Keys(seen)), rep)
	}
	return files, p.here(rendered), err
}

// observe tells run what the settings were read from, and what there is in the schema directories.
func (p *project) observe(run *fresh.Run) error {
	run.File("go.mod", p.GoMod)
	for _, dir := range p.Dirs() {
		run.Tree(dir)
	}
	content, err := os.ReadFile(filepath.Join(p.Root, config.FileName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		run.Absent(config.FileName)
	case err != nil:
		return fmt.Errorf("read settings: %w", err)
	default:
		run.File(config.FileName, content)
	}
	return nil
}

// compare finds what must change on disk, and tells run what will be there afterwards.
func (p *project) compare(files []*source.File, rendered []output.File, run *fresh.Run) ([]output.Change, error) {
	inputs := map[string][]byte{}
	for _, f := range files {
		inputs[f.Name] = f.Bytes
		run.File(f.Name, f.Bytes)
	}
	if path := run.Changed(); path != "" { // half of a change must not become code
		return nil, fmt.Errorf("generate from %s: it changed while evgen was at work; run `evgen generate` again", path)
	}
	for _, f := range rendered {
		if !f.Stub {
			run.File(f.Path, f.Bytes)
		}
	}
	if err := p.checkInside(rendered); err != nil {
		return nil, err
	}
	changes, err := output.Compare(p.Root, p.manifest(), inputs, rendered)
	if err != nil {
		return nil, err
	}
	manifest, err := p.manifestAfter(changes)
	run.File(p.manifest(), manifest)
	return changes, err
}

// checkInside refuses output directories that a link leads out of the module.
func (p *project) checkInside(rendered []output.File) error {
	root, err := filepath.EvalSymlinks(p.Root)
	if err != nil {
		return fmt.Errorf("find the module: %w", err)
	}
	checked := map[string]bool{}
	for _, f := range rendered {
		dir := path.Dir(f.Path)
		if checked[dir] {
			continue
		}
		checked[dir] = true
		if real := realDir(filepath.Join(p.Root, filepath.FromSlash(dir))); !isBelow(root, real) {
			return fmt.Errorf("output directory %s is a link that leads out of the module, to %s; keep generated code inside", dir, real)
		}
	}
	return nil
}

// realDir is where a directory really is, or will be once it is made.
func realDir(dir string) string {
	real, err := filepath.EvalSymlinks(dir)
	if err == nil || dir == filepath.Dir(dir) {
		return real
	}
	return filepath.Join(realDir(filepath.Dir(dir)), filepath.Base(dir))
}

// manifestAfter is what the manifest holds once the changes are written.
func (p *project) manifestAfter(changes []output.Change) ([]byte, error) {
	for _, c := range changes {
		if c.Path == p.manifest() {
			return c.New, nil
		}
	}
	content, err := os.ReadFile(filepath.Join(p.Root, filepath.FromSlash(p.manifest())))
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	return content, nil
}
