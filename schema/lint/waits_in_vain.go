package lint

import (
	"fmt"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func waitsInVain() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "waits-in-vain", Title: "what processes wait for can come", Severity: diag.Warning,
			Meaning: "Looks for reactions and sagas that wait for an event which nobody produces any more: it is retired, or its facts have become other events by `into:`.",
			Why:     "The process begins no more, or its step ends only by a timeout, and no test that writes the event by hand shows it.",
			Bad:     "events:\n  OrderSent: {retired: true, versions: {1: {fields: {order: uuid}}}}\n  ParcelPacked: {versions: {1: {fields: {order: uuid}}}}\nreactions:\n  Pack: {on: OrderSent, emits: [ParcelPacked]}\n",
			Good:    "events:\n  OrderSent: {versions: {1: {fields: {order: uuid}}}}\n  ParcelPacked: {versions: {1: {fields: {order: uuid}}}}\nreactions:\n  Pack: {on: OrderSent, emits: [ParcelPacked]}\n",
			Off:     "While a process still catches up with old facts: suppress it with a date.",
		},
		check: func(p *pass) {
			for _, r := range p.pkg.Reactions {
				p.inVain(p.named(r.Name, r.Span), fmt.Sprintf("reaction %q", r.Name), r.On)
			}
			for _, s := range p.pkg.Sagas {
				if s.Start != nil {
					p.inVain(p.named(s.Name, s.Span), fmt.Sprintf("saga %q", s.Name), []*model.Event{s.Start})
				}
			}
			p.eachStep(func(s *model.Saga, _ int, step *model.SagaStep) {
				for _, a := range step.Await {
					p.inVain(p.stepOf(s, step), fmt.Sprintf("step %q of saga %q", step.Name, s.Name), []*model.Event{a.Event})
				}
			})
		},
	}
}

func (p *pass) inVain(at place, who string, events []*model.Event) {
	for _, e := range events {
		why := ""
		switch {
		case e.Retired:
			why = "is retired"
		case e.Into != nil:
			why = "has become other events"
		default:
			continue
		}
		p.reportWith(diag.Related{Span: e.Span, Message: "declared here"}, at, "wait for its successor", "%s waits for event %q, which %s", who, e.Name, why)
	}
}
