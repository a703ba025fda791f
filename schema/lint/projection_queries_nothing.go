package lint

import (
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func projectionQueriesNothing() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "projection-queries-nothing", Title: "projections hold something to ask for", Severity: diag.Warning,
			Meaning: "Looks for projections with declared columns that no event fills beyond the key, and for those whose events only delete. Hand-written ones are passed over.",
			Why:     "A read model that holds nothing costs a table, a subscription and a rebuild, and answers no question.",
			Bad:     "aggregates:\n  Order: {id: uuid}\nevents:\n  OrderCancelled: {aggregate: Order, versions: {1: {fields: {reason: string}}}}\nprojections:\n  Orders: {key: {order: $stream_id}, on: {OrderCancelled: delete}}\n",
			Good:    "aggregates:\n  Order: {id: uuid}\nevents:\n  OrderCancelled: {aggregate: Order, versions: {1: {fields: {reason: string}}}}\nprojections:\n  Orders: {key: {order: $stream_id}, on: {OrderCancelled: {set: {reason: reason}}}}\n",
			Off:     "For a set of keys where membership is the answer: list it under `allow`.",
		},
		Options: []Option{allow()},
		check: func(p *pass) {
			for _, proj := range p.pkg.Projections {
				if !proj.Go && !holdsColumns(proj) && !p.allows(proj.Name) {
					p.report(p.named(proj.Name, proj.Span), "`set:` the columns that readers ask for", "projection %q holds nothing but its key", proj.Name)
				}
			}
		},
	}
}

func holdsColumns(proj *model.Projection) bool {
	for _, h := range proj.On {
		if len(h.Set)+len(h.Add) > 0 {
			return true
		}
	}
	return false
}
