// Package random is the rule random: deterministic code leaves nothing to chance.
package random

import (
	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/schema/diag"
)

// Rule is the rule.
var Rule = rule.Reaching(diag.Rule{
	ID: "random", Severity: diag.Error,
	Title:   "deterministic code leaves nothing to chance",
	Meaning: `Looks for random numbers and random ids in evolvers, upcasters, projection handlers and reactions, and in all that they call. A generator with a seed of its own is no finding, nor are ids made of names (uuid.NewSHA1).`,
	Why:     `Such code runs again for the same events and has to come to the same result. With a random id a rebuild makes a row of another name, a retried reaction a second event instead of the same one.`,
	Bad: `tx.Queue(insert, uuid.New(), e.Data.Text)
`,
	Good: `tx.Queue(insert, uuid.NewSHA1(e.ID, []byte("entry")), e.Data.Text)
`,
	Off: `Where chance leaves no trace in what is written, as in sampling logs.`,
}, effect.Random, "draws at random", nil)
