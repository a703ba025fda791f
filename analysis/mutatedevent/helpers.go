package mutatedevent

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/evgen/evgen/analysis/flow"
	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/shape"
)

// helpers is the SSA form of as much of a package as can change the lists and maps of an event without knowing of events:
// functions that are given lists or maps of plain values, and write. It is nil if there are none, as a rule: the whole of
// every package of every dependency would cost more than all rules together.
func (w *Writes) helpers() *program.Program {
	kept := map[*types.Func]bool{}
	candidates := w.candidates()
	for grew := true; grew; {
		grew = false
		for f, d := range candidates {
			if !kept[f] && w.mayWrite(d, kept) {
				kept[f], grew = true, true
			}
		}
	}
	if len(kept) == 0 {
		return nil
	}
	pass, info := *w.pass, *w.pass.TypesInfo
	info.InitOrder = nil
	pass.TypesInfo, pass.Files = &info, nil
	for _, file := range w.pass.Files {
		pass.Files = append(pass.Files, w.pruned(file, kept))
	}
	return program.New(&pass)
}

// candidates are the functions that are given lists or maps of plain values.
func (w *Writes) candidates() map[*types.Func]*ast.FuncDecl {
	out := map[*types.Func]*ast.FuncDecl{}
	for _, file := range w.pass.Files {
		if shape.IsTest(w.pass.Fset, file.Pos()) {
			continue
		}
		for _, decl := range file.Decls {
			d, ok := decl.(*ast.FuncDecl)
			if !ok || d.Body == nil {
				continue
			}
			f, ok := w.pass.TypesInfo.Defs[d.Name].(*types.Func)
			if ok && slices.ContainsFunc(slices.Collect(f.Signature().Params().Variables()), func(p *types.Var) bool { return isPlain(p.Type(), false) }) {
				out[f] = d
			}
		}
	}
	return out
}

// isPlain reports whether a type is a list or a map of values that belong to no package.
func isPlain(t types.Type, inside bool) bool {
	switch u := core(t).(type) {
	case *types.Slice:
		return isPlain(u.Elem(), true)
	case *types.Map:
		return isPlain(u.Key(), true) && isPlain(u.Elem(), true)
	case *types.Basic, *types.Interface:
		return inside
	}
	return false
}

// core is the type behind names, and that of which all types are that a type parameter stands for; such as have none are
// interfaces.
func core(t types.Type) types.Type {
	p, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		return t.Underlying()
	}
	iface, ok := p.Constraint().Underlying().(*types.Interface)
	if !ok || iface.NumEmbeddeds() != 1 {
		return t.Underlying()
	}
	if u, ok := iface.EmbeddedType(0).(*types.Union); ok && u.Len() == 1 {
		return u.Term(0).Type().Underlying()
	}
	return t.Underlying()
}

// mayWrite reports whether a function has a statement that writes to a list or a map, or calls one that has.
func (w *Writes) mayWrite(d *ast.FuncDecl, kept map[*types.Func]bool) bool {
	found := false
	ast.Inspect(d.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			found = found || slices.ContainsFunc(n.Lhs, isElement)
		case *ast.IncDecStmt:
			found = found || isElement(n.X)
		case *ast.SliceExpr:
			found = found || n.High != nil
		case *ast.CallExpr:
			found = found || w.callWrites(n, kept)
		}
		return !found
	})
	return found
}

func isElement(e ast.Expr) bool {
	_, ok := ast.Unparen(e).(*ast.IndexExpr)
	return ok
}

func (w *Writes) callWrites(call *ast.CallExpr, kept map[*types.Func]bool) bool {
	if id, ok := call.Fun.(*ast.Ident); ok {
		if b, ok := w.pass.TypesInfo.Uses[id].(*types.Builtin); ok {
			return slices.Contains([]string{"copy", "clear", "delete"}, b.Name())
		}
	}
	f := flow.Func(w.pass.TypesInfo, call.Fun)
	return f != nil && (kept[f] || slices.Contains(changing, f.FullName()) || len(w.of(f).Changes) > 0)
}

// pruned is a file without the bodies of other functions.
func (w *Writes) pruned(file *ast.File, kept map[*types.Func]bool) *ast.File {
	out := *file
	out.Decls = nil
	for _, decl := range file.Decls {
		d, ok := decl.(*ast.FuncDecl)
		if !ok {
			out.Decls = append(out.Decls, decl)
			continue
		}
		f, _ := w.pass.TypesInfo.Defs[d.Name].(*types.Func)
		switch {
		case f == nil || d.Recv == nil && (d.Name.Name == "init" || d.Name.Name == "_"):
		case kept[f]:
			out.Decls = append(out.Decls, d)
		default:
			bare := *d
			bare.Body = nil
			out.Decls = append(out.Decls, &bare)
		}
	}
	return &out
}
