package lostcause

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/shape"
)

// tracer follows a cause back to where it was made.
type tracer struct {
	*Causes
	seen map[ssa.Value]bool
	pos  token.Pos // of what makes it
}

// lost says why a cause continues nothing, "" if it does or nobody knows.
func (t *tracer) lost(v ssa.Value) string {
	if t.seen[v] {
		return ""
	}
	t.seen[v] = true
	switch v := v.(type) {
	case *ssa.Const:
		return "the zero runtime.Cause names no chain"
	case *ssa.Call:
		return t.call(v)
	case *ssa.Phi:
		return t.any(v.Edges)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return t.made(call, v.Index)
		}
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return t.load(v.X)
		}
	case *ssa.ChangeType:
		return t.lost(v.X)
	}
	return ""
}

// any judges a cause that is one of several. What stands in for a cause that a caller has left out is none of its own.
func (t *tracer) any(values []ssa.Value) string {
	if slices.ContainsFunc(values, isParameter) {
		return ""
	}
	for _, v := range values {
		if why := t.lost(v); why != "" {
			return why
		}
	}
	return ""
}

func (t *tracer) call(v *ssa.Call) string {
	f := v.Common().StaticCallee()
	switch {
	case f == nil:
		return t.made(v, 0)
	case isRoot(v):
		t.pos = v.Pos()
		return "runtime.Root starts a new chain"
	case isOfCause(v.Common()):
		if links(v) {
			return ""
		}
		return t.lost(v.Common().Args[0])
	case isRuntime(f, "CausedBy"):
		t.pos = v.Pos()
		return t.lineage(v.Common().Args[0])
	}
	return t.made(v, 0)
}

// made judges what a function returns.
func (t *tracer) made(v *ssa.Call, index int) string {
	if f := v.Common().StaticCallee(); f != nil {
		if obj, ok := f.Object().(*types.Func); ok && t.of(obj.Origin()).Makes != "" {
			t.pos = v.Pos()
			return t.of(obj.Origin()).Makes
		}
	}
	for _, callee := range t.prog.Callees(v) {
		for _, r := range program.Returns(callee, index) {
			if why := t.lost(r); why != "" {
				t.pos = v.Pos()
				return why
			}
		}
	}
	return ""
}

func isParameter(v ssa.Value) bool {
	_, ok := v.(*ssa.Parameter)
	return ok
}

// load judges what stands in a variable: a local one that nothing was written to, or a package-level one or a field
// that the package fills with a root.
func (t *tracer) load(addr ssa.Value) string {
	switch a := addr.(type) {
	case *ssa.Alloc:
		return t.local(a)
	case *ssa.Global:
		return t.stored(t.prog.Global(a))
	case *ssa.FieldAddr:
		return t.stored(t.prog.Field(program.FieldOf(a.X.Type(), a.Field)))
	}
	return ""
}

func (t *tracer) local(a *ssa.Alloc) string {
	var values []ssa.Value
	for _, ref := range *a.Referrers() {
		switch r := ref.(type) {
		case *ssa.Store:
			if r.Addr == a {
				values = append(values, r.Val)
			}
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return "" // somebody else may write to it
		}
	}
	if len(values) == 0 {
		t.pos = a.Pos()
		return "the zero runtime.Cause names no chain"
	}
	return t.any(values)
}

// stored judges what the package puts in a place, from which no fix can be made.
func (t *tracer) stored(values []ssa.Value) string {
	why := t.any(values)
	if why != "" {
		t.pos = token.NoPos
	}
	return why
}

// lineage judges the argument of CausedBy: a runtime.Lineage without a correlation, or with one made up here.
func (t *tracer) lineage(v ssa.Value) string {
	m, ok := v.(*ssa.MakeInterface)
	if !ok || !shape.IsRuntime(m.X.Type(), "Lineage") {
		return ""
	}
	if _, zero := m.X.(*ssa.Const); zero {
		return "a zero runtime.Lineage names no chain"
	}
	load, ok := m.X.(*ssa.UnOp)
	if !ok {
		return ""
	}
	a, ok := load.X.(*ssa.Alloc)
	if !ok {
		return ""
	}
	return judgeLineage(a)
}

func judgeLineage(a *ssa.Alloc) string {
	fields, _ := a.Type().(*types.Pointer).Elem().Underlying().(*types.Struct)
	for _, ref := range *a.Referrers() {
		switch r := ref.(type) {
		case *ssa.FieldAddr:
			for _, use := range *r.Referrers() {
				if s, ok := use.(*ssa.Store); ok && fields.Field(r.Field).Name() == "Correlation" && !invented(s.Val) {
					return ""
				}
			}
		case *ssa.Store:
			return "" // copied from elsewhere
		}
	}
	return "a runtime.Lineage without the correlation of the event starts a new chain"
}

// isRoot reports whether a call is one of runtime.Root.
func isRoot(v *ssa.Call) bool {
	f := v.Common().StaticCallee()
	return f != nil && isRuntime(f, "Root")
}

func isRuntime(f *ssa.Function, name string) bool {
	return f.Object() != nil && f.Object().Pkg() != nil && f.Object().Pkg().Path() == shape.Runtime &&
		f.Name() == name && f.Signature.Recv() == nil
}

// isOfCause reports whether a call is of a method of runtime.Cause.
func isOfCause(c *ssa.CallCommon) bool {
	recv := c.Signature().Recv()
	return recv != nil && shape.IsRuntime(recv.Type(), "Cause")
}

// links reports whether a method of a cause makes it continue something that was not made up here.
func links(v *ssa.Call) bool {
	switch v.Common().StaticCallee().Name() {
	case "WithCorrelation", "WithCausation":
		return !invented(v.Common().Args[1])
	}
	return false
}

// invented reports whether an id is a new one.
func invented(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Const:
		return true
	case *ssa.Extract:
		return invented(v.Tuple)
	case *ssa.Call:
		f := v.Common().StaticCallee()
		if f == nil || f.Object() == nil || f.Object().Pkg() == nil || f.Object().Pkg().Path() != "github.com/google/uuid" {
			return false
		}
		switch f.Name() {
		case "New", "NewRandom", "NewV7", "NewV6", "NewUUID":
			return true
		case "Must":
			return invented(v.Common().Args[0])
		}
	}
	return false
}

// continued reports whether what a root becomes is given the chain of somebody else, stands in for a cause that was left
// out, or is returned.
func continued(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return false
	}
	seen[v] = true
	for _, ref := range *v.Referrers() {
		switch r := ref.(type) {
		case *ssa.Call:
			if isOfCause(r.Common()) && r.Common().Args[0] == v && (links(r) || continued(r, seen)) {
				return true
			}
		case *ssa.Return:
			return true
		case *ssa.Phi:
			if slices.ContainsFunc(r.Edges, isParameter) || continued(r, seen) {
				return true
			}
		case *ssa.Store:
			if a, ok := r.Addr.(*ssa.Alloc); ok && continuedIn(a, seen) {
				return true
			}
		}
	}
	return false
}

func continuedIn(a *ssa.Alloc, seen map[ssa.Value]bool) bool {
	for _, ref := range *a.Referrers() {
		if s, ok := ref.(*ssa.Store); ok && s.Addr == a && isParameter(s.Val) {
			return true
		}
		if load, ok := ref.(*ssa.UnOp); ok && continued(load, seen) {
			return true
		}
	}
	return false
}
