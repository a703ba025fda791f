package missingfields

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/evgen/evgen/analysis/shape"
)

// parent returns the n-th node around the one that is being read, from 0.
func (r *reader) parent(n int) ast.Node {
	if n >= len(r.stack) {
		return nil
	}
	return r.stack[len(r.stack)-1-n]
}

// meantAsEvent reports whether an empty literal stands where an event is recorded, rather than for its type: within
// another literal, in a list of events, as a result, as an argument beside a cause, or in an envelope.
func (r *reader) meantAsEvent(t types.Type) bool {
	at := 0
	if u, ok := r.parent(0).(*ast.UnaryExpr); ok && u.Op == token.AND {
		at = 1
	}
	if _, ok := r.parent(at).(*ast.KeyValueExpr); ok {
		at++
	}
	switch p := r.parent(at).(type) {
	case *ast.CompositeLit:
		return r.inFunction() && r.recorded(r.pass.TypesInfo.TypeOf(p))
	case *ast.ReturnStmt:
		return shape.IsEventStruct(t) && r.succeeds(p)
	case *ast.CallExpr:
		return shape.IsEventStruct(t) && r.records(p)
	case *ast.AssignStmt, *ast.ValueSpec:
		v := r.holderOf(p)
		return v != nil && shape.IsEventStruct(t) && r.assigned(v)
	}
	return false
}

// isAsked reports whether a literal is made only to ask which stream is that of the event.
func (r *reader) isAsked() bool {
	call, ok := r.parent(0).(*ast.CallExpr)
	if !ok {
		return false
	}
	t := r.pass.TypesInfo.TypeOf(call)
	return t != nil && shape.IsRuntime(t, "StreamID")
}

// inFunction reports whether what is read is code that runs, rather than a table of prototypes.
func (r *reader) inFunction() bool {
	_, ok := r.body.(*ast.BlockStmt)
	return ok
}

// recorded reports whether a composite holds events to record: a list of them, an envelope, a generated struct.
func (r *reader) recorded(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return shape.IsEvent(u.Elem()) || r.generated(u.Elem())
	case *types.Struct:
		return shape.IsEnvelope(t) || r.generated(t)
	}
	return false
}

func (r *reader) generated(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && shape.Generated(n.Obj().Pkg())
}

// succeeds reports whether a return hands out an event, and no error with it.
func (r *reader) succeeds(ret *ast.ReturnStmt) bool {
	if len(ret.Results) == 1 {
		return true
	}
	return r.pass.TypesInfo.Types[ret.Results[len(ret.Results)-1]].IsNil()
}

// records reports whether a call makes its arguments facts: one with a cause, append, or runtime.Wrap.
func (r *reader) records(call *ast.CallExpr) bool {
	fun := ast.Unparen(call.Fun)
	if id, ok := fun.(*ast.Ident); ok {
		if b, ok := r.pass.TypesInfo.Uses[id].(*types.Builtin); ok {
			return b.Name() == "append"
		}
	}
	sig, ok := r.pass.TypesInfo.TypeOf(fun).(*types.Signature)
	if !ok {
		return false
	}
	if sig.Results().Len() == 1 && shape.IsEnvelope(sig.Results().At(0).Type()) {
		return true
	}
	for i := range sig.Params().Len() {
		if shape.IsRuntime(sig.Params().At(i).Type(), "Cause") {
			return true
		}
	}
	return false
}

// holder returns the variable that a literal, or its address, is assigned to; nil if there is none.
func (r *reader) holder(lit *ast.CompositeLit) *types.Var {
	at := 0
	if u, ok := r.parent(0).(*ast.UnaryExpr); ok && u.Op == token.AND {
		at = 1
	}
	return r.holderOf(r.parent(at))
}

func (r *reader) holderOf(n ast.Node) *types.Var {
	switch p := n.(type) {
	case *ast.AssignStmt:
		if len(p.Lhs) == 1 {
			return r.local(p.Lhs[0])
		}
	case *ast.ValueSpec:
		if len(p.Names) == 1 {
			return r.local(p.Names[0])
		}
	}
	return nil
}

func (r *reader) local(e ast.Expr) *types.Var {
	id, ok := e.(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := r.pass.TypesInfo.ObjectOf(id).(*types.Var)
	return v
}

// assigned reports whether some field of v is assigned: an empty literal that is filled in.
func (r *reader) assigned(v *types.Var) bool {
	found := false
	ast.Inspect(r.body, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok {
			for _, left := range a.Lhs {
				found = found || r.fieldOf(v, left) != ""
			}
		}
		return !found
	})
	return found
}

// completed returns which of missing are not assigned to v behind a place. None are left where somebody else may
// assign them: v's address is taken, v is assigned as a whole, or a method of its pointer is called.
func (r *reader) completed(v *types.Var, behind ast.Node, missing []string) []string {
	left := slices.Clone(missing)
	ast.Inspect(r.body, func(n ast.Node) bool {
		if n == nil || n.End() <= behind.End() {
			return n != nil && n.End() > behind.Pos()
		}
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, e := range n.Lhs {
				if r.local(e) == v && n.Pos() > behind.End() {
					left = nil
				}
				left = drop(left, r.fieldOf(v, e))
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND && r.local(n.X) == v {
				left = nil
			} else if n.Op == token.AND {
				left = drop(left, r.fieldOf(v, n.X))
			}
		case *ast.CallExpr:
			if r.fillsIn(v, n) {
				left = nil
			}
		}
		return true
	})
	return left
}

// fieldOf returns the field of v that an expression names, "" if it does not.
func (r *reader) fieldOf(v *types.Var, e ast.Expr) string {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok || r.local(ast.Unparen(sel.X)) != v {
		return ""
	}
	return sel.Sel.Name
}

// fillsIn reports whether a call gets v by pointer.
func (r *reader) fillsIn(v *types.Var, call *ast.CallExpr) bool {
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok && r.local(sel.X) == v {
		if s := r.pass.TypesInfo.Selections[sel]; s != nil && s.Kind() == types.MethodVal {
			_, pointer := s.Obj().(*types.Func).Signature().Recv().Type().(*types.Pointer)
			return pointer
		}
	}
	_, pointer := v.Type().Underlying().(*types.Pointer)
	return pointer && slices.ContainsFunc(call.Args, func(e ast.Expr) bool { return r.local(e) == v }) && !r.records(call)
}

func drop(list []string, name string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s == name })
}
