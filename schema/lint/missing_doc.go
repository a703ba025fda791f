package lint

import (
	"slices"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func missingDoc() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "missing-doc", Title: "what is shared says what it means", Severity: diag.Warning,
			Meaning: "Looks for `doc:` at packages, events, aggregates and projections. Types and fields can be asked for as well.",
			Why:     "An event is read by people who cannot ask those who wrote it: another team, next year. One sentence on when it happens saves reading the code that appends it. The docs go into the Go code and into the catalogue.",
			Bad:     "events:\n  OrderShipped: {versions: {1: {fields: {parcel: string}}}}\n",
			Good:    "doc: What happens in the shop.\nevents:\n  OrderShipped: {doc: The parcel left the house., versions: {1: {fields: {parcel: string}}}}\n",
			Off:     "For foreign events that are documented where they come from.",
		},
		Options: []Option{
			{Name: "also", Doc: "what else needs docs: `type`, `field`", Words: []string{}}, allow(),
		},
		check: checkDocs,
	}
}

func checkDocs(p *pass) {
	p.needDoc(p.pkg.Doc, placeOfPackage(p.pkg), "package", p.pkg.Name)
	for _, a := range p.pkg.Aggregates {
		p.needDoc(a.Doc, p.named(a.Name, a.Span), "aggregate", a.Name)
	}
	for _, e := range p.events() {
		p.needDoc(e.Doc, placeOfEvent(e), "event", e.Name)
	}
	for _, proj := range p.pkg.Projections {
		p.needDoc(proj.Doc, p.named(proj.Name, proj.Span), "projection", proj.Name)
	}
	if slices.Contains(p.words("also"), "type") {
		for _, t := range p.pkg.Types {
			p.needDoc(t.Doc, placeOfType(t), "type", t.Name)
		}
	}
	if slices.Contains(p.words("also"), "field") {
		p.eachField(func(s site, f *model.Field) { p.needDoc(f.Doc, s.field(f), "field", f.Name) })
	}
}

func (p *pass) needDoc(doc string, at place, what, name string) {
	if doc == "" && !p.allows(name) {
		p.report(at, "add `doc:` with one sentence", "%s %q has no doc", what, name)
	}
}
