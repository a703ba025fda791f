package resolve

import (
	"cmp"
	"slices"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax"
)

// Resolve builds the model of documents. All faults go to rep; it returns nil when rep has errors,
// those of parsing included. Nil documents are passed over. Neither order nor repetition of calls
// changes the result.
func Resolve(docs []*syntax.Document, rep *diag.Report) *model.Model {
	r := &resolver{rep: rep, scopes: map[string]*scope{}, imports: map[*model.Package]map[*model.Package]use{},
		unresolved: map[unresolvedField]bool{}, tables: map[string]syntax.Text{}}
	r.collect(inFileOrder(docs))
	r.resolveTypes()
	r.resolveEvents()
	r.checkWireTypes()
	r.checkImportCycles()
	r.checkRecursion()
	r.resolveValues()
	r.planUpcasts()
	r.resolveProcesses()
	r.checkSealed()
	if rep.HasErrors() {
		return nil
	}
	m := &model.Model{}
	for _, s := range r.order {
		m.Packages = append(m.Packages, s.pkg)
	}
	return m
}

// resolver carries what the phases share.
type resolver struct {
	rep    *diag.Report
	scopes map[string]*scope
	order  []*scope // sorted by package name

	types  []typeWork  // every version of every type
	events []eventWork // every event
	fields []fieldWork // every field of every struct

	imports map[*model.Package]map[*model.Package]use

	unresolved map[unresolvedField]bool

	tables map[string]syntax.Text // projections by their tables
}

// unresolvedField is a field whose type is at fault. It is missing in its struct, and must not be missed there.
type unresolvedField struct {
	in   *model.Struct
	name string
}

func inFileOrder(docs []*syntax.Document) []*syntax.Document {
	docs = slices.DeleteFunc(slices.Clone(docs), func(d *syntax.Document) bool { return d == nil })
	slices.SortStableFunc(docs, func(a, b *syntax.Document) int { return cmp.Compare(a.File.Name, b.File.Name) })
	return docs
}
