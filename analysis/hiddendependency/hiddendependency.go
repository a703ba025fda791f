// Package hiddendependency is the rule hidden-dependency: who plays a deterministic role holds nothing that can reach the
// world.
package hiddendependency

import (
	"fmt"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/flow"
	"github.com/evgen/evgen/analysis/role"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/schema/diag"
)

// Rule is the rule.
var Rule = rule.New(diag.Rule{
	ID: "hidden-dependency", Severity: diag.Warning,
	Title: "deterministic code holds no clients, clocks or functions",
	Meaning: "Looks at the fields of types that are evolvers, upcasters, projection handlers or reactions: clients, pools and connections, " +
		"what holds one, functions, and interfaces that another package fills. Loggers and telemetry are no findings, nor are fields that only this package fills, with code that can be followed, " +
		"nor is the handler itself that an adapter or a decorator holds.",
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
		if n == nil || seen[n] || !p.Role.Deterministic() {
			continue
		}
		seen[n] = true
		if n.Obj().Pkg() != pass.Pkg {
			wired(pass, p)
			continue
		}
		f := finder{pass: pass, seen: seen}
		for _, other := range pass.Players() {
			if other.Receiver == n && other.Func != nil {
				f.methods = append(f.methods, other.Func.Signature())
			}
		}
		f.fields(n.Obj().Name(), n.Underlying())
	}
	return nil
}

// wired reports the clients of a type of another package, where it is given the role. What fills its other fields, that
// package knows.
func wired(pass *rule.Pass, p *role.Player) {
	s, ok := p.Receiver.Underlying().(*types.Struct)
	if !ok || p.Syntax != nil {
		return
	}
	for i := range s.NumFields() {
		if what := effect.Of(pass.Pass).HidesClient(s.Field(i)); what != "" {
			pass.Report(analysis.Diagnostic{Pos: p.Pos, Message: fmt.Sprintf("%s.%s holds %s", p.Receiver.Obj().Name(), s.Field(i).Name(), what)})
		}
	}
}

type finder struct {
	pass    *rule.Pass
	seen    map[*types.Named]bool
	methods []*types.Signature // of the player
}

// fields reports the fields of a struct, and those of structs of this package that it holds.
func (f *finder) fields(owner string, t types.Type) {
	s, ok := t.(*types.Struct)
	if !ok {
		return
	}
	for i := range s.NumFields() {
		field := s.Field(i)
		n := flow.Named(field.Type())
		if n != nil && n.Obj().Pkg() == f.pass.Pkg && !types.IsInterface(n) {
			if !f.seen[n.Origin()] {
				f.seen[n.Origin()] = true
				f.fields(n.Obj().Name(), n.Underlying())
			}
			continue
		}
		if what := effect.Of(f.pass.Pass).Hides(field); what != "" && !f.adapts(field) {
			f.pass.Report(analysis.Diagnostic{
				Pos: field.Pos(), End: field.Pos() + 1, Message: fmt.Sprintf("%s.%s holds %s", owner, field.Name(), what),
			})
		}
	}
}

// adapts reports whether a field is the handler itself: a function that is given what a method of the player is given, and
// answers the same.
func (f *finder) adapts(field *types.Var) bool {
	held, ok := field.Type().Underlying().(*types.Signature)
	return ok && slices.ContainsFunc(f.methods, func(m *types.Signature) bool {
		if held.Params().Len() != m.Params().Len() || m.Params().Len() == 0 || !types.Identical(held.Results(), m.Results()) {
			return false
		}
		for i := range m.Params().Len() {
			t := held.Params().At(i).Type()
			_, isParam := types.Unalias(flow.Deref(t)).(*types.TypeParam)
			if !isParam && !types.Identical(t, m.Params().At(i).Type()) {
				return false
			}
		}
		return true
	})
}
