package lint

import (
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func stepWithoutCompensation() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "step-without-compensation", Title: "steps of sagas can be undone", Severity: diag.Warning,
			Meaning: "Looks for steps without `compensate:`. The last step is left alone, since nothing can fail behind it; so are steps that only wait.",
			Why:     "When a later step fails, what was done before is undone in reverse. What has no compensation stays done: a card charged for a parcel that is never sent.",
			Bad:     "events:\n  OrderPlaced: {versions: {1: {fields: {order: uuid}}}}\nsagas:\n  Fulfil: {start: OrderPlaced, correlate: order, timeout: 48h, steps: [{name: charge}, {name: pack, compensate: unpack}]}\n",
			Good:    "events:\n  OrderPlaced: {versions: {1: {fields: {order: uuid}}}}\nsagas:\n  Fulfil: {start: OrderPlaced, correlate: order, timeout: 48h, steps: [{name: charge, compensate: refund}, {name: pack}]}\n",
			Off:     "For steps that change nothing, such as a look-up: list them under `allow`.",
		},
		Options: []Option{allow()},
		check: func(p *pass) {
			p.eachStep(func(s *model.Saga, i int, step *model.SagaStep) {
				if i < len(s.Steps)-1 && step.Compensate == "" && !step.Waits && !p.allows(step.Name) {
					p.report(p.stepOf(s, step), "add `compensate:` with the step that undoes it", "step %q of saga %q cannot be undone", step.Name, s.Name)
				}
			})
		},
	}
}

// eachStep visits the steps of the sagas of the package.
func (p *pass) eachStep(visit func(s *model.Saga, i int, step *model.SagaStep)) {
	for _, s := range p.pkg.Sagas {
		for i, step := range s.Steps {
			visit(s, i, step)
		}
	}
}

func (p *pass) stepOf(s *model.Saga, step *model.SagaStep) place {
	return p.named(s.Name+"."+step.Name, step.Span)
}
