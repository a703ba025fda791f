package effect

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/evgen/evgen/analysis/flow"
)

// orders adds the loops over maps whose order shows.
func (b *builder) orders(root ast.Node, c *collector) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.RangeStmt:
			if loop := newLoop(c, n); loop != nil && loop.shows(n.Body) {
				c.reaches(MapOrder, n.X, "range over a map")
			}
		case *ast.AssignStmt:
			c.collected(n)
		case *ast.CallExpr:
			c.ranged(n)
			c.passed(n)
		}
		return true
	})
}

// ranged adds m.Range(func(k, v any) bool { ... }) of a sync.Map: a loop, too.
func (c *collector) ranged(n *ast.CallExpr) {
	f := flow.Func(c.pass.TypesInfo, n.Fun)
	if f == nil || f.FullName() != "(*sync.Map).Range" || len(n.Args) != 1 {
		return
	}
	body, ok := n.Args[0].(*ast.FuncLit)
	if !ok || len(body.Type.Params.List) == 0 {
		return
	}
	l := &loop{collector: c, stmt: &ast.RangeStmt{For: body.Pos(), X: n, Body: body.Body}}
	if name := body.Type.Params.List[0].Names; len(name) > 0 {
		l.key, _ = c.pass.TypesInfo.Defs[name[0]].(*types.Var)
	}
	if l.shows(body.Body) {
		c.reaches(MapOrder, n.Fun, "range over a map")
	}
}

// passed adds what is collected from a map and passed on at once: save(slices.Collect(maps.Keys(m))).
func (c *collector) passed(n *ast.CallExpr) {
	if f := flow.Func(c.pass.TypesInfo, n.Fun); f == nil || isSort(f) || f.Pkg() != nil && (f.Pkg().Path() == "maps" || f.Pkg().Path() == "slices") {
		return
	}
	for _, arg := range n.Args {
		if call, ok := ast.Unparen(arg).(*ast.CallExpr); ok && c.collects(call) {
			c.reaches(MapOrder, call, "range over a map")
		}
	}
}

// collects reports whether a call makes a list of what a map yields.
func (c *collector) collects(call *ast.CallExpr) bool {
	f := flow.Func(c.pass.TypesInfo, call.Fun)
	return f != nil && (f.FullName() == "slices.Collect" || f.FullName() == "slices.AppendSeq") && c.inMapOrder(call.Args[len(call.Args)-1])
}

// unordered are the functions of the standard library that yield in the order of a map.
var unordered = []string{"maps.Keys", "maps.Values", "maps.All", "(reflect.Value).MapKeys"}

// inMapOrder reports whether an expression yields in the order of a map: the map itself, or maps.Keys of it.
func (c *collector) inMapOrder(e ast.Expr) bool {
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		f := flow.Func(c.pass.TypesInfo, call.Fun)
		return f != nil && slices.Contains(unordered, f.FullName())
	}
	_, ok := c.pass.TypesInfo.TypeOf(e).Underlying().(*types.Map)
	return ok
}

// collected adds `keys := slices.Collect(maps.Keys(m))` where keys is not sorted later.
func (c *collector) collected(n *ast.AssignStmt) {
	for i, right := range n.Rhs {
		call, ok := ast.Unparen(right).(*ast.CallExpr)
		if !ok || len(n.Lhs) != len(n.Rhs) {
			continue
		}
		if c.collects(call) && !isKeptOrdered(n.Lhs[i]) && !c.sortsAfter(flow.Var(c.pass.TypesInfo, n.Lhs[i]), n.End()) {
			c.reaches(MapOrder, call, "range over a map")
		}
	}
}

func isKeptOrdered(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

func (c *collector) mentions(root ast.Node, v *types.Var) bool {
	found := false
	ast.Inspect(root, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			use, _ := c.pass.TypesInfo.ObjectOf(id).(*types.Var)
			found = found || use != nil && use.Origin() == v
		}
		return !found
	})
	return found
}

// loop is a loop over a map.
type loop struct {
	*collector
	stmt *ast.RangeStmt
	key  *types.Var
}

