// Package analysis lists the rules that `evgen vet` checks of the Go that people write around generated code.
//
// Each rule is a package below this one. They are analyzers of golang.org/x/tools/go/analysis, so that any driver of
// those runs them: go vet, golangci-lint, an editor.
package analysis

import (
	"slices"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/clock"
	"github.com/evgen/evgen/analysis/concurrency"
	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/environment"
	"github.com/evgen/evgen/analysis/exhaustive"
	"github.com/evgen/evgen/analysis/filesystem"
	"github.com/evgen/evgen/analysis/foreignstore"
	"github.com/evgen/evgen/analysis/hiddendependency"
	"github.com/evgen/evgen/analysis/ignoredack"
	"github.com/evgen/evgen/analysis/insertwithoutconflict"
	"github.com/evgen/evgen/analysis/lostcause"
	"github.com/evgen/evgen/analysis/maporder"
	"github.com/evgen/evgen/analysis/missingfields"
	"github.com/evgen/evgen/analysis/mutatedevent"
	"github.com/evgen/evgen/analysis/network"
	"github.com/evgen/evgen/analysis/process"
	"github.com/evgen/evgen/analysis/random"
	"github.com/evgen/evgen/analysis/role"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/analysis/shape"
	"github.com/evgen/evgen/analysis/sqlclock"
	"github.com/evgen/evgen/analysis/statement"
	"github.com/evgen/evgen/analysis/suppression"
	"github.com/evgen/evgen/analysis/unguardedincrement"
	"github.com/evgen/evgen/schema/diag"
)

// Rules returns all rules in the order of the documentation.
func Rules() []*rule.Rule { return slices.Clone(rules()) }

// rules are made once: a driver knows analyzers by their addresses.
var rules = sync.OnceValue(func() []*rule.Rule {
	list := []*rule.Rule{
		mutatedevent.Rule,
		missingfields.Rule,
		exhaustive.Rule,
		ignoredack.Rule,
		lostcause.Rule,
		clock.Rule,
		random.Rule,
		environment.Rule,
		concurrency.Rule,
		maporder.Rule,
		network.Rule,
		process.Rule,
		filesystem.Rule,
		foreignstore.Rule,
		hiddendependency.Rule,
		insertwithoutconflict.Rule,
		unguardedincrement.Rule,
		sqlclock.Rule,
	}
	return append(list, suppression.New(list))
})

// Analyzers returns the analyzers of all rules, for drivers.
func Analyzers() []*analysis.Analyzer {
	var out []*analysis.Analyzer
	for _, r := range Rules() {
		out = append(out, r.Analyzer)
	}
	return out
}

// Facts returns the analyzers that say nothing, and find out what other packages have to know: all that has to be done
// with a package which is not to be judged.
func Facts() []*analysis.Analyzer {
	return []*analysis.Analyzer{
		role.Analyzer, effect.Analyzer, shape.Analyzer, statement.Analyzer, lostcause.Facts, mutatedevent.Facts,
	}
}

// Pages returns the descriptions of all rules for people, in the same order.
func Pages() []diag.Rule {
	var out []diag.Rule
	for _, r := range Rules() {
		out = append(out, r.Rule)
	}
	return out
}
