package lint

import (
	"slices"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint/english"
	"github.com/evgen/evgen/schema/model"
)

func timestampDuplicatesEnvelope() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "timestamp-duplicates-envelope", Title: "the time of a fact stands in its envelope", Severity: diag.Warning,
			Meaning: "Looks in events for timestamps that say when the event happened: occurred_at, timestamp, event_time, and the verb of the event itself, such as `paid_at` in InvoicePaid. Foreign events, whose form is given, are passed over.",
			Why:     "The envelope has `occurred_at`, which stores, projections and time travel use. A second time in the payload differs from it sooner or later, and then nobody knows which one is true.",
			Bad:     "aggregates:\n  Invoice: {id: uuid}\nevents:\n  InvoicePaid: {aggregate: Invoice, versions: {1: {fields: {paid_at: timestamp}}}}\n",
			Good:    "aggregates:\n  Invoice: {id: uuid}\nevents:\n  InvoicePaid: {aggregate: Invoice, versions: {1: {fields: {value_date: date}}}}\n",
			Off:     "Where the field is another moment than that of the fact, such as the time that a device's clock showed: say so in its name, or list it under `allow`.",
		},
		Options: []Option{allow()},
		check:   checkTimestamps,
	}
}

func checkTimestamps(p *pass) {
	names := setOf("occurred_at occurred_on happened_at recorded_at timestamp event_time event_timestamp event_date event_at emitted_at time")
	for _, s := range p.eventSites() {
		if p.isGiven(s) {
			continue
		}
		for _, f := range s.fields {
			isTime := f.Type.Kind == model.Timestamp
			if isTime && !p.allows(f.Name) && (names[f.Name] || isMomentOf(s.name, f.Name)) {
				p.report(s.field(f), "leave it out and read `occurred_at` of the envelope", "field %q repeats when %s happened", f.Name, s.what)
			}
		}
	}
}

// isMomentOf reports whether a field is named after the verb of its event: paid_at in InvoicePaid.
func isMomentOf(event, field string) bool {
	words := tokens(field)
	if len(words) != 2 || !slices.Contains([]string{"at", "on", "time", "timestamp"}, words[1]) {
		return false
	}
	return english.IsParticiple(words[0]) && slices.Contains(tokens(event), words[0])
}
