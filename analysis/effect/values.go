package effect

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/flow"
	"github.com/evgen/evgen/analysis/role"
)

// values are what the variables and fields of a package hold, as far as functions and implementers of interfaces go.
// Order of assignments does not count: a variable stands for all that is ever put into it outside of tests.
type values struct {
	pkg  *types.Package
	info *types.Info
	held map[*types.Var][]ast.Expr
	// kept are what the fields of players hold that are plain values: what they were given when the program began.
	kept map[*types.Var][]ast.Expr
}

func valuesOf(pass *analysis.Pass) *values {
	v := &values{pkg: pass.Pkg, info: pass.TypesInfo, held: map[*types.Var][]ast.Expr{}, kept: map[*types.Var][]ast.Expr{}}
	own := fieldsOfPlayers(pass)
	for _, file := range pass.Files {
		if strings.HasSuffix(pass.Fset.File(file.Pos()).Name(), "_test.go") {
			continue
		}
		flow.Puts(pass.TypesInfo, file, func(p flow.Put) {
			switch {
			case p.Into == nil:
			case holdsCode(p.Type) || holdsTable(p.Type):
				v.held[p.Into] = append(v.held[p.Into], p.Value)
			case own[p.Into]:
				v.kept[p.Into] = append(v.kept[p.Into], p.Value)
			}
		})
		ast.Inspect(file, v.element)
	}
	v.receivers(pass)
	return v
}

// receivers notes what is converted to a function type that has methods: what they call as their receiver.
func (v *values) receivers(pass *analysis.Pass) {
	converted := map[*types.Named][]ast.Expr{}
	for _, file := range pass.Files {
		flow.Puts(pass.TypesInfo, file, func(p flow.Put) {
			if n, ok := types.Unalias(p.Type).(*types.Named); ok && isSignature(n) && n.NumMethods() > 0 {
				converted[n.Origin()] = append(converted[n.Origin()], p.Value)
			}
		})
	}
	for n, held := range converted {
		for i := range n.NumMethods() {
			recv := n.Method(i).Signature().Recv()
			v.held[recv] = append(v.held[recv], held...)
		}
	}
}

// element notes what is put into tables: m[key] = f.
func (v *values) element(n ast.Node) bool {
	if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == len(a.Rhs) {
		for i, left := range a.Lhs {
			index, ok := ast.Unparen(left).(*ast.IndexExpr)
			if !ok {
				continue
			}
			if table := flow.Var(v.info, index.X); table != nil && holdsTable(table.Type()) {
				v.held[table] = append(v.held[table], ast.Unparen(a.Rhs[i]))
			}
		}
	}
	return true
}

// fieldsOfPlayers are the fields of plain values in the types that play deterministic roles.
func fieldsOfPlayers(pass *analysis.Pass) map[*types.Var]bool {
	out := map[*types.Var]bool{}
	for _, p := range role.Of(pass) {
		if p.Receiver == nil || !p.Role.Deterministic() || p.Receiver.Obj().Pkg() != pass.Pkg {
			continue
		}
		if s, ok := p.Receiver.Origin().Underlying().(*types.Struct); ok {
			for i := range s.NumFields() {
				out[s.Field(i)] = isFollowed(s.Field(i).Type()) || isRecord(s.Field(i).Type())
			}
		}
	}
	return out
}

// holdsCode reports whether a value of a type is something to call: a function, or an interface with methods.
func holdsCode(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Signature:
		return true
	case *types.Interface:
		return u.NumMethods() > 0 && !isParam(t)
	}
	return false
}

// holdsTable reports whether a value of a type is a list or a map of functions.
func holdsTable(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return isSignature(u.Elem()) || holdsTable(u.Elem())
	case *types.Array:
		return isSignature(u.Elem())
	case *types.Map:
		return isSignature(u.Elem()) || holdsTable(u.Elem())
	}
	return false
}