// newLoop is a loop over a map that names what it visits; without, all rounds are alike.
func newLoop(c *collector, n *ast.RangeStmt) *loop {
	if !c.inMapOrder(n.X) || isBlank(n.Key) && isBlank(n.Value) {
		return nil
	}
	l := &loop{collector: c, stmt: n}
	if !isBlank(n.Key) {
		l.key = flow.Var(c.pass.TypesInfo, n.Key)
	}
	return l
}

func isBlank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return e == nil || ok && id.Name == "_"
}

// shows reports whether the order of rounds can be seen in what a part of the loop leaves behind.
func (l *loop) shows(n ast.Node) bool {
	shown := false
	ast.Inspect(n, func(n ast.Node) bool {
		if shown {
			return false
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.AssignStmt:
			shown = l.assigns(n)
		case *ast.IncDecStmt:
			shown = !l.isInside(n.X) && l.numbers(n.X)
		case *ast.ExprStmt:
			shown = l.calls(n.X)
		case *ast.CallExpr:
			shown = l.asks(n)
		case *ast.SendStmt, *ast.GoStmt, *ast.DeferStmt:
			shown = true
		case *ast.ReturnStmt:
			shown = l.returns(n)
		case *ast.IfStmt:
			shown = l.branches(n)
			return false
		}
		return !shown
	})
	return shown
}

// branches leaves `if v > best { best = v }` alone: the greatest is the greatest in any order.
func (l *loop) branches(n *ast.IfStmt) bool {
	if n.Init != nil && l.shows(n.Init) || l.shows(n.Cond) || n.Else != nil && l.shows(n.Else) {
		return true
	}
	for _, s := range n.Body.List {
		if a, ok := s.(*ast.AssignStmt); ok && len(n.Body.List) == 1 && l.isBest(n.Cond, a) {
			continue
		}
		if l.shows(s) {
			return true
		}
	}
	return false
}

// isBest reports whether an assignment takes over what the condition has just compared with: best, or best and its key,
// where the key decides between equal ones.
func (l *loop) isBest(cond ast.Expr, a *ast.AssignStmt) bool {
	if a.Tok != token.ASSIGN || len(a.Lhs) != len(a.Rhs) {
		return false
	}
	for i, left := range a.Lhs {
		if into := flow.Var(l.pass.TypesInfo, left); into == nil || !l.compares(cond, into, a.Rhs[i]) {
			return false
		}
	}
	return true
}

// compares reports whether a condition asks which of a variable and an expression comes first.
func (l *loop) compares(cond ast.Expr, into *types.Var, with ast.Expr) bool {
	found := false
	ast.Inspect(cond, func(n ast.Node) bool {
		var compared []ast.Expr
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op == token.LSS || n.Op == token.GTR || n.Op == token.LEQ || n.Op == token.GEQ {
				compared = []ast.Expr{n.X, n.Y}
			}
		case *ast.CallExpr: // v.After(best)
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && len(n.Args) == 1 {
				compared = []ast.Expr{sel.X, n.Args[0]}
			}
		}
		if len(compared) == 2 {
			for i, e := range compared {
				found = found || flow.Var(l.pass.TypesInfo, e) == into && types.ExprString(compared[1-i]) == types.ExprString(with)
			}
		}
		return true
	})
	return found
}

// assigns reports whether an assignment leaves behind which round was the last, or in which order they came.
func (l *loop) assigns(n *ast.AssignStmt) bool {
	for i, left := range n.Lhs {
		if l.isInside(left) {
			continue
		}
		var right ast.Expr
		if len(n.Rhs) == len(n.Lhs) {
			right = n.Rhs[i]
		}
		if l.keeps(left, n.Tok, right) {
			return true
		}
	}
	return false
}

// isInside reports whether a variable lives for one round only.
func (l *loop) isInside(e ast.Expr) bool {
	if isBlank(e) {
		return true
	}
	v := l.base(e)
	return v != nil && !v.IsField() && l.stmt.Pos() <= v.Pos() && v.Pos() < l.stmt.End()
}

