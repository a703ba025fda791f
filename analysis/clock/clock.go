// Package clock is the rule clock: deterministic code reads no clock.
package clock

import (
	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/schema/diag"
)

// Rule is the rule.
var Rule = rule.Reaching(diag.Rule{
	ID: "clock", Severity: diag.Error,
	Title:   "deterministic code reads no clock",
	Meaning: `Looks for time.Now and its like in evolvers, upcasters, projection handlers and reactions, and in all that they call: through functions, methods, values and variables, in this module and in the ones that it depends on. The finding tells the shortest chain of calls.`,
	Why:     `Such code runs again for the same events: after a crash, in a rebuild, on another machine. What it takes from the clock differs each time, so a rebuilt read model is another one than the old, and a state folded today another one than yesterday's. The time that counts is the one at which the event happened, and the envelope has it.`,
	Bad: `func (l list) MemoryAccessed(ctx context.Context, tx *pgmodel.Tx, e runtime.Envelope[memory.MemoryAccessed]) error {
	tx.Queue(touch, e.Data.ID, time.Now())
	return nil
}
`,
	Good: `func (l list) MemoryAccessed(ctx context.Context, tx *pgmodel.Tx, e runtime.Envelope[memory.MemoryAccessed]) error {
	tx.Queue(touch, e.Data.ID, e.OccurredAt)
	return nil
}
`,
	Off: `Where the time leaves no trace in what is written, as for a measurement.`,
}, effect.Clock, "reads the clock", fromEnvelope)
