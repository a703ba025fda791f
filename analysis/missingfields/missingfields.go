// Package missingfields finds events that are made without a field that their schema requires.
package missingfields

import (
	"fmt"
	"go/ast"
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
	ID:       "missing-fields",
	Title:    "an event says all that its schema requires",
	Severity: diag.Error,
	Meaning: "Looks at literals of generated structs of events, and of the types within them. A field that is neither optional nor " +
		"nullable has to be given: in the literal, or in the same function by an assignment to the variable that holds it. Tests, " +
		"which make events for what they are about, are left alone.",
	Why: "Go fills in a zero: an amount of 0, the time of the year 1, an empty list. Such an event passes validation where the " +
		"schema has no constraint, is stored for ever, and nobody can tell it from one that meant it. Most come from a field that " +
		"was added to the schema after the code was written.",
	Bad:  `shop.OrderShipped{Carrier: carrier} // Parcels is required`,
	Good: `shop.OrderShipped{Carrier: carrier, Parcels: parcels}`,
	Off:  "Zero is what is meant. Better write it out.",
}, run, shape.Analyzer)

func run(pass *rule.Pass) error {
	if !shape.Touches(pass.Pkg) {
		return nil
	}
	for _, file := range shape.Files(pass.Pass) {
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && d.Body != nil {
				(&reader{pass: pass, body: d.Body}).read()
			} else if d, ok := decl.(*ast.GenDecl); ok {
				(&reader{pass: pass, body: d}).read()
			}
		}
	}
	return nil
}

// reader reads one declaration.
type reader struct {
	pass  *rule.Pass
	body  ast.Node
	stack []ast.Node
}

func (r *reader) read() {
	ast.Inspect(r.body, func(n ast.Node) bool {
		if n == nil {
			r.stack = r.stack[:len(r.stack)-1]
			return true
		}
		switch n := n.(type) {
		case *ast.CompositeLit:
			r.literal(n)
		case *ast.ValueSpec:
			r.variable(n)
		case *ast.CallExpr:
			r.allocated(n)
		}
		r.stack = append(r.stack, n)
		return true
	})
}

// literal judges T{...}.
func (r *reader) literal(lit *ast.CompositeLit) {
	t := r.pass.TypesInfo.TypeOf(lit)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem() // &T, left out within []*T{{...}}
	}
	missing := r.missing(t, given(lit))
	if len(missing) == 0 || r.isAsked() || len(lit.Elts) > 0 && !keyed(lit) || len(lit.Elts) == 0 && !r.meantAsEvent(t) {
		return
	}
	if v := r.holder(lit); v != nil {
		missing = r.completed(v, lit, missing)
	}
	if len(missing) > 0 {
		r.report(lit, t, missing)
	}
}

// variable judges var v T, which is filled in by assignments.
func (r *reader) variable(spec *ast.ValueSpec) {
	if spec.Type == nil || len(spec.Values) > 0 || len(spec.Names) != 1 || len(r.stack) == 0 {
		return
	}
	t := r.pass.TypesInfo.TypeOf(spec.Type)
	v, ok := r.pass.TypesInfo.Defs[spec.Names[0]].(*types.Var)
	if !ok || !shape.IsEventStruct(t) {
		return
	}
	all := r.missing(t, nil)
	left := r.completed(v, spec, all)
	if len(left) > 0 && len(left) < len(all) {
		r.report(spec, t, left)
	}
}

// allocated judges new(T), which is filled in by assignments.
func (r *reader) allocated(call *ast.CallExpr) {
	id, ok := call.Fun.(*ast.Ident)
	if !ok || len(call.Args) != 1 {
		return
	}
	if b, ok := r.pass.TypesInfo.Uses[id].(*types.Builtin); !ok || b.Name() != "new" {
		return
	}
	t := r.pass.TypesInfo.TypeOf(call.Args[0])
	v := r.holderOf(r.parent(0))
	if v == nil || !shape.IsEventStruct(t) {
		return
	}
	all := r.missing(t, nil)
	left := r.completed(v, call, all)
	if len(left) > 0 && len(left) < len(all) {
		r.report(call, t, left)
	}
}

func (r *reader) report(at ast.Node, t types.Type, missing []string) {
	name := types.TypeString(t, (*types.Package).Name)
	if n, ok := types.Unalias(t).(*types.Named); ok {
		name = shape.Name(n.Obj())
	}
	verb := "is"
	if len(missing) > 1 {
		verb = "are"
	}
	r.pass.Report(analysis.Diagnostic{
		Pos: at.Pos(), End: at.End(),
		Message: fmt.Sprintf("%s is made without %s, which %s required", name, strings.Join(missing, ", "), verb),
	})
}

// missing returns the required fields of t that are not given.
func (r *reader) missing(t types.Type, given []string) []string {
	required := shape.Of(r.pass.Pass).Required(t)
	return slices.DeleteFunc(slices.Clone(required), func(f string) bool { return slices.Contains(given, f) })
}

func keyed(lit *ast.CompositeLit) bool {
	_, ok := lit.Elts[0].(*ast.KeyValueExpr)
	return ok
}

func given(lit *ast.CompositeLit) []string {
	var out []string
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				out = append(out, id.Name)
			}
		}
	}
	return out
}
