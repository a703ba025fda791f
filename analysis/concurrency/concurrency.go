// Package concurrency is the rule concurrency: deterministic code does one thing after the other.
package concurrency

import (
	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/schema/diag"
)

// Rule is the rule.
var Rule = rule.Reaching(diag.Rule{
	ID: "concurrency", Severity: diag.Error,
	Title:   "deterministic code does one thing after the other",
	Meaning: `Looks for goroutines, selects of several cases, channels, sleep and waits in evolvers, upcasters, projection handlers and reactions, and in what they call within the module. What a library does inside is its business.`,
	Why:     `Which goroutine is first differs from run to run. A goroutine that outlives the handler writes into a transaction that has ended. Who waits holds the transaction open, and the row locks with it.`,
	Bad: `go l.notify(e.Data.ID)
`,
	Good: `return l.update(ctx, tx, e.Data.ID) // notifying is the work of a consumer
`,
	Off: `Where the goroutines have ended before the handler returns, and what they made is put together in a fixed order.`,
}, effect.Concurrency, "depends on when others run", nil)
