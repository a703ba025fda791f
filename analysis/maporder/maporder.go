// Package maporder is the rule map-order: the order of a map does not show.
package maporder

import (
	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/schema/diag"
)

// Rule is the rule.
var Rule = rule.Reaching(diag.Rule{
	ID: "map-order", Severity: diag.Warning,
	Title:   "the order of a map does not show",
	Meaning: `Looks for loops over maps in evolvers, upcasters, projection handlers and reactions, and in what they call within the module, whose order shows in what they leave behind: in statements, in slices that are not sorted later, in texts, in which one was first or last. Counting, filling maps and finding the greatest are no findings.`,
	Why:     `Go visits a map in another order each time. The rebuilt read model differs, or the reaction emits its events in another order than before the crash, under the ids of each other.`,
	Bad: `for tag, n := range e.Data.Tags {
	tx.Queue(insert, e.Data.ID, tag, n)
}
`,
	Good: `for _, tag := range slices.Sorted(maps.Keys(e.Data.Tags)) {
	tx.Queue(insert, e.Data.ID, tag, e.Data.Tags[tag])
}
`,
	Off: `Where the order cannot be seen by anybody.`,
}, effect.MapOrder, "lets the order of a map show", nil)
