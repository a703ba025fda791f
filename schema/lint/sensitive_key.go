package lint

import (
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func sensitiveKey() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "sensitive-key", Title: "ordering keys and row keys hold no personal data", Severity: diag.Warning,
			Meaning: "Looks at the `key:` of events and at the keys of projections: they are found where the field, or one on the way to it, is sensitive or an email address.",
			Why:     "Keys are written where no mask reaches: into partition keys of brokers, their metrics and logs, into indexes and file names. They cannot be encrypted per person, and a person's data cannot be erased from them.",
			Bad:     "events:\n  NewsletterOrdered: {key: to, versions: {1: {fields: {to: {type: email, sensitive: true}}}}}\n",
			Good:    "events:\n  NewsletterOrdered: {key: subscriber, versions: {1: {fields: {subscriber: uuid, to: {type: email, sensitive: true}}}}}\n",
			Off:     "For foreign events whose key is given.",
		},
		check: checkSensitiveKeys,
	}
}

func checkSensitiveKeys(p *pass) {
	const help = "use an identifier that means nothing, such as a uuid"
	for _, e := range p.events() {
		if e.Key != nil && isSensitivePath(e.Key) {
			p.report(placeOfEvent(e), help, "the ordering key %q of event %q is personal data", e.Key, e.Name)
		}
	}
	for _, proj := range p.pkg.Projections {
		for _, c := range proj.Key {
			if c.From.Field != nil && isSensitivePath(c.From.Field) {
				p.report(place{p.pkg.Name + "." + proj.Name + "." + c.Name, c.Span}, help, "the key %q of projection %q is personal data", c.Name, proj.Name)
			}
		}
	}
}

func isSensitivePath(path *model.Path) bool {
	for _, f := range path.Fields {
		if f.Sensitive {
			return true
		}
	}
	return path.Last().Type.Kind == model.Email
}
