// Package exhaustive finds switches that pass over an event, a branch of a union or a value of a closed enum.
package exhaustive

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/analysis/shape"
	"github.com/evgen/evgen/schema/diag"
)

// Rule finds them.
var Rule = rule.New(diag.Rule{
	ID:       "exhaustive",
	Title:    "a switch over events handles every one of them",
	Severity: diag.Error,
	Meaning: "Looks at type switches over an interface that a generated package has sealed, such as its Event or a union, and at " +
		"switches over a closed enum, or over the EventType of such an event. Every type, or value, needs a case. A default counts in a switch over types only if it returns an " +
		"error, as does an error returned right behind the switch; over an enum any default counts.",
	Why: "An event that is added to the schema compiles everywhere and is dropped by each switch that does not know it: state and " +
		"read models are wrong from then on, and only a replay mends them. An error stops the reader instead, and somebody looks.",
	Bad: `switch e := event.Data.(type) {
case shop.OrderPlaced:
	s.Placed++
default:
	// OrderClosed is dropped
}`,
	Good: `switch e := event.Data.(type) {
case shop.OrderPlaced:
	s.Placed++
case shop.OrderClosed:
	s.Closed++
default:
	return &runtime.UnexpectedEventError{Event: e, Meta: event.Meta}
}`,
	Off: "The code is about some events only and will stay so. Listing the others in an empty case says the same, and makes the next one a finding.",
}, run, shape.Analyzer)

func run(pass *rule.Pass) error {
	if !shape.Touches(pass.Pkg) {
		return nil
	}
	for _, file := range shape.Files(pass.Pass) {
		inspect(pass, file)
	}
	return nil
}

// inspect looks at the switches of a file, each with the statement that follows it.
func inspect(pass *rule.Pass, root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		var list []ast.Stmt
		switch n := n.(type) {
		case *ast.BlockStmt:
			list = n.List
		case *ast.CaseClause:
			list = n.Body
		case *ast.CommClause:
			list = n.Body
		}
		for i, stmt := range list {
			var next ast.Stmt
			if i+1 < len(list) {
				next = list[i+1]
			}
			look(pass, stmt, next)
		}
		return true
	})
}

func look(pass *rule.Pass, stmt, next ast.Stmt) {
	if l, ok := stmt.(*ast.LabeledStmt); ok {
		stmt = l.Stmt
	}
	switch s := stmt.(type) {
	case *ast.TypeSwitchStmt:
		typeSwitch(pass, s, next)
	case *ast.SwitchStmt:
		enumSwitch(pass, s)
		nameSwitch(pass, s, next)
	}
}

func typeSwitch(pass *rule.Pass, s *ast.TypeSwitchStmt, next ast.Stmt) {
	over := pass.TypesInfo.TypeOf(operand(pass, s))
	sealed, ok := shape.Seal(over)
	if !ok || loud(pass, next) {
		return
	}
	left := sealed.Members
	for _, clause := range s.Body.List {
		c := clause.(*ast.CaseClause)
		if c.List == nil && loudBody(pass, c.Body) {
			return
		}
		for _, e := range c.List {
			left = without(left, pass.TypesInfo.TypeOf(e))
		}
	}
	if len(left) > 0 {
		pass.Report(analysis.Diagnostic{Pos: s.Pos(), End: s.Body.Lbrace, Message: message(over, names(left))})
	}
}

// operand is what a type switch looks into; any(x) is x.
func operand(pass *rule.Pass, s *ast.TypeSwitchStmt) ast.Expr {
	var e ast.Expr
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		e = a.X
	case *ast.AssignStmt:
		e = a.Rhs[0]
	}
	e = ast.Unparen(ast.Unparen(e).(*ast.TypeAssertExpr).X)
	for {
		call, ok := e.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 || !pass.TypesInfo.Types[call.Fun].IsType() {
			return e
		}
		e = ast.Unparen(call.Args[0])
	}
}

// without drops what a case of type t takes: a struct, or an interface that some structs implement.
func without(left []*types.TypeName, t types.Type) []*types.TypeName {
	return slices.DeleteFunc(slices.Clone(left), func(tn *types.TypeName) bool {
		if t == nil {
			return false
		}
		if iface, ok := t.Underlying().(*types.Interface); ok {
			return types.Implements(tn.Type(), iface)
		}
		return types.Identical(tn.Type(), t)
	})
}

func names(left []*types.TypeName) []string {
	var out []string
	for _, tn := range left {
		_, name, _ := strings.Cut(shape.Name(tn), ".")
		out = append(out, name)
	}
	return out
}

func message(over types.Type, missing []string) string {
	verb := "has no case for"
	return fmt.Sprintf("switch over %s %s %s", types.TypeString(over, (*types.Package).Name), verb, strings.Join(missing, ", "))
}

// enumSwitch looks at a switch over a closed enum without a default.
func enumSwitch(pass *rule.Pass, s *ast.SwitchStmt) {
	if s.Tag == nil {
		return
	}
	over := pass.TypesInfo.TypeOf(s.Tag)
	if !shape.Of(pass.Pass).Closed(over) {
		return
	}
	left := constants(over)
	for _, clause := range s.Body.List {
		c := clause.(*ast.CaseClause)
		if c.List == nil {
			return
		}
		for _, e := range c.List {
			value := pass.TypesInfo.Types[e].Value
			if value == nil {
				return // a variable takes what nobody knows
			}
			left = slices.DeleteFunc(left, func(k *types.Const) bool { return constant.Compare(k.Val(), tokenEqual, value) })
		}
	}
	var missing []string
	for _, k := range left {
		missing = append(missing, k.Name())
	}
	if len(missing) > 0 {
		pass.Report(analysis.Diagnostic{Pos: s.Pos(), End: s.Body.Lbrace, Message: message(over, missing)})
	}
}

// constants returns the values of an enum, in the order of their names.
func constants(enum types.Type) []*types.Const {
	pkg := types.Unalias(enum).(*types.Named).Obj().Pkg()
	var out []*types.Const
	for _, name := range pkg.Scope().Names() {
		if k, ok := pkg.Scope().Lookup(name).(*types.Const); ok && types.Identical(k.Type(), enum) {
			out = append(out, k)
		}
	}
	return out
}
