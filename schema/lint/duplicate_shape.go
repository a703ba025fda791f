package lint

import (
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func duplicateShape() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "duplicate-shape", Title: "one thing has one type", Severity: diag.Info,
			Meaning: "Looks for struct types of a package whose newest versions have the same fields, at least three, of the same types.",
			Why:     "Twins drift apart: a field is added to one and forgotten in the other, and code that handles both needs two of everything.",
			Bad:     "types:\n  Billing: {fields: {street: string, city: string, country: string}}\n  Shipping: {fields: {street: string, city: string, country: string}}\nevents:\n  OrderMoved: {versions: {1: {fields: {from: Billing, to: Shipping}}}}\n",
			Good:    "types:\n  Address: {fields: {street: string, city: string, country: string}}\nevents:\n  OrderMoved: {versions: {1: {fields: {from: Address, to: Address}}}}\n",
			Off:     "Where the likeness is chance: list one of the types under `allow`.",
		},
		Options: []Option{{Name: "min_fields", Doc: "number of fields from which on it looks", Number: 3}, allow()},
		check:   checkTwins,
	}
}

func checkTwins(p *pass) {
	first := map[string]*model.Type{}
	for _, t := range p.pkg.Types {
		s, ok := newestOf(t).Shape.(*model.Struct)
		if !ok || len(s.Fields) < p.limit("min_fields") || p.allows(t.Name) {
			continue
		}
		key := shapeKey(s)
		if twin := first[key]; twin != nil {
			p.reportWith(diag.Related{Span: twin.Span, Message: "the other type"}, placeOfType(t), "use one type for both", "type %q has the same fields as type %q", t.Name, twin.Name)
			continue
		}
		first[key] = t
	}
}

// shapeKey tells shapes apart by the names, types and presence of their fields.
func shapeKey(s *model.Struct) string {
	var b strings.Builder
	for _, f := range s.Fields {
		b.WriteString(f.JSON + " " + f.Type.String() + f.Type.Encoding.String())
		if f.Optional {
			b.WriteByte('?')
		}
		b.WriteByte('\n')
	}
	return b.String()
}
