package lint

import "github.com/evgen/evgen/schema/diag"

func sagaWithoutTimeout() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "saga-without-timeout", Title: "sagas end", Severity: diag.Warning,
			Meaning: "Looks for sagas without `timeout:`.",
			Why:     "A step whose answer never comes leaves the process open for ever: what it reserved stays reserved, and nobody is told.",
			Bad:     "events:\n  OrderPlaced: {versions: {1: {fields: {order: uuid}}}}\nsagas:\n  Fulfil: {start: OrderPlaced, correlate: order, steps: [{name: pack, compensate: unpack}]}\n",
			Good:    "events:\n  OrderPlaced: {versions: {1: {fields: {order: uuid}}}}\nsagas:\n  Fulfil: {start: OrderPlaced, correlate: order, timeout: 48h, steps: [{name: pack, compensate: unpack}]}\n",
			Off:     "For processes that may rest for years, such as a contract: suppress it and say what ends them.",
		},
		check: func(p *pass) {
			for _, s := range p.pkg.Sagas {
				if s.Timeout == 0 {
					p.report(p.named(s.Name, s.Span), "add `timeout:`", "saga %q has no timeout", s.Name)
				}
			}
		},
	}
}
