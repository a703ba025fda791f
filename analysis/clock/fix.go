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

// callAt is the call whose function stands at the place.
func callAt(p *role.Player, r effect.Reach) *ast.CallExpr {
	var found *ast.CallExpr
	ast.Inspect(p.Body(), func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && call.Fun.End() == r.End && len(call.Args) == 0 {
			found = call
		}
		return found == nil
	})
	return found
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
