// Package templates turns a plan into Go: one emitter an artefact.
//
// In: a planned package. Out: the declarations of each file, as jennifer code
// without a package clause. Emitters are pure: they name nothing (package plan
// did), decide nothing that the schema says, read and write nothing.
package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
)

// Artefact is one kind of generated file. Settings leave it out by its name.
type Artefact struct {
	Name string
	Emit func(p *plan.Package) []Unit
}

// Unit is one file of a package.
type Unit struct {
	Name  string     // of the file, within the package's directory
	Decls []jen.Code // top-level declarations
	Test  bool       // belongs to the package's external tests
	Home  *plan.Home // the package beside that of the events to which the file belongs; nil: that of the events
}

// All lists every artefact, in the order in which a reader meets them.
var All = []Artefact{
	{"types", Types},
	{"events", Events},
	{"codec", Codec},
	{"validate", Validate},
	{"upcast", Upcast},
	{"downcast", Downcast},
	{"envelope", Envelope},
	{"schema", Schema},
	{"seal", Seal},
	{"evolve", Evolve},
	{"compat", Compat},
	{"projections", ReadModels},
	{"postgres", PostgreSQL},
	{"sqlite", SQLite},
	{"consumers", Consumers},
	{"emissions", Emissions},
	{"reactions", Reactions},
	{"sagas", Sagas},
}

// HandlerStubs lists the artefacts that people go on with: written once, then theirs.
var HandlerStubs = []Artefact{
	{"postgres", PostgreSQLStubs},
	{"sqlite", SQLiteStubs},
}

// file makes the only unit of an artefact, or none where there is nothing to declare.
func file(name string, decls []jen.Code) []Unit {
	if len(decls) == 0 {
		return nil
	}
	return []Unit{{Name: name, Decls: decls}}
}
