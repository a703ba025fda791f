// Package filesystem is the rule filesystem: deterministic code does not touch files.
package filesystem

import (
	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/schema/diag"
)

// Rule is the rule.
var Rule = rule.Reaching(diag.Rule{
	ID: "filesystem", Severity: diag.Error,
	Title:   "deterministic code does not touch files",
	Meaning: `Looks for files that are opened, read, written or looked for in evolvers, upcasters, projection handlers and reactions, and in all that they call. What is embedded in the program is no finding.`,
	Why:     `Files differ between machines and between today and the day of the rebuild, and no rollback takes a write back.`,
	Bad: `words, err := os.ReadFile("stopwords.txt")
`,
	Good: `//go:embed stopwords.txt
var words string
`,
	Off: `Where a file is part of what is deployed and never changes.`,
}, effect.Filesystem, "touches files", nil)
