package exhaustive

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/analysis/shape"
)

// nameSwitch looks at a switch over the name of an event's type: switch e.EventType() { case shop.TypeOrderPlaced: }.
func nameSwitch(pass *rule.Pass, s *ast.SwitchStmt, next ast.Stmt) {
	over := named(pass, s.Tag)
	if over == nil || loud(pass, next) {
		return
	}
	sealed, ok := shape.Seal(over)
	if !ok {
		return
	}
	left := typeNames(sealed)
	for _, clause := range s.Body.List {
		c := clause.(*ast.CaseClause)
		if c.List == nil && loudBody(pass, c.Body) {
			return
		}
		for _, e := range c.List {
			value := pass.TypesInfo.Types[e].Value
			if value == nil {
				return // a variable takes what nobody knows
			}
			left = slices.DeleteFunc(left, func(name string) bool { return name == constant.StringVal(value) })
		}
	}
	if len(left) > 0 {
		pass.Report(analysis.Diagnostic{Pos: s.Pos(), End: s.Body.Lbrace, Message: message(over, left)})
	}
}

// named is the type of what an expression asks for its EventType, nil if it asks nothing.
func named(pass *rule.Pass, tag ast.Expr) types.Type {
	call, ok := tag.(*ast.CallExpr)
	if !ok {
		return nil
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "EventType" {
		return nil
	}
	return pass.TypesInfo.TypeOf(sel.X)
}

// typeNames are the names of the events by which they are stored, which generated packages have as constants.
func typeNames(sealed shape.Sealed) []string {
	var out []string
	for _, name := range names(sealed.Members) {
		k, ok := sealed.By.Scope().Lookup("Type" + name).(*types.Const)
		if ok && k.Val().Kind() == constant.String && !slices.Contains(out, constant.StringVal(k.Val())) {
			out = append(out, constant.StringVal(k.Val()))
		}
	}
	return out
}
