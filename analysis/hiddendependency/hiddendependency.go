// Package hiddendependency is the rule hidden-dependency: who plays a deterministic role holds nothing that can reach the
// world.
package hiddendependency

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/flow"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/schema/diag"
)

// Rule is the rule.
var Rule = rule.New(diag.Rule{
	ID: "hidden-dependency", Severity: diag.Warning,
	Title: "deterministic code holds no clients, clocks or functions",
	Meaning: "Looks at the fields of types that are evolvers, upcasters, projection handlers or reactions: clients, pools and connections, " +
		"functions, and interfaces that another package fills. Loggers and telemetry are no findings, nor are fields that only this package fills, with code that can be followed.",
	Why: "What stands behind such a field no analysis sees, and it is there to be called. In a test it is a fake that always answers the same; in a rebuild it is the clock of today.",
	Bad: `type list struct {
	now func() time.Time
}
`,
	Good: `type list struct{} // the envelope has the time
`,
	Off: "Where what stands behind the field gives equal answers for equal questions: a table of rates that never changes, a tokenizer.",
}, run, effect.Analyzer)

func run(pass *rule.Pass) error {
	seen := map[*types.Named]bool{}
	for _, p := range pass.Players() {
		n := p.Receiver
		if n == nil || seen[n] || !p.Role.Deterministic() || n.Obj().Pkg() != pass.Pkg {
			continue
		}
		seen[n] = true
		fields(pass, n.Obj().Name(), n.Underlying(), seen)
	}
	return nil
}

// fields reports the fields of a struct, and those of structs of this package that it holds.
func fields(pass *rule.Pass, owner string, t types.Type, seen map[*types.Named]bool) {
	s, ok := t.(*types.Struct)
	if !ok {
		return
	}
	for i := range s.NumFields() {
		f := s.Field(i)
		n := flow.Named(f.Type())
		if n != nil && n.Obj().Pkg() == pass.Pkg && !types.IsInterface(n) {
			if !seen[n.Origin()] {
				seen[n.Origin()] = true
				fields(pass, n.Obj().Name(), n.Underlying(), seen)
			}
			continue
		}
		if what := effect.Of(pass.Pass).Hides(f); what != "" {
			pass.Report(analysis.Diagnostic{
				Pos: f.Pos(), End: f.Pos() + 1, Message: fmt.Sprintf("%s.%s holds %s", owner, f.Name(), what),
			})
		}
	}
}