func isSignature(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

func isParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

// of calls yield for every expression that a variable stands for, in the order of the source, and follows it through
// other variables and the results of functions.
func (v *values) of(held *types.Var, yield func(ast.Expr)) {
	v.follow(held, map[*types.Var]bool{}, yield)
}

func (v *values) follow(held *types.Var, seen map[*types.Var]bool, yield func(ast.Expr)) {
	if seen[held] {
		return
	}
	seen[held] = true
	for _, e := range v.held[held] {
		if elements := v.elements(e); elements != nil {
			for _, element := range elements {
				v.expression(element, seen, yield)
			}
			continue
		}
		v.expression(e, seen, yield)
	}
}

// elements are what a literal of a table, or append, puts in it.
func (v *values) elements(e ast.Expr) []ast.Expr {
	var out []ast.Expr
	switch x := e.(type) {
	case *ast.CompositeLit:
		if t := v.info.TypeOf(x); t == nil || !holdsTable(t) {
			return nil
		}
		for _, element := range x.Elts {
			if kv, ok := element.(*ast.KeyValueExpr); ok {
				element = kv.Value
			}
			out = append(out, ast.Unparen(element))
		}
	case *ast.CallExpr:
		if id, ok := x.Fun.(*ast.Ident); ok && id.Name == "append" && len(x.Args) > 0 {
			out = x.Args
		}
	}
	return out
}

// expression is one step of follow.
func (v *values) expression(e ast.Expr, seen map[*types.Var]bool, yield func(ast.Expr)) {
	if call, ok := e.(*ast.CallExpr); ok && !v.info.Types[call.Fun].IsType() {
		if result := v.result(call); result != nil && holdsCode(result.Type()) && result.Pkg() == v.pkg {
			v.follow(result, seen, yield)
			return
		}
	}
	yield(e)
	if from := flow.Var(v.info, e); from != nil {
		v.follow(from, seen, yield)
	}
}

// result is the variable that stands for the result of a call.
func (v *values) result(call *ast.CallExpr) *types.Var {
	f := flow.Func(v.info, call.Fun)
	if f == nil || f.Signature().Results().Len() == 0 {
		return nil
	}
	return f.Signature().Results().At(0).Origin()
}

// began are the expressions with which the variables of a package begin, those of its init functions included.
func began(pass *analysis.Pass) map[*types.Var][]ast.Expr {
	out := map[*types.Var][]ast.Expr{}
	add := func(v *types.Var, e ast.Expr) {
		if v != nil && v.Parent() == pass.Pkg.Scope() && isFollowed(v.Type()) {
			out[v] = append(out[v], e)
		}
	}
	for _, init := range pass.TypesInfo.InitOrder {
		for _, v := range init.Lhs {
			add(v, init.Rhs)
		}
	}
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && d.Recv == nil && d.Name.Name == "init" && d.Body != nil {
				ast.Inspect(d.Body, func(n ast.Node) bool {
					initialized(pass.TypesInfo, n, add)
					return true
				})
			}
		}
	}
	return out
}

// initialized yields what a statement of an init function puts into variables: v = e, v[key] = e, f(&v).
func initialized(info *types.Info, n ast.Node, yield func(*types.Var, ast.Expr)) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			if index, ok := ast.Unparen(left).(*ast.IndexExpr); ok {
				left = index.X
			}
			yield(flow.Var(info, left), n.Rhs[min(i, len(n.Rhs)-1)])
		}
	case *ast.CallExpr:
		for _, arg := range n.Args {
			if u, ok := ast.Unparen(arg).(*ast.UnaryExpr); ok && u.Op == token.AND {
				yield(flow.Var(info, u.X), n)
			}
		}
	}
}

// isFollowed reports whether what made a variable of a package matters to those who read it: plain values, which keep
// what was asked for when the program began, functions, and tables of them. A logger or a client is what it does.
func isFollowed(t types.Type) bool {
	if n := flow.Named(t); n != nil && n.Obj().Pkg() != nil {
		switch n.Obj().Pkg().Path() + "." + n.Obj().Name() {
		case "time.Time", "hash/maphash.Seed":
			return true
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Basic, *types.Signature:
		return true
	case *types.Array:
		return isFollowed(u.Elem())
	case *types.Slice:
		return isFollowed(u.Elem())
	case *types.Map:
		return isFollowed(u.Elem())
	case *types.Pointer: // of a flag
		_, isBasic := u.Elem().Underlying().(*types.Basic)
		return isBasic
	}
	return false
}

// isRecord reports whether a type is a struct of plain values, as a configuration is.
func isRecord(t types.Type) bool {
	s, ok := flow.Deref(t).Underlying().(*types.Struct)
	if !ok || s.NumFields() == 0 {
		return false
	}
	for i := range s.NumFields() {
		if !isFollowed(s.Field(i).Type()) {
			return false
		}
	}
	return true
}

// isGenerator reports whether a type is a generator of random numbers, whose next number depends on those before.
func isGenerator(t types.Type) bool {
	n := flow.Named(t)
	if n == nil || n.Obj().Pkg() == nil {
		return false
	}
	path := n.Obj().Pkg().Path()
	return (path == "math/rand" || path == "math/rand/v2" || path == "golang.org/x/exp/rand") && n.Obj().Name() == "Rand"
}
