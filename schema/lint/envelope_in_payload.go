package lint

import (
	"strings"

	"github.com/evgen/evgen/schema/diag"
)

func envelopeInPayload() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "envelope-in-payload", Title: "payloads do not repeat the envelope", Severity: diag.Warning,
			Meaning: "Looks in events for fields that the envelope holds: event_id, event_type, schema_version, correlation_id, causation_id, stream_id, tenant_id, actor_id, and the id of the event's own aggregate. Foreign events are passed over.",
			Why:     "What stands twice can differ. Only the envelope is checked, indexed and carried through upcasts; a copy in the payload has to be filled by hand at each place that appends.",
			Bad:     "aggregates:\n  Invoice: {id: uuid}\nevents:\n  InvoicePaid: {aggregate: Invoice, versions: {1: {fields: {invoice_id: uuid, correlation_id: uuid}}}}\n",
			Good:    "aggregates:\n  Invoice: {id: uuid}\nevents:\n  InvoicePaid: {aggregate: Invoice, versions: {1: {fields: {payment_id: uuid}}}}\n",
			Off:     "For events that leave for readers who see the payload alone: list the field under `allow`.",
		},
		Options: []Option{allow()},
		check:   checkEnvelope,
	}
}

func checkEnvelope(p *pass) {
	held := map[string]string{
		"event_id": "event_id", "event_type": "the wire type", "event_name": "the wire type", "event_version": "the version", "schema_version": "the version",
		"correlation_id": "correlation_id", "causation_id": "causation_id", "stream_id": "stream_id", "aggregate_id": "stream_id",
		"aggregate_type": "stream_id", "tenant_id": "tenant", "actor_id": "actor",
	}
	for _, s := range p.eventSites() {
		if p.isGiven(s) {
			continue
		}
		own := ""
		if s.event.Aggregate != nil {
			own = strings.Join(tokens(s.event.Aggregate.Name), "_") + "_id"
		}
		for _, f := range s.fields {
			name := strings.Join(tokens(f.Name), "_")
			in := held[name]
			if name == own {
				in = "stream_id"
			}
			if in != "" && !p.allows(f.Name) {
				p.report(s.field(f), "leave it out", "field %q of %s repeats %s of the envelope", f.Name, s.what, in)
			}
		}
	}
}
