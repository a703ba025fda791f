// Package analysis lists the rules that `evgen vet` checks of the Go that people write around generated code.
//
// Each rule is a package below this one. They are analyzers of golang.org/x/tools/go/analysis, so that any driver of
// those runs them: go vet, golangci-lint, an editor.
package analysis

import (
	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/rule"
)

// Rules returns all rules in the order of the documentation.
func Rules() []*rule.Rule {
	return []*rule.Rule{}
}

// Analyzers returns the analyzers of all rules, for drivers.
func Analyzers() []*analysis.Analyzer {
	var out []*analysis.Analyzer
	for _, r := range Rules() {
		out = append(out, r.Analyzer)
	}
	return out
}
