package effect

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/flow"
)

// values are what the variables and fields of a package hold, as far as functions and implementers of interfaces go.
// Order of assignments does not count: a variable stands for all that is ever put into it outside of tests.
type values struct {
	info *types.Info
	held map[*types.Var][]ast.Expr
}

func valuesOf(pass *analysis.Pass) *values {
	v := &values{info: pass.TypesInfo, held: map[*types.Var][]ast.Expr{}}
	for _, file := range pass.Files {
		if strings.HasSuffix(pass.Fset.File(file.Pos()).Name(), "_test.go") {
			continue
		}
		flow.Puts(pass.TypesInfo, file, func(p flow.Put) {
			if p.Into != nil && holdsCode(p.Type) {
				v.held[p.Into] = append(v.held[p.Into], p.Value)
			}
		})
	}
	return v
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
		if call, ok := e.(*ast.CallExpr); ok && !v.info.Types[call.Fun].IsType() {
			if result := v.result(call); result != nil && holdsCode(result.Type()) {
				v.follow(result, seen, yield)
				continue
			}
		}
		yield(e)
		if from := flow.Var(v.info, e); from != nil {
			v.follow(from, seen, yield)
		}
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

// began are the expressions with which the variables of a package begin.
func began(pass *analysis.Pass) map[*types.Var]ast.Expr {
	out := map[*types.Var]ast.Expr{}
	for _, init := range pass.TypesInfo.InitOrder {
		for _, v := range init.Lhs {
			if isFollowed(v.Type()) {
				out[v] = init.Rhs
			}
		}
	}
	return out
}

// isFollowed reports whether what made a variable of a package matters to those who read it: plain values, which keep
// what was asked for when the program began, functions, and tables of them. A logger or a client is what it does.
func isFollowed(t types.Type) bool {
	if n := flow.Named(t); n != nil && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "time" && n.Obj().Name() == "Time" {
		return true
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
	}
	return false
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
