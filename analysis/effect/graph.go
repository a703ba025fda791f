package effect

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/evgen/evgen/analysis/flow"
	"github.com/evgen/evgen/analysis/role"
)

// graph is who calls whom in a package, and what they reach outside of it. Nodes and edges stand in the order of the
// source, so that equal packages give equal results.
type graph struct {
	nodes  []*node
	index  map[any]int // *types.Func, *types.Var, *ast.FuncLit, methodOf
	called [][]caller  // see callers
}

// node is a function, a literal, or a variable that stands for some.
type node struct {
	label string
	// export is the name for other packages, "" if they cannot use it.
	export string
	edges  []edge
}

// methodOf is a method of whatever a variable holds.
type methodOf struct {
	held *types.Var
	name string
}

// edge leads to another node, or out of the package.
type edge struct {
	pos, end token.Pos
	to       int // outside: none
	// kind and chain tell what is reached outside: the first name of the chain is what is called here.
	kind  Kind
	chain []string
	// sorted says that what is called returns something which is sorted then, so that no order of a map shows.
	sorted bool
}

// carries reports whether an effect behind the edge is one of who has it.
func (e edge) carries(k Kind) bool { return k != MapOrder || !e.sorted }

// outside is the target of an edge that leaves the package.
const outside = -1

// builder makes the graph.
type builder struct {
	*Result
	g     *graph
	began map[*types.Var][]ast.Expr
}

func buildGraph(r *Result) *graph {
	b := &builder{Result: r, g: &graph{index: map[any]int{}}, began: began(r.pass)}
	for _, file := range r.pass.Files {
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				b.function(d)
			case *ast.GenDecl:
				b.variables(d)
			}
		}
	}
	for _, p := range role.Of(r.pass) {
		if lit, ok := p.Syntax.(*ast.FuncLit); ok {
			b.node(lit)
		}
	}
	return b.g
}

// function adds a declared function with its edges.
func (b *builder) function(d *ast.FuncDecl) {
	f, ok := b.pass.TypesInfo.Defs[d.Name].(*types.Func)
	if !ok {
		return
	}
	n := b.g.nodes[b.node(f)]
	if f.Exported() || d.Recv != nil {
		n.export = nameOf(f)
	}
	if d.Body != nil {
		n.edges = b.edges(d)
	}
}

// variables adds the variables of a package that other packages may call.
func (b *builder) variables(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		vs, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for _, name := range vs.Names {
			v, ok := b.pass.TypesInfo.Defs[name].(*types.Var)
			if !ok || !v.Exported() || !holdsCode(v.Type()) && b.began[v] == nil {
				continue
			}
			b.g.nodes[b.node(v)].export = v.Name()
			if iface, ok := v.Type().Underlying().(*types.Interface); ok {
				b.exportMethods(v, iface)
			}
		}
	}
}

func (b *builder) exportMethods(v *types.Var, iface *types.Interface) {
	for i := range iface.NumMethods() {
		name := iface.Method(i).Name()
		b.g.nodes[b.node(methodOf{v, name})].export = v.Name() + "." + name
	}
}

// node is the number of the node for a function, variable or literal of this package; it is made when first asked for.
func (b *builder) node(of any) int {
	if i, ok := b.g.index[of]; ok {
		return i
	}
	i := len(b.g.nodes)
	n := &node{}
	b.g.nodes = append(b.g.nodes, n)
	b.g.index[of] = i
	switch x := of.(type) {
	case *types.Func:
		n.label = role.Name(x)
	case *types.Var:
		n.label = x.Name()
		n.edges = b.held(x)
		for _, first := range slices.Concat(b.began[x], b.values.kept[x]) {
			n.edges = append(n.edges, b.edges(first)...)
		}
	case methodOf:
		n.label = x.held.Name() + "." + x.name
		n.edges = b.heldMethods(x)
	case *ast.FuncLit:
		n.label = "func literal"
		n.edges = b.edges(x)
	}
	return i
}

// held are the functions that a variable stands for.
func (b *builder) held(v *types.Var) []edge {
	c := &collector{builder: b}
	b.values.of(v, func(e ast.Expr) {
		if lit, ok := e.(*ast.FuncLit); ok {
			c.local(lit, e)
		} else if f := flow.Func(b.pass.TypesInfo, e); f != nil {
			c.called(f, e)
		} else if from := flow.Var(b.pass.TypesInfo, e); from != nil && from.Pkg() != b.pass.Pkg {
			c.outside(from, e)
		}
	})
	return c.out
}

// heldMethods are the methods of the types that an interface variable holds.
func (b *builder) heldMethods(m methodOf) []edge {
	c := &collector{builder: b}
	b.values.of(m.held, func(e ast.Expr) {
		t := b.pass.TypesInfo.TypeOf(e)
		switch {
		case t == nil:
		case !types.IsInterface(t):
			c.method(t, m.name, e)
		default:
			if from := flow.Var(b.pass.TypesInfo, e); from != nil && from.Pkg() != b.pass.Pkg {
				c.outsideMethod(from, m.name, e)
			}
		}
	})
	return c.out
}

