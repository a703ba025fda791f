package exhaustive

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/evgen/evgen/analysis/rule"
)

const tokenEqual = token.EQL

var errorType = types.Universe.Lookup("error").Type()

// loudBody reports whether statements end in an error: they return one, keep one for later, or panic, which the runtime
// takes for an error.
func loudBody(pass *rule.Pass, body []ast.Stmt) bool {
	for _, s := range body {
		if loud(pass, s) || keeps(pass, s) {
			return true
		}
	}
	return false
}

// loud reports whether a statement returns an error, or panics. A return of nil is quiet.
func loud(pass *rule.Pass, s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.ReturnStmt:
		for _, e := range s.Results {
			if isError(pass, e) {
				return true
			}
		}
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		return ok && panics(pass, call)
	case *ast.BlockStmt:
		return loudBody(pass, s.List)
	}
	return false
}

// isError reports whether an expression is an error other than nil, or a call whose last result is one.
func isError(pass *rule.Pass, e ast.Expr) bool {
	tv := pass.TypesInfo.Types[e]
	if tv.Type == nil || tv.IsNil() {
		return false
	}
	t := tv.Type
	if results, ok := t.(*types.Tuple); ok && results.Len() > 0 {
		t = results.At(results.Len() - 1).Type()
	}
	return !types.IsInterface(t) && types.Implements(t, errorType.Underlying().(*types.Interface)) || types.Identical(t, errorType)
}

// keeps reports whether a statement puts an error into a variable of that type.
func keeps(pass *rule.Pass, s ast.Stmt) bool {
	a, ok := s.(*ast.AssignStmt)
	if !ok {
		return false
	}
	for i, left := range a.Lhs {
		id, isName := left.(*ast.Ident)
		t := pass.TypesInfo.TypeOf(left)
		if t == nil || isName && id.Name == "_" || !types.Identical(t, errorType) {
			continue
		}
		if len(a.Rhs) != len(a.Lhs) || isError(pass, a.Rhs[i]) {
			return true
		}
	}
	return false
}

// panics reports whether a call ends what runs.
func panics(pass *rule.Pass, call *ast.CallExpr) bool {
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		_, builtin := pass.TypesInfo.Uses[fun].(*types.Builtin)
		return builtin && fun.Name == "panic"
	case *ast.SelectorExpr:
		f, ok := pass.TypesInfo.Uses[fun.Sel].(*types.Func)
		if !ok {
			return false
		}
		switch f.FullName() {
		case "os.Exit", "log.Fatal", "log.Fatalf", "log.Fatalln", "log.Panic", "log.Panicf", "log.Panicln":
			return true
		}
	}
	return false
}