// base is the variable at the root of an expression such as v.Name or v[i].
func (l *loop) base(e ast.Expr) *types.Var {
	switch x := ast.Unparen(e).(type) {
	case *ast.SelectorExpr:
		if v := l.base(x.X); v != nil {
			return v
		}
	case *ast.IndexExpr:
		return l.base(x.X)
	case *ast.StarExpr:
		return l.base(x.X)
	}
	return flow.Var(l.pass.TypesInfo, e)
}

func (l *loop) keeps(left ast.Expr, op token.Token, right ast.Expr) bool {
	if op != token.ASSIGN && op != token.DEFINE {
		return !l.commutes(left) && !l.isWhole(right) || l.numbers(left)
	}
	if index, ok := ast.Unparen(left).(*ast.IndexExpr); ok {
		return l.keepsElement(index, right)
	}
	if right == nil {
		return true
	}
	if l.pass.TypesInfo.Types[right].Value != nil || isNil(right) {
		return false // the same in every round
	}
	v := flow.Var(l.pass.TypesInfo, left)
	switch x := ast.Unparen(right).(type) {
	case *ast.CallExpr:
		if l.isBuiltin(x, "min", "max") {
			return false
		}
		if l.isBuiltin(x, "append") || l.pass.TypesInfo.TypeOf(x) != nil && isSlice(l.pass.TypesInfo.TypeOf(x)) && l.mentions(x, v) {
			return !l.sortsAfter(v, l.stmt.End()) && !l.insertsInOrder(x)
		}
	case *ast.BinaryExpr:
		if v != nil && (l.isVar(x.X, v) || l.isVar(x.Y, v)) && x.Op != token.SUB && x.Op != token.QUO {
			return !l.commutes(left)
		}
	}
	return l.depends(right)
}

// insertsInOrder reports whether a call of slices.Insert uses a place that a search has found.
func (l *loop) insertsInOrder(call *ast.CallExpr) bool {
	f := flow.Func(l.pass.TypesInfo, call.Fun)
	if f == nil || f.FullName() != "slices.Insert" || len(call.Args) < 3 {
		return false
	}
	at := flow.Var(l.pass.TypesInfo, call.Args[1])
	found := false
	ast.Inspect(l.stmt.Body, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && at != nil && l.isVar(a.Lhs[0], at) {
			if search, ok := ast.Unparen(a.Rhs[0]).(*ast.CallExpr); ok {
				f := flow.Func(l.pass.TypesInfo, search.Fun)
				found = found || f != nil && f.Pkg() != nil && strings.Contains(f.Name(), "Search")
			}
		}
		return !found
	})
	return found
}

func (l *loop) isVar(e ast.Expr, v *types.Var) bool { return flow.Var(l.pass.TypesInfo, e) == v }

func isSlice(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Slice)
	return ok
}

func isNil(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && id.Name == "nil"
}

// keepsElement: elements of maps have no order. What is appended to one of them has, unless each round has its own.
func (l *loop) keepsElement(index *ast.IndexExpr, right ast.Expr) bool {
	isOwn := l.key != nil && l.mentions(index.Index, l.key)
	if _, ok := l.pass.TypesInfo.TypeOf(index.X).Underlying().(*types.Map); !ok {
		return !isOwn && !l.sortsAfter(l.base(index.X), l.stmt.End())
	}
	call, ok := right.(*ast.CallExpr)
	return ok && l.isBuiltin(call, "append") && !isOwn && !l.sortsAfter(l.base(index.X), l.stmt.End())
}

// commutes reports whether the order of `left op= value` does not matter: whole numbers and bools; sums of fractions are
// rounded differently in each order.
func (l *loop) commutes(left ast.Expr) bool {
	basic, ok := l.pass.TypesInfo.TypeOf(left).Underlying().(*types.Basic)
	return ok && basic.Info()&(types.IsInteger|types.IsBoolean) != 0
}

// isWhole reports whether an expression converts a whole number: sums of such are exact.
func (l *loop) isWhole(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || !l.pass.TypesInfo.Types[call.Fun].IsType() {
		return false
	}
	basic, ok := l.pass.TypesInfo.TypeOf(call.Args[0]).Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsInteger != 0
}

