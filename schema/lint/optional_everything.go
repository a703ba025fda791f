package lint

import "github.com/evgen/evgen/schema/diag"

func optionalEverything() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "optional-everything", Title: "some field is always there", Severity: diag.Warning,
			Meaning: "Looks for events and types with at least three fields, all of which may be absent or null. Events that `generic-event` judges are left to it.",
			Why:     "Where everything is optional, nothing is promised: each reader has to invent what a fact without its fields means, and a producer that forgets one is never told.",
			Bad:     "events:\n  OrderShipped: {versions: {1: {fields: {carrier: string?, parcel: string?, weight_g: int64?}}}}\n",
			Good:    "events:\n  OrderShipped: {versions: {1: {fields: {carrier: string, parcel: string, weight_g: int64?}}}}\n",
			Off:     "For types that are patches by nature, and for foreign events whose schema says no more: list them under `allow`.",
		},
		Options: []Option{{Name: "min_fields", Doc: "number of fields from which on it looks", Number: 3}, allow()},
		check:   checkOptionalEverything,
	}
}

func checkOptionalEverything(p *pass) {
	for _, s := range p.allSites() {
		if s.event != nil && isGenericName(s.name) || p.allows(s.name) || len(s.fields) < p.limit("min_fields") {
			continue
		}
		if allMayLack(s.fields) {
			p.report(s.place, "require what every such fact has", "each of the %d fields of %s may be left out", len(s.fields), s.what)
		}
	}
}
