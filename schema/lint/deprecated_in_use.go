package lint

import (
	"strconv"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

func deprecatedInUse() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "deprecated-in-use", Title: "what is deprecated is not built upon", Severity: diag.Warning,
			Meaning: "Looks for deprecated events that a consumer or projection reads or that a reaction or saga emits, for deprecated fields that the newest version still requires, and for deprecated fields in the columns of projections.",
			Why:     "Deprecation announces an end. Each use that stays makes it impossible, and a field that producers must fill is not deprecated, whatever the schema says.",
			Bad:     "events:\n  OrderSent: {deprecated: Use OrderShipped., versions: {1: {fields: {parcel: string}}}}\nconsumers:\n  mailer: {reads: [OrderSent], team: mail}\n",
			Good:    "events:\n  OrderSent: {deprecated: Use OrderShipped., versions: {1: {fields: {parcel: string}}}}\n  OrderShipped: {versions: {1: {fields: {parcel: string}}}}\nconsumers:\n  mailer: {reads: [OrderShipped], team: mail}\n",
			Off:     "For a reader that handles old and new until the last producer has changed: suppress it with a date.",
		},
		check: checkDeprecated,
	}
}

func checkDeprecated(p *pass) {
	for _, c := range p.pkg.Consumers {
		p.useEvents(p.named(c.Name, c.Span), "consumer "+strconv.Quote(c.Name)+" reads", c.Reads)
	}
	for _, l := range links(p.pkg) {
		p.useEvents(p.named(l.name, l.span), l.what+" "+strconv.Quote(l.name)+" emits", l.emits)
	}
	for _, proj := range p.pkg.Projections {
		p.checkDeprecatedColumns(proj)
	}
	p.eachField(func(s site, f *model.Field) {
		if f.Deprecated != "" && !mayLack(f) {
			p.report(s.field(f), "make it optional in the next version", "field %q of %s is deprecated, and yet every new fact needs it", f.Name, s.what)
		}
	})
}

func (p *pass) useEvents(at place, what string, events []*model.Event) {
	for _, e := range events {
		if e.Deprecated != "" {
			p.reportWith(diag.Related{Span: e.Span, Message: "deprecated here: " + e.Deprecated}, at, "", "%s the deprecated event %q", what, e.Name)
		}
	}
}

func (p *pass) checkDeprecatedColumns(proj *model.Projection) {
	for _, h := range proj.On {
		p.useEvents(place{p.pkg.Name + "." + proj.Name + "." + h.Event.Name, h.Span}, "projection "+strconv.Quote(proj.Name)+" reads", []*model.Event{h.Event})
		for _, a := range h.Set {
			p.useField(proj, a.Column, a.Span, a.Value)
		}
		for _, a := range h.Add {
			p.useField(proj, a.Column, a.Span, a.Value)
		}
	}
}

func (p *pass) useField(proj *model.Projection, column string, span source.Span, from model.Operand) {
	if from.Field == nil || from.Field.Last().Deprecated == "" {
		return
	}
	f := from.Field.Last()
	p.reportWith(diag.Related{Span: f.Span, Message: "deprecated here: " + f.Deprecated}, place{p.pkg.Name + "." + proj.Name + "." + column, span}, "",
		"column %q of projection %q is filled from the deprecated field %q", column, proj.Name, f.Name)
}
