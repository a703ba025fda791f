package lint

import (
	"time"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func stepOutlastsSaga() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "step-outlasts-saga", Title: "steps end before their saga does", Severity: diag.Warning,
			Meaning: "Compares the time that a step may take, with all its attempts and the waits between them, with the timeout of the saga.",
			Why:     "The timeout of the saga ends the step first: the later attempts, or the rest of its own timeout, are never made use of. One of the two numbers is not what was meant.",
			Bad:     "events:\n  OrderPlaced: {versions: {1: {fields: {order: uuid}}}}\nsagas:\n  Fulfil: {start: OrderPlaced, correlate: order, timeout: 1m, steps: [{name: pack, retry: {max: 10, backoff: exponential}}]}\n",
			Good:    "events:\n  OrderPlaced: {versions: {1: {fields: {order: uuid}}}}\nsagas:\n  Fulfil: {start: OrderPlaced, correlate: order, timeout: 48h, steps: [{name: pack, retry: {max: 10, backoff: exponential}}]}\n",
			Off:     "Where the saga's timeout is meant to cut steps short: suppress it and say so.",
		},
		check: func(p *pass) {
			p.eachStep(func(s *model.Saga, _ int, step *model.SagaStep) {
				switch waits := waitsOf(step.Retry); {
				case s.Timeout == 0:
				case step.Timeout > s.Timeout:
					p.report(p.stepOf(s, step), "shorten it, or lengthen the timeout of the saga",
						"step %q may take %s, saga %q ends after %s", step.Name, step.Timeout, s.Name, s.Timeout)
				case step.Retry.Max > 0 && waits >= s.Timeout:
					p.report(p.stepOf(s, step), "lower `max:` or `cap:`, or lengthen the timeout of the saga",
						"the %d attempts of step %q may be %s apart in all, saga %q ends after %s", step.Retry.Max, step.Name, waits, s.Name, s.Timeout)
				}
			})
		},
	}
}

// Waits of steps that say nothing else, as the runtime has them.
const (
	firstWait   = time.Second
	longestWait = 5 * time.Minute
)

// endless stands for all that is longer than anybody waits.
const endless = time.Duration(1<<63 - 1)

// waitsOf is the longest time that may pass between the first attempt and the last one.
func waitsOf(r model.Retry) time.Duration {
	wait, longest := r.Base, r.Cap
	if wait == 0 {
		wait = firstWait
	}
	if longest == 0 {
		longest = max(longestWait, wait)
	}
	var sum time.Duration
	for n := 1; n < r.Max; n++ {
		if r.Fixed || wait >= longest {
			if left := time.Duration(r.Max - n); left < (endless-sum)/wait {
				return sum + left*wait
			}
			return endless
		}
		sum += wait
		wait = min(2*wait, longest)
	}
	return sum
}
