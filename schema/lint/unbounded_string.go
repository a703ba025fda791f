package lint

import (
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func unboundedString() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "unbounded-string", Title: "text has a bound", Severity: diag.Info,
			Meaning: "Looks at text without `max_length`, `pattern`, `const` or `one_of`, also in lists and maps (`each: {max_length: ...}`).",
			Why:     "Sooner or later somebody pastes a book. What was appended once is read at every replay and copied into every read model and index. Bounds are enforced when a fact is written and never when history is read, so a bound can be added at any time.",
			Bad:     "events:\n  OrderCancelled: {versions: {1: {fields: {reason: string}}}}\n",
			Good:    "events:\n  OrderCancelled: {versions: {1: {fields: {reason: {type: string, max_length: 500}}}}}\n",
			Off:     "Where a producer bounds it already: list the field under `allow`.",
		},
		Options: []Option{allow()},
		check: func(p *pass) {
			p.eachField(func(s site, f *model.Field) {
				l := limitsOf(f)
				bounded := l.MaxLength != nil || l.Pattern != "" || l.Const != nil || l.OneOf != nil
				if inner(f.Type).Kind == model.String && !bounded && !p.allows(f.Name) {
					p.report(s.field(f), "add `max_length:`", "text %q of %s has no bound", f.Name, s.what)
				}
			})
		},
	}
}
