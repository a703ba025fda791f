// Package lostcause finds events that are recorded for an event, and do not say so.
package lostcause

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/role"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/analysis/shape"
	"github.com/evgen/evgen/schema/diag"
)

// Rule finds them.
var Rule = rule.New(diag.Rule{
	ID:       "lost-cause",
	Title:    "what is recorded for an event continues its chain",
	Severity: diag.Error,
	Meaning: "Looks at what handlers of events, reactions and steps of sagas reach, in other packages as well. A cause made by " +
		"runtime.Root, a zero cause, or one made of new ids starts a chain of its own, although there is an event that led to it. " +
		"A root that is given a correlation or a causation of somebody else is fine.",
	Why: "Correlation and causation are how an incident is read backwards: from a wrong mail to the order that led to it. The " +
		"tenant travels with them too. A chain that is broken cannot be mended later, since events never change.",
	Bad:  `store.Append(ctx, stream, runtime.ExpectAny(), runtime.Root(), mailSent)`,
	Good: `store.Append(ctx, stream, runtime.ExpectAny(), runtime.CausedBy(event), mailSent)`,
	Off:  "The handler begins something that has nothing to do with the event, such as a check that runs once a day.",
}, run, Facts)

func run(pass *rule.Pass) error {
	players := handlers(pass.Players())
	if len(players) == 0 {
		return nil
	}
	causes := pass.ResultOf[Facts].(*Causes)
	f := &finder{pass: pass, seen: map[token.Pos]bool{}}
	for _, reached := range causes.prog.Reach(players) {
		for _, found := range causes.begun(reached) {
			f.report(reached, found)
		}
	}
	for _, p := range players { // those of other packages, where they are given the role
		if known := causes.of(p.Func); p.Syntax == nil && known.Starts != "" {
			f.report(program.Reached{Player: p, Chain: []string{p.Name}}, begin{p.Pos, known.Starts, known.Chain})
		}
	}
	return nil
}

// handlers are the players that have an event at hand: those that are given one, and steps of sagas, which know theirs.
func handlers(players role.Players) []*role.Player {
	var out []*role.Player
	for _, p := range players {
		if p.Role == role.Saga || p.Func != nil && shape.TakesEvents(p.Func.Signature()) || p.Func == nil {
			out = append(out, p)
		}
	}
	return out
}

type finder struct {
	pass *rule.Pass
	seen map[token.Pos]bool
}

func (f *finder) report(at program.Reached, found begin) {
	pos := found.pos
	if f.seen[pos] {
		return
	}
	f.seen[pos] = true
	chain := strings.Join(slices.Concat(at.Chain, found.beyond), " -> ")
	d := analysis.Diagnostic{
		Pos:     pos,
		Message: fmt.Sprintf("%s, although the event is at hand that leads to this (%s)", found.why, chain),
	}
	if fix, ok := f.fix(at, pos); ok {
		d.Pos, d.End = fix.TextEdits[0].Pos, fix.TextEdits[0].End
		d.SuggestedFixes = []analysis.SuggestedFix{fix}
	}
	f.pass.Report(d)
}

// fix replaces runtime.Root() or runtime.Cause{} by runtime.CausedBy(event), where a parameter in sight is an event.
func (f *finder) fix(at program.Reached, pos token.Pos) (analysis.SuggestedFix, bool) {
	event := eventInSight(at.Func)
	if event == nil || !f.pass.Names(event.Name(), pos, event.Pos()) {
		return analysis.SuggestedFix{}, false
	}
	var from ast.Node
	var qualifier string
	for _, file := range f.pass.Files {
		if pos < file.FileStart || file.FileEnd <= pos {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if q := f.makes(n, pos); q != "" {
				from, qualifier = n, q
			}
			return from == nil
		})
	}
	if from == nil {
		return analysis.SuggestedFix{}, false
	}
	text := qualifier + ".CausedBy(" + event.Name() + ")"
	return analysis.SuggestedFix{
		Message:   "pass the cause on: " + text,
		TextEdits: []analysis.TextEdit{{Pos: from.Pos(), End: from.End(), NewText: []byte(text)}},
	}, true
}

// makes returns the name of package runtime if n is the runtime.Root() or runtime.Cause{} at a place.
func (f *finder) makes(n ast.Node, pos token.Pos) string {
	var e ast.Expr
	switch n := n.(type) {
	case *ast.CallExpr:
		if n.Lparen != pos || len(n.Args) > 0 {
			return ""
		}
		e = n.Fun
	case *ast.CompositeLit:
		if n.Pos() != pos && n.Lbrace != pos {
			return ""
		}
		e = n.Type
	default:
		return ""
	}
	sel, ok := e.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Root" && sel.Sel.Name != "Cause" {
		return ""
	}
	if id, ok := sel.X.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// eventInSight returns the parameter that is an envelope, of f or of the function around it; nil if there is none.
func eventInSight(f *ssa.Function) *ssa.Parameter {
	for ; f != nil; f = f.Parent() {
		for _, p := range f.Params {
			t := p.Type()
			if ptr, ok := t.(*types.Pointer); ok {
				t = ptr.Elem()
			}
			if shape.IsEnvelope(t) && p.Name() != "_" && p.Name() != "" {
				return p
			}
		}
	}
	return nil
}
