package lint

import (
	"slices"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func timeAsText() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "time-as-text", Title: "times have a type of time", Severity: diag.Warning,
			Meaning: "Looks at fields named like a moment or a day (`*_at`, `*_date`, timestamp, deadline) that are text or whole numbers.",
			Why:     "Text holds 01/02/2026, which is two different days. A number holds seconds here and milliseconds there. The type says which it is, and reading checks it.",
			Bad:     "events:\n  OrderShipped: {versions: {1: {fields: {due_date: string}}}}\n",
			Good:    "events:\n  OrderShipped: {versions: {1: {fields: {due_date: date}}}}\n",
			Off:     "For numbers of foreign events use `timestamp` with `encoding: unix_ms`. Free text such as \"next Tuesday\" goes under `allow`.",
		},
		Options: []Option{allow()},
		check:   checkTimes,
	}
}

func checkTimes(p *pass) {
	text := []model.Kind{model.String, model.Int32, model.Int64, model.Uint32, model.Uint64, model.Float64}
	p.eachField(func(s site, f *model.Field) {
		kind := inner(f.Type).Kind
		if slices.Contains(text, kind) && namesTime(f.Name) && !p.allows(f.Name) {
			p.report(s.field(f), "use timestamp, with `encoding: unix_s` or unix_ms for numbers, or date", "field %q of %s is a time in a %s", f.Name, s.what, kind)
		}
	})
}

func namesTime(name string) bool {
	words := tokens(name)
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	return slices.Contains([]string{"date", "timestamp", "datetime", "deadline", "birthday"}, last) || last == "at" && len(words) > 1
}
