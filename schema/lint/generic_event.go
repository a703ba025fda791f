package lint

import (
	"slices"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func genericEvent() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "generic-event", Title: "events say what happened, not that something did", Severity: diag.Warning,
			Meaning: "Looks at events whose verb is updated, changed, modified, edited, saved and the like: they are found when every field may be absent or null, when a free-form field carries the change, or when the subject is a word such as data, entity or state.",
			Why:     "`UserUpdated` with a bag of optional fields makes every reader find out by comparison what happened: a move, a marriage, a correction of a typing error. The reason is lost in the log, and no projection or saga can react to it.",
			Bad:     "events:\n  UserUpdated: {versions: {1: {fields: {login: string?, city: string?}}}}\n",
			Good:    "events:\n  UserMoved: {versions: {1: {fields: {city: string}}}}\n  UserRenamed: {versions: {1: {fields: {login: string}}}}\n",
			Off:     "For events that mirror a table of another system, where nobody knows more than that a row changed: list them under `allow`.",
		},
		Options: []Option{allow()},
		check:   checkGeneric,
	}
}

// genericVerbs say that something happened, not what.
var genericVerbs = setOf("updated changed modified edited altered saved upserted touched processed occurred happened")

func isGenericName(name string) bool {
	words := tokens(name)
	return len(words) > 0 && genericVerbs[words[len(words)-1]]
}

func checkGeneric(p *pass) {
	subjects := setOf("data entity object record item info information state something model thing resource event")
	bags := setOf("changes change data payload attributes fields diff patch delta body values")
	for _, s := range p.eventSites() {
		words := tokens(s.name)
		if !isGenericName(s.name) || p.allows(s.name) {
			continue
		}
		const help = "one event for each thing that can happen: UserMoved, UserRenamed"
		switch {
		case len(words) == 1 || len(words) == 2 && subjects[words[0]]:
			p.report(placeOfEvent(s.event), help, "event %q does not say what happened, nor to what", s.name)
		case len(s.fields) > 1 && allMayLack(s.fields):
			p.report(placeOfEvent(s.event), help, "event %q may carry anything: each of its %d fields may be left out", s.name, len(s.fields))
		case slices.ContainsFunc(s.fields, func(f *model.Field) bool { return bags[f.Name] && inner(f.Type).Kind == model.JSON }):
			p.report(placeOfEvent(s.event), help, "event %q carries its change as free JSON", s.name)
		}
	}
}

func allMayLack(fields []*model.Field) bool {
	return !slices.ContainsFunc(fields, func(f *model.Field) bool { return !mayLack(f) })
}
