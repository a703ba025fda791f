// Package generator is the pipeline from schema files to generated files.
//
// In: the bytes of schema files and a layout. Out: every file, rendered in full,
// or diagnostics. It reads no schema from disk and writes nothing; package output does.
package generator

import (
	"fmt"
	"path"
	"slices"

	"github.com/evgen/evgen/generator/output"
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/generator/render"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/templates"
)

// Input is what one run reads.
type Input struct {
	Files  []*source.File // schema files, sorted by name
	Layout plan.Layout
	// Declared returns the functions and files that a directory of the module holds besides generated ones.
	Declared func(dir string) (Declared, error)
	// Waived is what the user does without: artefacts by their names. Without "projections" there is nothing of them,
	// "postgres" and "sqlite" are databases; "emissions" are those of "reactions" and "sagas".
	Waived map[string]bool
	// Released reports what differs from what was released; then nothing is rendered. Nil: nothing was released.
	Released func(*model.Model) ([]diag.Diagnostic, error)
	// Pinned are payloads as they were written on the day of a release. The generated tests read them, too.
	Pinned []Pinned
}

// Pinned is a payload of a released version.
type Pinned struct {
	Wire    string // wire type on that day
	Version int
	Payload []byte
}

// Generate renders all files of all packages. With an error in the report it returns none.
func Generate(in Input, rep *diag.Report) ([]output.File, error) {
	docs := load.Documents(in.Files, rep)
	m := resolve.Resolve(docs, rep)
	if m == nil || rep.HasErrors() {
		return nil, nil
	}
	if err := checkReleased(m, in, rep); err != nil {
		return nil, err
	}
	p := plan.Build(m, in.Layout, rep)
	if rep.HasErrors() {
		return nil, nil
	}
	jobs, err := jobsOf(p, in)
	if err != nil {
		return nil, err
	}
	files, err := render.Files(jobs)
	if err != nil {
		return nil, err
	}
	return append(files, samples(p, in.Pinned)...), nil
}

// jobsOf lists every Go file of every package.
func jobsOf(p *plan.Plan, in Input) ([]render.Job, error) {
	var jobs []render.Job
	for _, pkg := range p.Packages {
		for _, artefact := range in.wanted(templates.All) {
			for _, unit := range artefact.Emit(pkg) {
				jobs = append(jobs, render.Job{Package: pkg, Unit: unit, Path: pathOf(pkg, unit)})
			}
		}
		stub, err := missingStubs(pkg, in.Declared)
		if err != nil {
			return nil, fmt.Errorf("look for hand-written upcasts of package %s: %w", pkg.Name, err)
		}
		jobs = append(jobs, stub...)
		for _, artefact := range in.wanted(templates.HandlerStubs) {
			for _, unit := range artefact.Emit(pkg) {
				if _, err := in.Declared(unit.Home.Dir); err != nil { // whether the stub is still there is looked at again
					return nil, fmt.Errorf("look for hand-written projections of package %s: %w", pkg.Name, err)
				}
				jobs = append(jobs, render.Job{Package: pkg, Unit: unit, Path: pathOf(pkg, unit), Stub: true})
			}
		}
	}
	return jobs, nil
}

// wanted leaves out artefacts that the user does without, and those that only serve them.
func (in Input) wanted(all []templates.Artefact) []templates.Artefact {
	return slices.DeleteFunc(slices.Clone(all), func(a templates.Artefact) bool {
		switch a.Name {
		case "postgres", "sqlite":
			return in.Waived[a.Name] || in.Waived["projections"]
		case "emissions":
			return in.Waived["reactions"] && in.Waived["sagas"]
		default:
			return in.Waived[a.Name]
		}
	})
}

// pathOf is where a file goes.
func pathOf(pkg *plan.Package, unit templates.Unit) string {
	if unit.Home != nil {
		return path.Join(unit.Home.Dir, unit.Name)
	}
	return path.Join(pkg.Dir, unit.Name)
}

func checkReleased(m *model.Model, in Input, rep *diag.Report) error {
	if in.Released == nil {
		return nil
	}
	differs, err := in.Released(m)
	rep.Add(differs...)
	return err
}
