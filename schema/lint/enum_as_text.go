package lint

import (
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func enumAsText() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "enum-as-text", Title: "a choice of texts is an enum", Severity: diag.Info,
			Meaning: "Looks at text that `one_of` restricts to several values.",
			Why:     "An enum gives its values names in Go, docs and deprecation, maps them in upcasts, and is compared value by value when schemas change. A restricted text has none of that.",
			Bad:     "events:\n  OrderShipped: {versions: {1: {fields: {speed: {type: string, one_of: [slow, fast]}}}}}\n",
			Good:    "types:\n  Speed: {enum: [slow, fast]}\nevents:\n  OrderShipped: {versions: {1: {fields: {speed: Speed}}}}\n",
			Off:     "For a version literal and the like: list the field under `allow`.",
		},
		Options: []Option{allow()},
		check: func(p *pass) {
			p.eachField(func(s site, f *model.Field) {
				if inner(f.Type).Kind == model.String && len(limitsOf(f).OneOf) > 1 && !p.allows(f.Name) {
					p.report(s.field(f), "declare a type with `enum:`", "text %q of %s is a choice of %d", f.Name, s.what, len(limitsOf(f).OneOf))
				}
			})
		},
	}
}