// edges are what a function or literal calls, names, and does.
func (b *builder) edges(root ast.Node) []edge {
	c := &collector{builder: b, root: root, sel: map[*ast.Ident]*ast.SelectorExpr{}}
	c.sorted = c.sortedResults()
	ast.Inspect(root, c.visit)
	flow.Puts(b.pass.TypesInfo, root, c.put)
	b.orders(root, c)
	return c.out
}

// collector gathers the edges of one node.
type collector struct {
	*builder
	root ast.Node // nil for variables
	out  []edge
	sel  map[*ast.Ident]*ast.SelectorExpr // where an identifier stands behind a dot
	asks *ast.SelectStmt                  // the last one that only looks whether the work shall end
	// sorted are the ends of functions whose results are sorted after the call.
	sorted map[token.Pos]bool
}

func (c *collector) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		c.sel[n.Sel] = n
		c.selector(n)
	case *ast.Ident:
		c.named(n, c.whole(n))
	default:
		c.statement(n)
	}
	return true
}

// named adds what an identifier stands for.
func (c *collector) named(id *ast.Ident, at ast.Node) {
	info := c.pass.TypesInfo
	switch obj := info.Uses[id].(type) {
	case *types.Func:
		c.called(obj.Origin(), at)
		c.instance(info.Instances[id], obj, at)
	case *types.Var:
		c.variable(obj.Origin(), at)
	}
}

// whole is what stands before the dot and the identifier behind it, unless that began on another line.
func (c *collector) whole(id *ast.Ident) ast.Node {
	sel := c.sel[id]
	if sel == nil || c.pass.Fset.Position(sel.Pos()).Line != c.pass.Fset.Position(id.Pos()).Line {
		return id
	}
	return sel
}

// variable adds what a variable from outside of the function stands for. What the function itself puts into its variables
// it names anyhow.
func (c *collector) variable(v *types.Var, at ast.Node) {
	switch {
	case v.Pkg() != c.pass.Pkg:
		c.outside(v, at)
	case c.isOwn(v) && !c.isReceiver(v):
	case isGenerator(v.Type()):
		c.reaches(Random, at, v.Name()+", which outlives the call")
	case !holdsCode(v.Type()) && len(c.began[v])+len(c.values.kept[v])+len(c.values.held[v]) == 0:
	case types.IsInterface(v.Type()):
		c.source(v, at)
	default:
		c.local(v, at)
	}
}

// source adds a source that an interface variable holds: `var entropy = rand.Reader`.
func (c *collector) source(v *types.Var, at ast.Node) {
	c.values.of(v, func(e ast.Expr) {
		if from := flow.Var(c.pass.TypesInfo, e); from != nil && from.Pkg() != c.pass.Pkg {
			c.outside(from, at)
		}
		if call, ok := e.(*ast.CallExpr); ok { // os.DirFS
			if f := flow.Func(c.pass.TypesInfo, call.Fun); f != nil && f.Pkg() != nil && f.Pkg() != c.pass.Pkg && c.list.isOpaque(f.Pkg().Path()) {
				c.outside(f, at)
			}
		}
	})
}

// isReceiver reports whether a variable is the receiver of the function, and a function itself.
func (c *collector) isReceiver(v *types.Var) bool {
	d, ok := c.root.(*ast.FuncDecl)
	if !ok || d.Recv == nil || !isSignature(v.Type()) {
		return false
	}
	f, ok := c.pass.TypesInfo.Defs[d.Name].(*types.Func)
	return ok && f.Signature().Recv() == v
}

// isOwn reports whether a variable is declared in the function.
func (c *collector) isOwn(v *types.Var) bool {
	return c.root != nil && !v.IsField() && c.root.Pos() <= v.Pos() && v.Pos() < c.root.End()
}

// selector adds the methods that a call through an interface may mean. The identifier of the method is visited as well.
func (c *collector) selector(sel *ast.SelectorExpr) {
	s := c.pass.TypesInfo.Selections[sel]
	if s == nil || s.Kind() == types.FieldVal || !isAbstract(s.Obj().(*types.Func)) {
		return
	}
	v := held(s)
	if v == nil {
		v = flow.Var(c.pass.TypesInfo, sel.X)
	}
	switch {
	case v == nil || c.isOwn(v) || !holdsCode(v.Type()):
	case v.Pkg() == c.pass.Pkg:
		c.local(methodOf{v, sel.Sel.Name}, sel)
	default:
		c.outsideMethod(v, sel.Sel.Name, sel)
	}
}

// held is the embedded field that holds an interface of which a struct promotes a method.
func held(s *types.Selection) *types.Var {
	var field *types.Var
	at := s.Recv()
	for _, i := range s.Index()[:len(s.Index())-1] {
		st, ok := flow.Deref(at).Underlying().(*types.Struct)
		if !ok {
			return nil
		}
		field = st.Field(i)
		at = field.Type()
	}
	if field == nil {
		return nil
	}
	return field.Origin()
}

