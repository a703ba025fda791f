package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/evgen/evgen/cmd/evgen/internal/fresh"
	"github.com/evgen/evgen/cmd/evgen/internal/gomod"
	"github.com/evgen/evgen/generator"
	"github.com/evgen/evgen/generator/output"
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

// configName is the file at the module root that says where things are.
const configName = "evgen.yaml"

// manifestName is the file in the output directory that lists what evgen owns.
const manifestName = "evgen.manifest.json"

// project is a Go module with its schemas.
type project struct {
	gomod.Module
	schemas []string // directories, slash-separated, relative to the root
	out     string   // directory of generated packages
	waived  map[string]bool
}

// openProject finds the module of dir and reads its configuration. A fault in the configuration goes to rep.
func openProject(dir string, rep *diag.Report) (*project, error) {
	mod, err := gomod.Find(dir)
	if err != nil {
		return nil, err
	}
	return &project{Module: mod, schemas: []string{"schema"}, out: "events"}, nil
}

// manifest is the path of the manifest, relative to the root.
func (p *project) manifest() string { return path.Join(p.out, manifestName) }

// layout says where the Go package of a schema package goes.
func (p *project) layout() plan.Layout {
	return plan.Layout{Locate: func(pkg string) (dir, importPath string) {
		dir = path.Join(p.out, pkg)
		return dir, path.Join(p.Path, dir)
	}}
}

// input is what the generator reads: schema files, and what people wrote beside generated code. run hears of all of it.
func (p *project) input(files []*source.File, run *fresh.Run) generator.Input {
	declared := generator.ReadDeclared(p.Root)
	return generator.Input{
		Files:  files,
		Layout: p.layout(),
		Declared: func(dir string) (generator.Declared, error) {
			run.Handwritten(dir)
			return declared(dir)
		},
		Waived: p.waived,
	}
}

// observe tells run what the configuration was read from, and what there is in the schema directories.
func (p *project) observe(run *fresh.Run) error {
	run.File("go.mod", p.GoMod)
	for _, dir := range p.schemas {
		run.Tree(dir)
	}
	content, err := os.ReadFile(filepath.Join(p.Root, configName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		run.Absent(configName)
	case err != nil:
		return fmt.Errorf("read configuration: %w", err)
	default:
		run.File(configName, content)
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
	for _, f := range rendered {
		if !f.Stub {
			run.File(f.Path, f.Bytes)
		}
	}
	changes, err := output.Compare(p.Root, p.manifest(), inputs, rendered)
	if err != nil {
		return nil, err
	}
	manifest, err := p.manifestAfter(changes)
	run.File(p.manifest(), manifest)
	return changes, err
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
