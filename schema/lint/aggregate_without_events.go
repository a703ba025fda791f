package lint

import "github.com/evgen/evgen/schema/diag"

func aggregateWithoutEvents() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "aggregate-without-events", Title: "aggregates have events", Severity: diag.Warning,
			Meaning: "Looks for aggregates that no event names under `aggregate:`.",
			Why:     "An aggregate is what its events say of it. Without any it has no stream; often an event forgot to name it.",
			Bad:     "aggregates:\n  Order: {id: uuid}\n",
			Good:    "aggregates:\n  Order: {id: uuid}\nevents:\n  OrderShipped: {aggregate: Order, versions: {1: {fields: {parcel: string}}}}\n",
			Off:     "While a schema is being started.",
		},
		check: func(p *pass) {
			for _, a := range p.pkg.Aggregates {
				if len(a.Events) == 0 {
					p.report(p.named(a.Name, a.Span), "name it under `aggregate:` of its events, or remove it", "aggregate %q has no events", a.Name)
				}
			}
		},
	}
}
