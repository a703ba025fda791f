package lint

import (
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func freeJSON() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "free-json", Title: "fields have types", Severity: diag.Warning,
			Meaning: "Looks for fields of type `json`, also as elements of lists and maps.",
			Why:     "What is in free JSON is nobody's promise: no check sees it change, no upcast rule mends it, no Go type reads it. It is where broken compatibility hides.",
			Bad:     "events:\n  FormSubmitted: {versions: {1: {fields: {answers: map<json>}}}}\n",
			Good:    "events:\n  FormSubmitted: {versions: {1: {fields: {answers: map<string>}}}}\n",
			Off:     "For documents of others that are passed on unread, and for forms whose shape users define: list the field under `allow`.",
		},
		Options: []Option{allow()},
		check: func(p *pass) {
			p.eachField(func(s site, f *model.Field) {
				if inner(f.Type).Kind == model.JSON && !p.allows(f.Name) {
					p.report(s.field(f), "declare a type under `types:`, or a `union:` with a `tag:`", "field %q of %s is free JSON, which no check can follow", f.Name, s.what)
				}
			})
		},
	}
}
