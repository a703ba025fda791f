package mutatedevent

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/flow"
	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/shape"
)

// tracer answers whether a value shares memory with a root.
type tracer struct {
	*Writes
	root func(v ssa.Value) bool
	seen map[ssa.Value]bool
}

// owned reports whether a value is a root, a part of one, or leads to memory of one. It is long because it has a case for
// each kind of value.
func (t *tracer) owned(v ssa.Value) bool {
	if v == nil || t.seen[v] {
		return false
	}
	t.seen[v] = true
	if t.root(v) {
		return true
	}
	switch v := v.(type) {
	case *ssa.Phi:
		for _, e := range v.Edges {
			if t.owned(e) {
				return true
			}
		}
	case *ssa.UnOp:
		return v.Op == token.MUL && t.loaded(v)
	case *ssa.Field:
		return t.owned(v.X)
	case *ssa.Index:
		return t.owned(v.X)
	case *ssa.Lookup:
		return t.owned(v.X)
	case *ssa.Slice:
		return t.owned(v.X)
	case *ssa.TypeAssert:
		return t.owned(v.X)
	case *ssa.ChangeType:
		return t.owned(v.X)
	case *ssa.Convert:
		return reference(v.X.Type()) && reference(v.Type()) && t.owned(v.X)
	case *ssa.ChangeInterface:
		return t.owned(v.X)
	case *ssa.MakeInterface:
		return t.owned(v.X)
	case *ssa.Extract:
		return t.extracted(v)
	case *ssa.FieldAddr:
		return t.owned(v.X) || shape.Carries(flow.Deref(v.Type())) && t.field(v)
	case *ssa.IndexAddr:
		return t.owned(v.X)
	case *ssa.Alloc: // reached by way of an address within it
		for _, s := range program.StoresTo(v) {
			if t.owned(s.Val) {
				return true
			}
		}
	case *ssa.FreeVar:
		for _, b := range program.Bindings(v) {
			if t.owned(b) {
				return true
			}
		}
	case *ssa.Call:
		return t.result(v)
	}
	return false
}

func (t *tracer) extracted(v *ssa.Extract) bool {
	switch tuple := v.Tuple.(type) {
	case *ssa.TypeAssert:
		return t.owned(tuple.X)
	case *ssa.Lookup:
		return t.owned(tuple.X)
	case *ssa.Next:
		r, ok := tuple.Iter.(*ssa.Range)
		return ok && t.owned(r.X)
	}
	return false
}

// result reports whether a call returns what it was given, or a part of it.
func (t *tracer) result(v *ssa.Call) bool {
	args := v.Common().Args
	if b, ok := v.Common().Value.(*ssa.Builtin); ok {
		full, _ := args[0].(*ssa.Slice) // append(list[:0:0], list...) makes room of its own
		return b.Name() == "append" && (full == nil || full.Max == nil) && t.owned(args[0])
	}
	if !reference(v.Type()) {
		return false
	}
	name := program.FullName(v.Common())
	if name == "slices.Clip" || name == "slices.Grow" || name == "slices.Compact" {
		return t.owned(args[0])
	}
	if clones(name) {
		return false
	}
	for _, i := range t.of(program.Called(v.Common())).Returns {
		if arg := program.Argument(v.Common(), i); arg != nil && t.owned(arg) {
			return true
		}
	}
	if v.Common().IsInvoke() {
		return false
	}
	for _, own := range t.prog.Callees(v) {
		for i, p := range own.Params {
			if i < len(args) && t.hands(own, p) && t.owned(args[i]) {
				return true
			}
		}
	}
	return false
}

// hands reports whether a function returns what a parameter leads to.
func (w *Writes) hands(fn *ssa.Function, p *ssa.Parameter) bool {
	if known, ok := w.returned[p]; ok {
		return known
	}
	w.returned[p] = false // one that calls itself
	w.returned[p] = w.returnsPart(fn, p)
	return w.returned[p]
}

