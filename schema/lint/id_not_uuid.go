package lint

import (
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func idNotUUID() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "id-not-uuid", Title: "identifiers are UUIDs", Severity: diag.Info,
			Meaning: "Looks at fields named id, `*_id` or `*_ids` and at the ids of aggregates: those of type string without a pattern, and integers. Foreign events, and types that only they use, are passed over.",
			Why:     "A producer can make a UUID before anything is stored, so that a command can be repeated without a second fact. Counters need one writer, collide when systems are joined, and tell competitors how many orders there are. Text without a form is checked by nobody.",
			Bad:     "events:\n  OrderShipped: {key: order_id, versions: {1: {fields: {order_id: int64}}}}\n",
			Good:    "events:\n  OrderShipped: {key: order_id, versions: {1: {fields: {order_id: uuid}}}}\n",
			Off:     "For identifiers that others issue, give them a `pattern:`, or list them under `allow`.",
		},
		Options: []Option{allow("external_id", "trace_id", "span_id")},
		check:   checkIDs,
	}
}

func checkIDs(p *pass) {
	const help = "use uuid, or give foreign identifiers a `pattern:`"
	for _, a := range p.pkg.Aggregates {
		if a.ID.Kind != model.UUID && !p.allows(a.Name) {
			p.report(p.named(a.Name, a.Span), help, "the id of aggregate %q is %s, not uuid", a.Name, a.ID)
		}
	}
	p.eachField(func(s site, f *model.Field) {
		if isID(f.Name) && isLooseID(f) && !p.isGiven(s) && !p.allows(f.Name) {
			p.report(s.field(f), help, "identifier %q of %s is %s, not uuid", f.Name, s.what, f.Type)
		}
	})
}

func isID(name string) bool {
	joined := strings.Join(tokens(name), "_")
	return joined == "id" || strings.HasSuffix(joined, "_id") || strings.HasSuffix(joined, "_ids")
}

func isLooseID(f *model.Field) bool {
	l := limitsOf(f)
	switch inner(f.Type).Kind {
	case model.String:
		return l.Pattern == "" && l.Const == nil && l.OneOf == nil
	case model.Int32, model.Int64, model.Uint32, model.Uint64:
		return true
	default:
		return false
	}
}
