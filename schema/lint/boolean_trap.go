package lint

import (
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func booleanTrap() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "boolean-trap", Title: "no bool decides what an event means", Severity: diag.Warning,
			Meaning: "Looks in events for bools that name an outcome (success, approved, deleted, is_active), and for more than two bools in one event.",
			Why:     "`PaymentCompleted{success: false}` is two events in one: whoever forgets the flag counts failures as sales. A third outcome does not fit into a bool, so that the next version breaks every reader. Several bools allow states that cannot be.",
			Bad:     "events:\n  PaymentFinished: {versions: {1: {fields: {success: bool}}}}\n",
			Good:    "events:\n  PaymentSucceeded: {versions: {1: {fields: {receipt: string}}}}\n  PaymentFailed: {versions: {1: {fields: {reason: string}}}}\n",
			Off:     "For a bool that is truly an independent property: list the field under `allow`.",
		},
		Options: []Option{{Name: "max_bools", Doc: "bools that an event may have", Number: 2}, allow()},
		check:   checkBooleans,
	}
}

func checkBooleans(p *pass) {
	outcomes := setOf(`success successful succeeded ok failed failure approved accepted rejected denied deleted removed cancelled canceled
		completed active inactive enabled disabled confirmed paid valid passed granted revoked`)
	for _, s := range p.eventSites() {
		bools := 0
		for _, f := range s.fields {
			if f.Type.Kind != model.Bool || p.allows(f.Name) {
				continue
			}
			bools++
			words := tokens(f.Name)
			if len(words) == 2 && (words[0] == "is" || words[0] == "was" || words[0] == "has") {
				words = words[1:]
			}
			if len(words) == 1 && outcomes[words[0]] {
				p.report(s.field(f), "make it two events, or an enum of outcomes", "bool %q decides what %s means", f.Name, s.what)
			}
		}
		if bools > p.limit("max_bools") {
			p.report(s.place, "make an enum of what they say together", "%s has %d bools, more than %d", s.what, bools, p.limit("max_bools"))
		}
	}
}