func (w *Writes) returnsPart(fn *ssa.Function, p *ssa.Parameter) bool {
	for i := range fn.Signature.Results().Len() {
		for _, r := range program.Returns(fn, i) {
			t := &tracer{Writes: w, root: func(v ssa.Value) bool { return v == p }, seen: map[ssa.Value]bool{}}
			if reference(r.Type()) && t.owned(r) {
				return true
			}
		}
	}
	return false
}

// loaded judges what is read from an address: a variable that holds a root or a copy of it, or a field that some
// function of the package makes share with one. A part that was replaced before is not the root's any more.
func (t *tracer) loaded(load *ssa.UnOp) bool {
	switch a := load.X.(type) {
	case *ssa.FieldAddr:
		if s := replacedBefore(load, a); s != nil {
			return t.owned(s.Val)
		}
		return t.root(a) || t.field(a) || !t.replacedElsewhere(a) && t.owned(a.X)
	case *ssa.Alloc:
		return t.variable(load, a)
	case *ssa.FreeVar:
		for _, b := range program.Bindings(a) {
			if v, ok := b.(*ssa.Alloc); ok && t.variable(load, v) {
				return true
			}
		}
		return false
	}
	return t.owned(load.X)
}

func (t *tracer) variable(load *ssa.UnOp, a *ssa.Alloc) bool {
	if s := lastStore(load, a); s != nil {
		return t.owned(s.Val)
	}
	for _, s := range program.StoresTo(a) {
		if t.owned(s.Val) {
			return true
		}
	}
	return false
}

// field judges a field of a state: what the package stores in it anywhere.
func (t *tracer) field(a *ssa.FieldAddr) bool {
	if held := flow.Deref(a.Type()); !reference(held) && !shape.Carries(held) {
		return false
	}
	for _, v := range t.prog.Field(program.FieldOf(a.X.Type(), a.Field)) {
		if !ofAnother(v.Parent(), a.Parent()) && t.owned(v) {
			return true
		}
	}
	return false
}

// replacedElsewhere reports whether a part of an event that a state keeps is one that the package itself puts there.
func (t *tracer) replacedElsewhere(a *ssa.FieldAddr) bool {
	kept, ok := a.X.(*ssa.FieldAddr)
	return ok && shape.IsEventStruct(flow.Deref(kept.Type())) && !shape.IsEnvelope(flow.Deref(kept.X.Type())) && len(t.prog.Field(program.FieldOf(a.X.Type(), a.Field))) > 0
}

// ofAnother reports whether two functions are methods that handle events for different types: what one puts into its state
// the other does not see, though both have states of one type.
func ofAnother(f, g *ssa.Function) bool {
	if f == nil || g == nil || f.Signature.Recv() == nil || g.Signature.Recv() == nil {
		return false
	}
	handle := shape.TakesEvents(f.Signature) && shape.TakesEvents(g.Signature)
	return handle && !types.Identical(flow.Deref(f.Signature.Recv().Type()), flow.Deref(g.Signature.Recv().Type()))
}

// replacedBefore returns the last store to the same field of the same variable that is certain to run before a load.
func replacedBefore(load *ssa.UnOp, a *ssa.FieldAddr) *ssa.Store {
	var found *ssa.Store
	for _, b := range load.Parent().Blocks {
		for _, i := range b.Instrs {
			s, ok := i.(*ssa.Store)
			if ok && program.SamePlace(s.Addr, a) && before(s, load) && (found == nil || before(found, s)) {
				found = s
			}
		}
	}
	return found
}

// lastStore is replacedBefore for a whole variable.
func lastStore(load *ssa.UnOp, a *ssa.Alloc) *ssa.Store {
	var found *ssa.Store
	for _, s := range program.StoresTo(a) {
		if s.Parent() == load.Parent() && before(s, load) && (found == nil || before(found, s)) {
			found = s
		}
	}
	return found
}

// before reports whether one instruction runs before another whenever that runs.
func before(first, second ssa.Instruction) bool {
	if first.Block() != second.Block() {
		return first.Block().Dominates(second.Block())
	}
	for _, i := range first.Block().Instrs {
		if i == first {
			return true
		}
		if i == second {
			return false
		}
	}
	return false
}
