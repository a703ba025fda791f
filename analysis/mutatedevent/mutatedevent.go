// Package mutatedevent finds code that changes an event after it was received, or after it was recorded.
package mutatedevent

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/flow"
	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/role"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/analysis/shape"
	"github.com/evgen/evgen/schema/diag"
)

// Rule finds it.
var Rule = rule.New(diag.Rule{
	ID:       "mutated-event",
	Title:    "an event that happened does not change",
	Severity: diag.Error,
	Meaning: "Looks at writes to envelopes and events that a function was given, and at writes through their slices, maps and " +
		"pointers: elements, delete, clear, copy, sorting in place, reusing the room by append(list[:0], ...), helpers " +
		"of any package that do so, a state that shares a slice with an event. And at writes to an event, or to what it shares, after it became a " +
		"runtime.Event that somebody else holds. A copy in a variable may be changed, and so may what slices.Clone and maps.Clone return.",
	Why: "Handlers of one process are given the same decoded event, and slices are shared with whoever kept them. The next one, a " +
		"retry or an aggregate in memory sees something that never happened, and what was appended may differ from what the program " +
		"goes on with. Nothing in the store shows it.",
	Bad: `sort.Strings(event.Data.Tags)
s.Tags = event.Data.Tags`,
	Good: `s.Tags = slices.Clone(event.Data.Tags)
sort.Strings(s.Tags)`,
	Off: "The function made the event itself, and nobody else has seen it.",
}, run, Facts)

func run(pass *rule.Pass) error {
	if !shape.Touches(pass.Pkg) {
		return nil
	}
	f := &finder{Writes: pass.ResultOf[Facts].(*Writes), pass: pass, seen: map[token.Pos]bool{}}
	for _, fn := range f.prog.Functions() {
		if fn.Pos().IsValid() && shape.Written(pass.Pass, fn.Pos()) {
			f.received(fn)
			f.recorded(fn)
		}
	}
	return nil
}

type finder struct {
	*Writes
	pass *rule.Pass
	seen map[token.Pos]bool
}

func (f *finder) report(pos token.Pos, message string) {
	if f.seen[pos] || !pos.IsValid() {
		return
	}
	f.seen[pos] = true
	f.pass.Report(analysis.Diagnostic{Pos: pos, Message: message})
}

// received finds writes to what fn, or a function around it, was given.
func (f *finder) received(fn *ssa.Function) {
	for _, w := range f.writes(fn) {
		t := &tracer{Writes: f.Writes, root: f.isGiven, seen: map[ssa.Value]bool{}}
		switch {
		case w.variable != nil && f.ownCopy(w):
			f.report(w.pos, "write to the event that "+f.name(fn)+" was given: what happened does not change; change a copy")
		case w.through != nil && t.owned(w.through):
			f.report(w.pos, "write to an event by way of what it shares ("+w.what+"): whoever else holds the event sees it; clone first")
		}
	}
}

func (f *finder) name(fn *ssa.Function) string {
	if obj, ok := fn.Object().(*types.Func); ok {
		return role.Name(obj)
	}
	return "the function"
}

// isGiven reports whether a value is an event, or an envelope, that a function was given, alone or as a part of something:
// run.Start of a step of a saga.
func (f *finder) isGiven(v ssa.Value) bool {
	if a, ok := v.(*ssa.FieldAddr); ok {
		return holdsEnvelopes(flow.Deref(a.Type())) && f.isForeign(a) && isPartOfParameter(a.X)
	}
	p, ok := v.(*ssa.Parameter)
	if !ok || p.Parent().Signature.Recv() != nil && p == p.Parent().Params[0] {
		return false
	}
	t := p.Type()
	if ptr, ok := t.(*types.Pointer); ok {
		return shape.IsEnvelope(ptr.Elem())
	}
	if s, ok := t.Underlying().(*types.Slice); ok {
		t = s.Elem()
	}
	return shape.Carries(t)
}

// isForeign reports whether a field is one of a type of another package: what the package's own types hold it may have
// made itself.
func (f *finder) isForeign(a *ssa.FieldAddr) bool {
	n := flow.Named(a.X.Type())
	return n != nil && n.Obj().Pkg() != f.pass.Pkg
}

// holdsEnvelopes reports whether a type is an envelope, or a map of them.
func holdsEnvelopes(t types.Type) bool {
	if m, ok := t.Underlying().(*types.Map); ok {
		t = m.Elem()
	}
	return shape.IsEnvelope(flow.Deref(t))
}

// isPartOfParameter reports whether an address is within what a parameter points to, the receiver excepted.
func isPartOfParameter(addr ssa.Value) bool {
	for {
		switch a := addr.(type) {
		case *ssa.FieldAddr:
			addr = a.X
		case *ssa.Parameter:
			return a.Parent().Signature.Recv() == nil || a != a.Parent().Params[0]
		default:
			return false
		}
	}
}

// ownCopy reports whether a write is to the parameter itself, if that is an envelope. An event alone is a copy that the
// function may fill in and return, as upcasts do.
func (f *finder) ownCopy(w write) bool {
	for _, s := range program.StoresTo(w.variable) {
		p, ok := s.Val.(*ssa.Parameter)
		if ok && f.isGiven(p) && shape.IsEnvelope(p.Type()) {
			return true
		}
	}
	return false
}
