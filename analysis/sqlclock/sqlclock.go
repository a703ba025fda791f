// Package sqlclock finds SQL of projections that asks the server for the time or for chance.
package sqlclock

import (
	"github.com/evgen/evgen/analysis/role"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/analysis/sqltext"
	"github.com/evgen/evgen/analysis/statement"
	"github.com/evgen/evgen/schema/diag"
)

// Rule finds them.
var Rule = rule.New(diag.Rule{
	ID:       "sql-clock",
	Title:    "rows follow from events, not from when they were written",
	Severity: diag.Error,
	Meaning: "Looks at the SQL that flows into a database from projections, by way of other packages, too, and the creation of their tables included: now(), " +
		"CURRENT_TIMESTAMP, datetime('now'), random(), gen_random_uuid() and their like, in statements and in defaults of columns.",
	Why: "A read model is built again: beside the old one for a new version, from nothing after a mistake. Then every row has the " +
		"time of the rebuild, and another random id, and what was linked to the old one is gone. Events know when they happened.",
	Bad:  "UPDATE orders SET shipped_at = now() WHERE id = $1",
	Good: "UPDATE orders SET shipped_at = $2 WHERE id = $1 -- event.OccurredAt",
	Off:  "The column says when the row was written, and nobody takes it for anything else.",
}, run, statement.Analyzer)

func run(pass *rule.Pass) error {
	var players []*role.Player
	for _, p := range pass.Players() {
		if p.Role == role.Projection {
			players = append(players, p)
		}
	}
	for _, s := range statement.Of(pass, players) {
		for _, c := range sqltext.Chances(s.Text) {
			pass.Report(s.Describe(c.Name + " in the SQL of a projection gives another value in every rebuild: take it from the event"))
		}
	}
	return nil
}
