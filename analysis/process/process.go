// Package process is the rule process: deterministic code starts and ends no processes.
package process

import (
	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/schema/diag"
)

// Rule is the rule.
var Rule = rule.Reaching(diag.Rule{
	ID: "process", Severity: diag.Error,
	Title:   "deterministic code starts and ends no processes",
	Meaning: `Looks for commands, signals and exits in evolvers, upcasters, projection handlers and reactions, and in all that they call.`,
	Why:     `A command runs again in every rebuild. An exit skips the transaction's end and the hand-over of the lease: others wait until it has run out.`,
	Bad: `if err != nil {
	log.Fatal(err)
}
`,
	Good: `if err != nil {
	return err
}
`,
	Off: `Hardly ever.`,
}, effect.Process, "meddles with processes", nil)