// numbers reports whether a counter is read within the loop, where it tells which round it is.
func (l *loop) numbers(counter ast.Expr) bool {
	v := flow.Var(l.pass.TypesInfo, counter)
	if v == nil {
		return false
	}
	read := false
	ast.Inspect(l.stmt.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IncDecStmt:
			return false
		case *ast.AssignStmt:
			if n.Tok != token.ASSIGN && n.Tok != token.DEFINE {
				read = read || l.mentions(n.Rhs[0], v)
				return false
			}
		case *ast.Ident:
			read = read || l.isVar(n, v)
		}
		return !read
	})
	return read
}

// depends reports whether an expression mentions what differs from round to round.
func (l *loop) depends(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			v, isVar := l.pass.TypesInfo.ObjectOf(id).(*types.Var)
			found = found || isVar && l.stmt.Pos() <= v.Pos() && v.Pos() < l.stmt.End()
		}
		return !found
	})
	return found
}

func (l *loop) isBuiltin(call *ast.CallExpr, names ...string) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	_, ok = l.pass.TypesInfo.Uses[id].(*types.Builtin)
	return ok && slices.Contains(names, id.Name)
}

// calls reports whether a call for its effect shows the order. What changes a map or a set does not.
func (l *loop) calls(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false // a receive: not the business of this rule
	}
	if l.isBuiltin(call, "delete", "clear", "panic") {
		return false
	}
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
		if l.isInside(sel.X) || isMap(l.pass.TypesInfo.TypeOf(sel.X)) || l.isLog(sel) {
			return false
		}
	}
	if f := flow.Func(l.pass.TypesInfo, call.Fun); f != nil && f.Pkg() != nil && f.Pkg().Path() == "maps" {
		return false
	}
	return !l.onlyInside(call)
}

// onlyInside reports whether a call is given nothing but what lives for one round, so that it can change nothing else.
func (l *loop) onlyInside(call *ast.CallExpr) bool {
	f := flow.Func(l.pass.TypesInfo, call.Fun)
	return isSort(f) && len(call.Args) > 0 && l.isInside(call.Args[0])
}

func isMap(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := flow.Deref(t).Underlying().(*types.Map)
	return ok
}

func (l *loop) isLog(sel *ast.SelectorExpr) bool {
	f := flow.Func(l.pass.TypesInfo, sel)
	if f != nil && f.Pkg() != nil && strings.HasPrefix(f.Pkg().Path(), "github.com/evgen/evgen/") {
		return false // a transaction queues statements
	}
	return f != nil && f.Pkg() != nil && (strings.HasPrefix(f.Pkg().Path(), "log") || l.list.isTrusted(f.Pkg().Path()) && f.Signature().Results().Len() == 0)
}

// asks reports whether a call in an expression has an effect elsewhere in the order of rounds: whoever takes a context
// talks to something, and whoever writes writes in order.
func (l *loop) asks(call *ast.CallExpr) bool {
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok && l.isLog(sel) {
		return false
	}
	for _, arg := range call.Args {
		if n := flow.Named(l.pass.TypesInfo.TypeOf(arg)); n != nil && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context" {
			return true
		}
	}
	f := flow.Func(l.pass.TypesInfo, call.Fun)
	if f == nil || f.Pkg() == nil || !IsStandard(f.Pkg().Path()) {
		return false
	}
	if f.Pkg().Path() == "fmt" {
		return strings.HasPrefix(f.Name(), "Fprint") || strings.HasPrefix(f.Name(), "Print")
	}
	sel, isMethod := call.Fun.(*ast.SelectorExpr)
	return isMethod && f.Signature().Recv() != nil && strings.HasPrefix(f.Name(), "Write") && !l.isInside(sel.X)
}

// returns reports whether a return tells which round it was. An error may: which of several is reported first is not
// what a handler leaves behind.
func (l *loop) returns(n *ast.ReturnStmt) bool {
	for i, r := range n.Results {
		if t := l.pass.TypesInfo.TypeOf(r); i == len(n.Results)-1 && t != nil && types.Implements(t, errorType()) {
			continue
		}
		if l.depends(r) {
			return true
		}
	}
	return false
}

func errorType() *types.Interface {
	return types.Universe.Lookup("error").Type().Underlying().(*types.Interface)
}
