// Package flow says where values of one type are put where another type is wanted.
//
// In: syntax with its types. Out: pairs of an expression and the type of its place: arguments with their parameters,
// operands with the variables they are assigned to, results, elements of literals. It follows no control flow.
package flow

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Put is a value in a place.
type Put struct {
	Value ast.Expr
	// Type is the type of the place.
	Type types.Type
	// Into is the variable or field that holds the value from there on; nil where the place has no name.
	Into *types.Var
}

// Puts calls yield for each value below root that is put in a place, in the order of the source.
func Puts(info *types.Info, root ast.Node, yield func(Put)) {
	w := &walker{info: info, yield: yield}
	w.walk(root, nil)
}

type walker struct {
	info  *types.Info
	yield func(Put)
}

// walk visits the nodes below root; results are those of the function around them.
func (w *walker) walk(root ast.Node, results *types.Tuple) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if f, ok := w.info.Defs[n.Name].(*types.Func); ok && n.Body != nil {
				w.walk(n.Body, f.Signature().Results())
			}
			return false
		case *ast.FuncLit:
			if sig, ok := w.typeOf(n).(*types.Signature); ok {
				w.walk(n.Body, sig.Results())
			}
			return false
		case *ast.ReturnStmt:
			w.returned(n, results)
		case *ast.CallExpr:
			w.call(n)
		case *ast.AssignStmt:
			w.assign(n)
		case *ast.ValueSpec:
			w.spec(n)
		case *ast.CompositeLit:
			w.composite(n)
		case *ast.SendStmt:
			if ch, ok := w.under(n.Chan).(*types.Chan); ok {
				w.put(n.Value, ch.Elem(), nil)
			}
		}
		return true
	})
}

func (w *walker) typeOf(e ast.Expr) types.Type { return w.info.TypeOf(e) }

func (w *walker) under(e ast.Expr) types.Type {
	if t := w.typeOf(e); t != nil {
		return t.Underlying()
	}
	return nil
}

func (w *walker) put(value ast.Expr, typ types.Type, into *types.Var) {
	if typ != nil {
		w.yield(Put{Value: ast.Unparen(value), Type: typ, Into: into})
	}
}

func (w *walker) returned(n *ast.ReturnStmt, results *types.Tuple) {
	if results == nil || len(n.Results) != results.Len() {
		return
	}
	for i, e := range n.Results {
		w.put(e, results.At(i).Type(), results.At(i))
	}
}

func (w *walker) call(n *ast.CallExpr) {
	if tv, ok := w.info.Types[n.Fun]; ok && tv.IsType() {
		for _, arg := range n.Args {
			w.put(arg, tv.Type, nil)
		}
		return
	}
	sig, ok := w.under(n.Fun).(*types.Signature)
	if !ok {
		return
	}
	for i, arg := range n.Args {
		if param := Param(sig, i, n.Ellipsis != token.NoPos); param != nil {
			w.put(arg, param.Type(), param.Origin())
		}
	}
}

// Param is the parameter for an argument; a variadic one has the type of its elements, unless a slice is spread.
func Param(sig *types.Signature, i int, spread bool) *types.Var {
	params := sig.Params()
	last := params.Len() - 1
	switch {
	case last < 0 || i > last && !sig.Variadic():
		return nil
	case !sig.Variadic() || i < last || spread:
		return params.At(min(i, last))
	}
	slice, ok := params.At(last).Type().(*types.Slice)
	if !ok {
		return nil
	}
	return types.NewVar(params.At(last).Pos(), params.At(last).Pkg(), params.At(last).Name(), slice.Elem())
}

func (w *walker) assign(n *ast.AssignStmt) {
	if len(n.Lhs) != len(n.Rhs) {
		return
	}
	for i, left := range n.Lhs {
		w.put(n.Rhs[i], w.typeOf(left), Var(w.info, left))
	}
}

func (w *walker) spec(n *ast.ValueSpec) {
	if len(n.Names) != len(n.Values) {
		return
	}
	for i, name := range n.Names {
		if v, ok := w.info.Defs[name].(*types.Var); ok {
			w.put(n.Values[i], v.Type(), v)
		} else if n.Type != nil {
			w.put(n.Values[i], w.typeOf(n.Type), nil) // var _ T = value
		}
	}
}

func (w *walker) composite(n *ast.CompositeLit) {
	switch t := Deref(w.typeOf(n)).Underlying().(type) {
	case *types.Struct:
		w.fields(n, t)
	case *types.Slice:
		w.elements(n, nil, t.Elem())
	case *types.Array:
		w.elements(n, nil, t.Elem())
	case *types.Map:
		w.elements(n, t.Key(), t.Elem())
	}
}

func (w *walker) fields(n *ast.CompositeLit, t *types.Struct) {
	for i, e := range n.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if field := Var(w.info, kv.Key); field != nil {
				w.put(kv.Value, field.Type(), field)
			}
		} else if i < t.NumFields() {
			w.put(e, t.Field(i).Type(), t.Field(i).Origin())
		}
	}
}

func (w *walker) elements(n *ast.CompositeLit, key, elem types.Type) {
	for _, e := range n.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			w.put(kv.Key, key, nil)
			e = kv.Value
		}
		w.put(e, elem, nil)
	}
}

// Var is the variable or field that an expression names, nil if it names none. Fields of instances are those of the
// generic type.
func Var(info *types.Info, e ast.Expr) *types.Var {
	var id *ast.Ident
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		id = e
	case *ast.SelectorExpr:
		id = e.Sel
	default:
		return nil
	}
	if v, ok := info.ObjectOf(id).(*types.Var); ok {
		return v.Origin()
	}
	return nil
}

// Func is the function or method that an expression names, instantiated or not; nil if it names none. Methods of
// instances are those of the generic type.
func Func(info *types.Info, e ast.Expr) *types.Func {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		f, _ := info.ObjectOf(x).(*types.Func)
		return origin(f)
	case *ast.SelectorExpr:
		f, _ := info.ObjectOf(x.Sel).(*types.Func)
		return origin(f)
	case *ast.IndexExpr:
		return Func(info, x.X)
	case *ast.IndexListExpr:
		return Func(info, x.X)
	}
	return nil
}

func origin(f *types.Func) *types.Func {
	if f == nil {
		return nil
	}
	return f.Origin()
}

// Deref is the type that a pointer points to, or the type itself.
func Deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// Named is the named type behind pointers and aliases, nil if there is none.
func Named(t types.Type) *types.Named {
	n, _ := types.Unalias(Deref(types.Unalias(t))).(*types.Named)
	return n
}