// put adds the methods that a value brings where an interface is wanted.
func (c *collector) put(p flow.Put) {
	iface, ok := p.Type.Underlying().(*types.Interface)
	from := c.pass.TypesInfo.TypeOf(p.Value)
	if ok && from != nil && !types.IsInterface(from) && !isError(p.Type) {
		c.methods(from, iface, p.Value)
	}
}

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// instance adds the methods that type arguments bring along.
func (c *collector) instance(inst types.Instance, f *types.Func, at ast.Node) {
	params := f.Signature().TypeParams()
	for i := range min(params.Len(), inst.TypeArgs.Len()) {
		if constraint, ok := params.At(i).Constraint().Underlying().(*types.Interface); ok {
			c.methods(inst.TypeArgs.At(i), constraint, at)
		}
	}
}

// methods adds those methods of a type that an interface has.
func (c *collector) methods(t types.Type, iface *types.Interface, at ast.Node) {
	for i := range iface.NumMethods() {
		c.method(t, iface.Method(i).Name(), at)
	}
}

func (c *collector) method(t types.Type, name string, at ast.Node) {
	if n := flow.Named(t); n != nil && n.Obj().Pkg() != nil {
		obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(n), true, n.Obj().Pkg(), name)
		if f, ok := obj.(*types.Func); ok {
			c.called(f.Origin(), at)
		}
	}
}

// called adds a function, of this package or of another one.
func (c *collector) called(f *types.Func, at ast.Node) {
	if f.Pkg() == c.pass.Pkg && !isAbstract(f) {
		c.local(f, at)
	} else {
		c.outside(f, at)
	}
}

func isAbstract(f *types.Func) bool {
	recv := f.Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type())
}

func (c *collector) local(of any, at ast.Node) {
	c.out = append(c.out, edge{pos: at.Pos(), end: at.End(), to: c.node(of), sorted: c.sorted[at.End()]})
}

func (c *collector) outsideMethod(v *types.Var, name string, at ast.Node) {
	c.imports(v.Pkg(), v.Name()+"."+name, at)
}

// outside adds what a function or variable of another package reaches, or stands for.
func (c *collector) outside(obj types.Object, at ast.Node) {
	if v, ok := obj.(*types.Var); obj.Pkg() != nil && !(ok && v.IsField()) {
		c.imports(obj.Pkg(), nameOf(obj), at)
	}
}

func (c *collector) imports(pkg *types.Package, name string, at ast.Node) {
	for _, e := range c.reachedBy(pkg, name) {
		c.reaches(e.Kind, at, append([]string{pkg.Name() + "." + name}, e.Chain...)...)
	}
}

func (c *collector) reaches(k Kind, at ast.Node, chain ...string) {
	c.out = append(c.out, edge{pos: at.Pos(), end: at.End(), to: outside, kind: k, chain: chain, sorted: c.sorted[at.End()]})
}

// statement adds what the language itself does.
func (c *collector) statement(n ast.Node) {
	switch n := n.(type) {
	case *ast.GoStmt:
		c.reaches(Concurrency, n, "go statement")
	case *ast.SelectStmt:
		if c.onlyAsksContext(n) {
			c.asks = n
		} else if len(n.Body.List) > 1 {
			c.reaches(Concurrency, n, fmt.Sprintf("select of %d cases", len(n.Body.List)))
		}
	case *ast.SendStmt:
		c.reaches(Concurrency, n, "send on a channel")
	case *ast.UnaryExpr:
		if n.Op == token.ARROW && !(c.isDone(n) && c.asks != nil && c.asks.Pos() < n.Pos() && n.End() <= c.asks.End()) {
			c.reaches(Concurrency, n, "receive from a channel")
		}
	case *ast.RangeStmt:
		if _, ok := c.pass.TypesInfo.TypeOf(n.X).Underlying().(*types.Chan); ok {
			c.reaches(Concurrency, n, "range over a channel")
		}
	}
}

// onlyAsksContext reports whether a select looks, without waiting, whether the work shall end: what comes of that is an
// error, and the work is done again.
func (c *collector) onlyAsksContext(n *ast.SelectStmt) bool {
	waits := true
	for _, clause := range n.Body.List {
		comm := clause.(*ast.CommClause).Comm
		if comm == nil {
			waits = false
			continue
		}
		receive, ok := comm.(*ast.ExprStmt)
		if !ok || !c.isDone(receive.X) {
			return false
		}
	}
	return !waits
}

// isDone reports whether an expression receives from the Done of a context.
func (c *collector) isDone(e ast.Expr) bool {
	receive, ok := ast.Unparen(e).(*ast.UnaryExpr)
	if !ok || receive.Op != token.ARROW {
		return false
	}
	call, ok := ast.Unparen(receive.X).(*ast.CallExpr)
	if !ok {
		return false
	}
	f := flow.Func(c.pass.TypesInfo, call.Fun)
	return f != nil && f.FullName() == "(context.Context).Done"
}
