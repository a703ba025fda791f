package lint

import "github.com/evgen/evgen/schema/diag"

func noConsumer() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "no-consumer", Title: "events have readers", Severity: diag.Warning,
			Meaning: "Looks for events that no consumer, projection, reaction or saga of any package names. It stays silent in a model that names no readers at all.",
			Why:     "Either nobody needs the event, or somebody reads it unseen: then the check cannot say whom a change would break.",
			Bad:     "events:\n  OrderShipped: {versions: {1: {fields: {parcel: string}}}}\n  OrderPacked: {versions: {1: {fields: {parcel: string}}}}\nconsumers:\n  mailer: {reads: [OrderShipped], team: mail}\n",
			Good:    "events:\n  OrderShipped: {versions: {1: {fields: {parcel: string}}}}\n  OrderPacked: {versions: {1: {fields: {parcel: string}}}}\nconsumers:\n  mailer: {reads: [OrderShipped, OrderPacked], team: mail}\n",
			Off:     "For events that only rebuild the state of their aggregate: list them under `allow`.",
		},
		Options: []Option{allow()},
		check: func(p *pass) {
			for _, e := range p.events() {
				if p.readers && !p.read[e] && !p.allows(e.Name) {
					p.report(placeOfEvent(e), "name who reads it under `consumers:`", "event %q has no reader", e.Name)
				}
			}
		},
	}
}
