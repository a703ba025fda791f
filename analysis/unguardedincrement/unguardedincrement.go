// Package unguardedincrement finds handlers that add to what a row holds without asking whether they have done so.
package unguardedincrement

import (
	"fmt"

	"github.com/evgen/evgen/analysis/role"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/analysis/sqltext"
	"github.com/evgen/evgen/analysis/statement"
	"github.com/evgen/evgen/schema/diag"
)

// Rule finds them.
var Rule = rule.New(diag.Rule{
	ID:       "unguarded-increment",
	Title:    "what a handler adds, it adds once",
	Severity: diag.Error,
	Meaning: "Looks at the SQL that flows into a database from methods of projections and consumers that are given an event, " +
		"by way of other packages, too. An assignment of a column to itself plus something (x = x + n, or x = x || n), and a value that Go code reads from a row, " +
		"changes by adding and writes back, need a guard: a condition on a column that the same statement sets to something new, " +
		"such as the version of the stream; NOT EXISTS; or a look, in Go, at whether the event is a new one.",
	Why: "An event can come again: a consumer whose broker missed an acknowledgement, a dead letter that is retried. A value that is " +
		"set twice is right; one that is added twice is wrong for ever, by a little, and nobody sees it.",
	Bad: "UPDATE customers SET orders = orders + 1 WHERE id = $1",
	Good: "UPDATE customers SET orders = orders + 1, stream_version = $2\n" +
		"WHERE id = $1 AND stream_version < $2",
	Off: "All that the handler writes goes through the transaction that the runtime moves the checkpoint in, and stays there.",
}, run, statement.Analyzer)

func run(pass *rule.Pass) error {
	for _, s := range statement.Of(pass, statement.WithEvents(pass.Players(), role.Projection, role.Consumer)) {
		if s.Checked {
			continue
		}
		for _, in := range sqltext.Increments(s.Text) {
			pass.Report(s.Describe(fmt.Sprintf("%s is added to without a guard: an event that comes again is counted twice", in.Column)))
		}
		for _, name := range s.Added {
			pass.Report(s.Describe(fmt.Sprintf("%s is added to in Go and written back without a guard: an event that comes again is counted twice", name)))
		}
	}
	return nil
}
