// Package foreignstore is the rule foreign-store: a handler writes to the transaction that it is given.
package foreignstore

import (
	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/schema/diag"
)

// Rule is the rule.
var Rule = rule.Reaching(diag.Rule{
	ID: "foreign-store", Severity: diag.Error,
	Title:   "a handler writes to the transaction that it is given",
	Meaning: `Looks for pools, connections, clients of databases and caches, and event stores, in evolvers, upcasters, projection handlers and reactions, and in all that they call. The transaction that a handler is given is no finding.`,
	Why:     `What goes through another connection is not in the transaction of the checkpoint: after a crash it is there twice, or was there for an event that was rolled back. What is read there is of today, and a rebuild reads something else than the first run.`,
	Bad: `if _, err := l.pool.Exec(ctx, touch, e.Data.ID); err != nil {
	return err
}
`,
	Good: `if _, err := tx.Exec(ctx, touch, e.Data.ID); err != nil {
	return err
}
`,
	Off: `Where a cache is filled that may hold anything at any time.`,
}, effect.ForeignStore, "uses a store of its own", nil)
