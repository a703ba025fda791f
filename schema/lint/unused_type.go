package lint

import "github.com/evgen/evgen/schema/diag"

func unusedType() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "unused-type", Title: "types are used", Severity: diag.Warning,
			Meaning: "Looks for types that no event of any package reaches, in any version, directly or through other types.",
			Why:     "A type without a use is code that is generated, compiled and kept compatible for nobody; often it is the left half of a rename.",
			Bad:     "types:\n  Leftover: {fields: {a: string}}\nevents:\n  OrderShipped: {versions: {1: {fields: {parcel: string}}}}\n",
			Good:    "types:\n  Parcel: {fields: {number: string}}\nevents:\n  OrderShipped: {versions: {1: {fields: {parcel: Parcel}}}}\n",
			Off:     "For types that Go code of other modules uses: list them under `allow`.",
		},
		Options: []Option{allow()},
		check: func(p *pass) {
			for _, t := range p.pkg.Types {
				if !p.used[t] && !p.allows(t.Name) {
					p.report(placeOfType(t), "remove it, or use it", "type %q is not used by any event", t.Name)
				}
			}
		},
	}
}
