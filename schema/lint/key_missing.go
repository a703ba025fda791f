package lint

import "github.com/evgen/evgen/schema/diag"

func keyMissing() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "key-missing", Title: "events have an order", Severity: diag.Warning,
			Meaning: "Looks for events with neither `aggregate:` nor `key:`.",
			Why:     "Brokers keep order only among messages of one key, and projections handle one key at a time. Without a key, a cancellation may overtake its order, at first under load and never in a test.",
			Bad:     "events:\n  OrderShipped: {versions: {1: {fields: {order_id: uuid}}}}\n",
			Good:    "events:\n  OrderShipped: {key: order_id, versions: {1: {fields: {order_id: uuid}}}}\n",
			Off:     "For events that stand alone, such as measurements: list them under `allow`.",
		},
		Options: []Option{allow()},
		check: func(p *pass) {
			for _, e := range p.events() {
				if e.Aggregate == nil && e.Key == nil && !p.allows(e.Name) {
					p.report(placeOfEvent(e), "add `aggregate:`, or `key:` with the field that orders them", "event %q has neither an aggregate nor a key, so nothing orders it", e.Name)
				}
			}
		},
	}
}
