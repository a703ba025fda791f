package effect

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/evgen/evgen/analysis/flow"
	"github.com/evgen/evgen/analysis/role"
)

// Hides says what a field of this package holds through which the world may be reached unseen: "a function", "a client:
// net/http.Client", or "". Where only this package fills the field, with code that can be followed, it hides nothing.
func (r *Result) Hides(field *types.Var) string {
	t := field.Type()
	switch u := t.Underlying().(type) {
	case *types.Signature:
		if u.Results().Len() > 0 && !r.isFilledHere(field) {
			return "a function that other packages choose"
		}
		return ""
	case *types.Interface:
		if r.isHarmless(t, u) || !isParam(t) && r.isFilledHere(field) {
			return ""
		}
		return "an interface that other packages implement"
	}
	if holdsTable(t) {
		if answers(t) && !r.isFilledHere(field) {
			return "functions that other packages choose"
		}
		return ""
	}
	return r.HidesClient(field)
}

// HidesClient says whether a field of any package holds a client, or a generator of random numbers.
func (r *Result) HidesClient(field *types.Var) string {
	t := field.Type()
	if isGenerator(t) {
		return "a generator of random numbers: what it draws depends on what it drew before"
	}
	if n := flow.Named(t); n != nil && n.Obj().Pkg() != nil {
		if r.isClient(n) {
			return "a client: " + n.Obj().Pkg().Path() + "." + n.Obj().Name()
		}
		if r.holdsClient(n) {
			return "what holds a client: " + n.Obj().Pkg().Path() + "." + n.Obj().Name()
		}
	}
	return ""
}

// holdsClient reports whether a struct of another package that is followed has a field for a client, or for whatever can
// run SQL, as generated queries have.
func (r *Result) holdsClient(n *types.Named) bool {
	s, ok := n.Underlying().(*types.Struct)
	if !ok || n.Obj().Pkg() == r.pass.Pkg || r.list.isOpaque(n.Obj().Pkg().Path()) {
		return false
	}
	for i := range s.NumFields() {
		held := flow.Named(s.Field(i).Type())
		if held != nil && held.Obj().Pkg() != nil && (r.isClient(held) || runsSQL(held)) {
			return true
		}
	}
	return false
}

// runsSQL reports whether an interface has a method that takes SQL and returns rows, whatever implements it.
func runsSQL(n *types.Named) bool {
	iface, ok := n.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for i := range iface.NumMethods() {
		results := iface.Method(i).Signature().Results()
		if results.Len() == 0 {
			continue
		}
		if t := flow.Named(results.At(0).Type()); t != nil && t.Obj().Pkg() != nil && (t.Obj().Name() == "Rows" || t.Obj().Name() == "Row") {
			return true
		}
	}
	return false
}

// isFilledHere reports whether all that the field ever holds is known: it is filled, and by functions or types that
// can be followed, not by what a caller from elsewhere passes in.
func (r *Result) isFilledHere(field *types.Var) bool {
	if field.Exported() || len(r.values.held[field]) == 0 {
		return false
	}
	known := true
	r.values.of(field, func(e ast.Expr) {
		switch x := ast.Unparen(e).(type) {
		case *ast.FuncLit:
			return
		case *ast.Ident:
			if x.Name == "nil" {
				return
			}
		}
		if flow.Func(r.pass.TypesInfo, e) != nil {
			return
		}
		if t := r.pass.TypesInfo.TypeOf(e); t != nil && holdsCode(field.Type()) && types.IsInterface(field.Type()) && !types.IsInterface(t) {
			return
		}
		from := flow.Var(r.pass.TypesInfo, e)
		known = known && from != nil && len(r.values.held[from]) > 0 && !r.isOpen(from)
	})
	return known
}

// isOpen reports whether other packages can fill a variable: it is exported, or a parameter of an exported function.
func (r *Result) isOpen(v *types.Var) bool {
	if v.IsField() || v.Parent() == r.pass.Pkg.Scope() {
		return v.Exported()
	}
	open := false
	for of := range r.graph.index {
		f, ok := of.(*types.Func)
		open = open || ok && f.Exported() && hasParam(f.Signature(), v)
	}
	return open
}

func hasParam(sig *types.Signature, v *types.Var) bool {
	for i := range sig.Params().Len() {
		if sig.Params().At(i) == v {
			return true
		}
	}
	return false
}

// isHarmless reports whether an interface is no way to the world: loggers, telemetry, those of the standard library that
// are not on the list, and those that answer nothing.
func (r *Result) isHarmless(t types.Type, iface *types.Interface) bool {
	if n := flow.Named(t); n != nil && n.Obj().Pkg() != nil {
		if r.isClient(n) {
			return false
		}
		if r.list.isOpaque(n.Obj().Pkg().Path()) {
			return true
		}
	}
	if n := flow.Named(t); isParam(t) && iface.NumMethods() == 0 || n != nil && r.givesRole(n) {
		return true
	}
	for i := range iface.NumMethods() {
		if iface.Method(i).Signature().Results().Len() > 0 {
			return false
		}
	}
	return true
}

// isClient reports whether a type has methods that are on the list.
func (r *Result) isClient(n *types.Named) bool {
	if n.Obj().Pkg() != nil && strings.HasSuffix(n.Obj().Pkg().Path(), "/template") {
		return false // it was read when the program began
	}
	methods := types.NewMethodSet(types.NewPointer(n))
	if types.IsInterface(n) {
		methods = types.NewMethodSet(n)
	}
	for i := range methods.Len() {
		f, ok := methods.At(i).Obj().(*types.Func)
		if !ok || f.Pkg() == nil {
			continue
		}
		for _, k := range r.list.kinds(f.Pkg().Path(), nameOf(f)) {
			if k != Environment && k != Concurrency && k != Process {
				return true
			}
		}
	}
	return false
}

// answers reports whether the functions of a table return anything but an error: as tables of handlers do not.
func answers(table types.Type) bool {
	switch u := table.Underlying().(type) {
	case *types.Slice:
		return answers(u.Elem())
	case *types.Array:
		return answers(u.Elem())
	case *types.Map:
		return answers(u.Elem())
	case *types.Signature:
		results := u.Results()
		return results.Len() > 0 && !types.Identical(results.At(0).Type(), types.Universe.Lookup("error").Type())
	}
	return false
}

// givesRole reports whether implementers of an interface are judged themselves.
func (r *Result) givesRole(n *types.Named) bool {
	return r.pass.ImportObjectFact(n.Obj(), new(role.Fact))
}
