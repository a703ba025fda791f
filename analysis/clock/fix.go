package clock

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/flow"
	"github.com/evgen/evgen/analysis/role"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/analysis/shape"
)

// fromEnvelope takes the time from the envelope, where a player with one calls time.Now itself.
func fromEnvelope(pass *rule.Pass, p *role.Player, r effect.Reach) []analysis.SuggestedFix {
	if p.Syntax == nil || len(r.Chain) != 1 || r.Chain[0].Name != "time.Now" {
		return nil
	}
	event, call := envelope(pass, p), callAt(p, r)
	if event == nil || call == nil || !pass.Names(event.Name(), call.Pos(), event.Pos()) {
		return nil
	}
	return []analysis.SuggestedFix{{
		Message:   "take the time at which the event happened",
		TextEdits: []analysis.TextEdit{{Pos: call.Pos(), End: call.End(), NewText: []byte(event.Name() + ".OccurredAt")}},
	}}
}

// callAt is the call whose function stands at the place, nil if nobody takes what it returns: a field is no statement.
func callAt(p *role.Player, r effect.Reach) *ast.CallExpr {
	var found *ast.CallExpr
	ast.Inspect(p.Body(), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ExprStmt:
			return !stands(n.X, r)
		case *ast.GoStmt:
			return !stands(n.Call, r)
		case *ast.DeferStmt:
			return !stands(n.Call, r)
		case *ast.CallExpr:
			if stands(n, r) {
				found = n
			}
		}
		return found == nil
	})
	return found
}

// stands reports whether an expression is the call whose function stands at the place.
func stands(e ast.Expr, r effect.Reach) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	return ok && call.Fun.End() == r.End && len(call.Args) == 0
}

// envelope is the parameter that holds the event, nil if there is none.
func envelope(pass *rule.Pass, p *role.Player) *types.Var {
	sig, ok := pass.TypesInfo.TypeOf(funcExpr(p)).(*types.Signature)
	if !ok {
		return nil
	}
	for i := range sig.Params().Len() {
		param := sig.Params().At(i)
		if shape.IsEnvelope(flow.Deref(param.Type())) && param.Name() != "_" {
			return param
		}
	}
	return nil
}

func funcExpr(p *role.Player) ast.Expr {
	switch n := p.Syntax.(type) {
	case *ast.FuncDecl:
		return n.Name
	case *ast.FuncLit:
		return n
	}
	return nil
}
