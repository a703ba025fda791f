package main

import (
	"os"
	"path"
	"strings"

	"github.com/evgen/evgen/cmd/evgen/internal/gomod"
	"github.com/evgen/evgen/generator/output"
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/config"
	"github.com/evgen/evgen/schema/diag"
)

// manifestName is the file in the output directory that lists what evgen owns.
const manifestName = "evgen.manifest.json"

// project is a Go module with its settings.
type project struct {
	gomod.Module
	*config.Config
}

// openProject finds the module of dir and reads its settings. Faults in evgen.yaml go to rep; the settings are then the
// defaults, and not to be relied on.
func openProject(dir string, rep *diag.Report) (*project, error) {
	mod, err := gomod.Find(dir)
	if err != nil {
		return nil, err
	}
	root := os.DirFS(mod.Root)
	cfg, err := config.Load(root, rep)
	if err != nil || rep.HasErrors() {
		return &project{Module: mod, Config: config.Default()}, err
	}
	p := &project{Module: mod, Config: cfg}
	if !cfg.Schemas[0].Span.IsZero() { // the default directory may be missing: then there are no schemas, which is said later
		cfg.CheckPaths(root, rep)
	}
	rep.Add(notGenerated(cfg.Generate)...)
	return p, nil
}

// waived are the artefacts, and the sections of the language, that the settings do without.
func waived(g config.Generate) map[string]bool {
	return map[string]bool{
		"projections": g.Projections.None(), "postgres": !g.Projections.Postgres, "sqlite": !g.Projections.SQLite,
		"consumers": g.Consumers == config.Disabled, "reactions": g.Reactions == config.Disabled, "sagas": g.Sagas == config.Disabled,
	}
}

// notGenerated refuses settings that ask for what this evgen cannot make: no setting is ignored in silence.
func notGenerated(g config.Generate) []diag.Diagnostic {
	if g.Docs != config.On {
		return nil
	}
	return []diag.Diagnostic{{
		Rule: "not-generated", Severity: diag.Error,
		Message: config.FileName + ": this evgen does not generate docs yet",
		Help:    "leave `docs: true` out of `generate:`",
	}}
}

// manifest is the path of the manifest, relative to the root.
func (p *project) manifest() string { return path.Join(p.Out.Value, manifestName) }

// locate returns the directory of a schema package and its import path.
func (p *project) locate(pkg string) (dir, importPath string) {
	dir = path.Join(p.Out.Value, pkg)
	importPath = path.Join(p.Path, dir)
	own := p.Package(pkg)
	switch {
	case own == nil:
	case own.Out.Value != "":
		dir = own.Out.Value
		importPath = path.Join(p.Path, dir)
		fallthrough
	default:
		if own.Import.Value != "" {
			importPath = own.Import.Value
		}
	}
	return dir, importPath
}

// layout is where packages go. It notes in seen which packages there are.
func (p *project) layout(seen map[string]bool) plan.Layout {
	return plan.Layout{Locate: func(pkg string) (dir, importPath string) {
		seen[pkg] = true
		return p.locate(pkg)
	}}
}

// here leaves out the files that are not to be written: those of packages that another module generates, and tests
// where the settings do without.
func (p *project) here(files []output.File) []output.File {
	var kept []output.File
	for _, f := range files {
		if !p.isElsewhere(f.Path) && (p.Generate.Tests != config.Disabled || !isTestFile(f.Path)) {
			kept = append(kept, f)
		}
	}
	return kept
}

// isElsewhere reports whether a file belongs to a package that has an import path and no directory of its own.
func (p *project) isElsewhere(file string) bool {
	for _, own := range p.Packages {
		if own.Import.Value != "" && own.Out.Value == "" && strings.HasPrefix(file, path.Join(p.Out.Value, own.Name.Value)+"/") {
			return true
		}
	}
	return false
}

// isTestFile reports whether a generated file only serves the compatibility tests.
func isTestFile(file string) bool {
	return strings.HasSuffix(file, "_test.go") || path.Base(path.Dir(file)) == "testdata"
}
