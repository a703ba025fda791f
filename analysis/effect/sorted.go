package effect

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/evgen/evgen/analysis/flow"
)

// sortedResults are the functions that are called for a list which is sorted then: `keys := keysOf(m); slices.Sort(keys)`.
func (c *collector) sortedResults() map[token.Pos]bool {
	out := map[token.Pos]bool{}
	ast.Inspect(c.root, func(n ast.Node) bool {
		if n, ok := n.(*ast.AssignStmt); ok {
			for i, right := range n.Rhs {
				call, ok := ast.Unparen(right).(*ast.CallExpr)
				if ok && len(n.Lhs) == len(n.Rhs) && isSlice(c.pass.TypesInfo.TypeOf(call)) && c.sortsAfter(flow.Var(c.pass.TypesInfo, n.Lhs[i]), n.End()) {
					out[call.Fun.End()] = true
				}
			}
		}
		return true
	})
	return out
}

// sortsAfter reports whether the function sorts what a variable holds, somewhere behind a place.
func (c *collector) sortsAfter(v *types.Var, after token.Pos) bool {
	found := false
	ast.Inspect(c.root, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if ok && v != nil && call.Pos() >= after {
			found = found || c.sorts(call, v)
		}
		return !found
	})
	return found
}

// sorts reports whether a call sorts what a variable holds: by the standard library, or by a function of the package that
// does so with its parameter.
func (c *collector) sorts(call *ast.CallExpr, v *types.Var) bool {
	f := flow.Func(c.pass.TypesInfo, call.Fun)
	if isSort(f) {
		return c.mentions(call, v)
	}
	for i, arg := range call.Args {
		if flow.Var(c.pass.TypesInfo, arg) == v && f != nil && f.Pkg() == c.pass.Pkg && c.sortsParam(f, i) {
			return true
		}
	}
	return false
}

func (c *collector) sortsParam(f *types.Func, i int) bool {
	param := flow.Param(f.Signature(), i, false)
	found := false
	for _, file := range c.pass.Files {
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && c.pass.TypesInfo.Defs[d.Name] == f && param != nil {
				ast.Inspect(d, func(n ast.Node) bool {
					call, ok := n.(*ast.CallExpr)
					found = found || ok && isSort(flow.Func(c.pass.TypesInfo, call.Fun)) && c.mentions(call, param)
					return !found
				})
			}
		}
	}
	return found
}

func isSort(f *types.Func) bool {
	if f == nil || f.Pkg() == nil {
		return false
	}
	switch f.Pkg().Path() {
	case "sort":
		return true
	case "slices":
		return strings.HasPrefix(f.Name(), "Sort")
	}
	return false
}
