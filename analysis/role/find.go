package role

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/flow"
)

// finder gathers the players of one package.
type finder struct {
	pass   *analysis.Pass
	givers map[*types.TypeName]Role
	decls  map[*types.Func]*ast.FuncDecl
	values map[*types.Var][]ast.Expr // what variables of function types hold
	lits   map[*ast.FuncLit]string   // names of literals
	found  Players
	seen   map[key]bool
	wanted map[*types.TypeName][]*types.TypeName // the types with roles that types of the package are put where they are wanted
}

// key tells players apart.
type key struct {
	of   *types.TypeName
	what any
}

func find(pass *analysis.Pass, known []giver) Players {
	f := &finder{
		pass: pass, givers: map[*types.TypeName]Role{}, decls: map[*types.Func]*ast.FuncDecl{},
		values: map[*types.Var][]ast.Expr{}, lits: map[*ast.FuncLit]string{}, seen: map[key]bool{},
		wanted: map[*types.TypeName][]*types.TypeName{},
	}
	for _, g := range known {
		f.givers[g.name] = g.role
	}
	f.index()
	for _, file := range pass.Files {
		flow.Puts(pass.TypesInfo, file, f.put)
	}
	for _, g := range known {
		f.implementers(g)
	}
	slices.SortStableFunc(f.found, func(a, b *Player) int { return cmp.Compare(a.Pos, b.Pos) })
	return f.found
}

// index remembers declarations, what variables hold, and names literals as the compiler does.
func (f *finder) index() {
	for _, file := range f.pass.Files {
		for _, decl := range file.Decls {
			name := "init"
			if d, ok := decl.(*ast.FuncDecl); ok {
				fn, _ := f.pass.TypesInfo.Defs[d.Name].(*types.Func)
				f.decls[fn] = d
				name = Name(fn)
			}
			f.nameLiterals(decl, name)
		}
		flow.Puts(f.pass.TypesInfo, file, func(p flow.Put) {
			if _, isFunc := p.Type.Underlying().(*types.Signature); isFunc && p.Into != nil {
				f.values[p.Into] = append(f.values[p.Into], p.Value)
			}
		})
	}
}

func (f *finder) nameLiterals(root ast.Node, name string) {
	n := 0
	ast.Inspect(root, func(node ast.Node) bool {
		if lit, ok := node.(*ast.FuncLit); ok {
			n++
			f.lits[lit] = fmt.Sprintf("%s.func%d", name, n)
		}
		return true
	})
}

// Name is a function as people call it: "evolver.MemoryCreated" for a method, "stamp" for a function.
func Name(f *types.Func) string {
	if recv := f.Signature().Recv(); recv != nil {
		if n := flow.Named(recv.Type()); n != nil {
			return n.Obj().Name() + "." + f.Name()
		}
	}
	return f.Name()
}

// isTest reports whether a place is in a test file.
func (f *finder) isTest(pos token.Pos) bool {
	return strings.HasSuffix(f.pass.Fset.File(pos).Name(), "_test.go")
}

// implementers adds the types of the package that implement an interface.
func (f *finder) implementers(g giver) {
	iface, ok := g.name.Type().(*types.Named)
	if !ok || !types.IsInterface(iface) {
		return
	}
	for _, def := range sortedTypes(f.pass) {
		if named, ok := def.Type().(*types.Named); ok && !types.IsInterface(named) && !f.isTest(def.Pos()) && !f.isAnother(def, g.role) {
			f.implementer(g, iface, named, def.Pos())
		}
	}
}

// sortedTypes are the types that the package declares, local ones included.
func sortedTypes(pass *analysis.Pass) []*types.TypeName {
	var out []*types.TypeName
	for _, obj := range pass.TypesInfo.Defs {
		if name, ok := obj.(*types.TypeName); ok && !name.IsAlias() {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, func(a, b *types.TypeName) int { return cmp.Compare(a.Pos(), b.Pos()) })
	return out
}

// implementer adds the methods with which a type plays a role, if it does.
func (f *finder) implementer(g giver, iface, named *types.Named, at token.Pos) {
	pointer := types.NewPointer(self(named))
	inst := instance(iface, pointer)
	if inst == nil {
		return
	}
	methods := inst.Underlying().(*types.Interface)
	for i := range methods.NumMethods() {
		m := methods.Method(i)
		obj, _, _ := types.LookupFieldOrMethod(pointer, true, m.Pkg(), m.Name())
		if fn, ok := obj.(*types.Func); ok && !types.IsInterface(fn.Signature().Recv().Type()) {
			f.add(&Player{
				Role: g.role, Type: g.name, Receiver: named, Func: fn.Origin(), Pos: at,
				Name: named.Obj().Name() + "." + fn.Name(),
			})
		}
	}
}

// self is a generic type with its own type parameters as arguments: only so do all its methods speak of the same ones.
func self(named *types.Named) types.Type {
	params := named.TypeParams()
	if params.Len() == 0 || named.TypeArgs().Len() > 0 {
		return named
	}
	args := make([]types.Type, params.Len())
	for i := range args {
		args[i] = params.At(i)
	}
	inst, err := types.Instantiate(nil, named, args, false)
	if err != nil {
		return named
	}
	return inst
}

// add adds a player once. A body of this package moves its place there; one of a test file is left out.
func (f *finder) add(p *Player) {
	var what any = p.Syntax
	if p.Func != nil {
		what = p.Func
		if d := f.decls[p.Func]; d != nil {
			p.Syntax, p.Pos = d, d.Name.Pos()
		}
	}
	if k := (key{p.Type, what}); !f.seen[k] && !f.isTest(p.Pos) {
		f.seen[k] = true
		f.found = append(f.found, p)
	}
}

// isAnother reports whether a type only happens to have the methods of a role: its package puts it where other roles are
// wanted, and never where one of this role is. What nobody puts anywhere plays all the roles that it can.
func (f *finder) isAnother(def *types.TypeName, r Role) bool {
	wanted := f.wanted[def]
	return len(wanted) > 0 && !slices.ContainsFunc(wanted, func(t *types.TypeName) bool { return f.givers[t] == r })
}

// put looks at a value where a type, or a field, with a role is wanted.
func (f *finder) put(p flow.Put) {
	if p.Into != nil && p.Into.IsField() {
		if fact := new(Fact); f.pass.ImportObjectFact(p.Into, fact) && !f.isTest(p.Value.Pos()) {
			f.function(giver{fact.Role, nil}, p.Value, map[ast.Expr]bool{})
		}
	}
	wanted, ok := types.Unalias(p.Type).(*types.Named)
	if !ok {
		return
	}
	r, gives := f.givers[wanted.Obj()]
	if !gives || f.isTest(p.Value.Pos()) {
		return
	}
	g := giver{r, wanted.Obj()}
	if types.IsInterface(wanted) {
		if n := flow.Named(f.pass.TypesInfo.TypeOf(p.Value)); n != nil && n.Obj().Pkg() == f.pass.Pkg {
			f.wanted[n.Origin().Obj()] = append(f.wanted[n.Origin().Obj()], wanted.Obj())
		}
		f.foreign(g, p.Value)
		return
	}
	f.function(g, p.Value, map[ast.Expr]bool{})
}

// foreign adds an implementer of another package that is given the role here: there, nobody knew of it.
func (f *finder) foreign(g giver, value ast.Expr) {
	named := flow.Named(f.pass.TypesInfo.TypeOf(value))
	if named == nil || types.IsInterface(named) || named.Obj().Pkg() == f.pass.Pkg || knows(named.Obj().Pkg(), g.name.Pkg()) {
		return
	}
	f.implementer(g, g.name.Type().(*types.Named), named, value.Pos())
}

// knows reports whether a package is another one, or imports it.
func knows(pkg, other *types.Package) bool {
	return pkg == nil || pkg == other || slices.ContainsFunc(pkg.Imports(), func(p *types.Package) bool { return p == other })
}

// function adds what an expression of a function type stands for.
func (f *finder) function(g giver, e ast.Expr, seen map[ast.Expr]bool) {
	e = ast.Unparen(e)
	if seen[e] {
		return
	}
	seen[e] = true
	if lit, ok := e.(*ast.FuncLit); ok {
		f.add(&Player{Role: g.role, Type: g.name, Name: f.lits[lit], Syntax: lit, Pos: lit.Pos()})
		return
	}
	if call, ok := e.(*ast.CallExpr); ok {
		f.result(g, call, seen)
		return
	}
	if fn := flow.Func(f.pass.TypesInfo, e); fn != nil {
		f.add(&Player{Role: g.role, Type: g.name, Name: Name(fn), Func: fn, Pos: e.Pos(), Receiver: receiver(fn)})
		return
	}
	if v := flow.Var(f.pass.TypesInfo, e); v != nil {
		for _, value := range f.values[v] {
			f.function(g, value, seen)
		}
	}
}

func receiver(f *types.Func) *types.Named {
	if recv := f.Signature().Recv(); recv != nil {
		return flow.Named(recv.Type())
	}
	return nil
}

// result adds the function that a call makes: what a function of this package returns, or what a conversion converts.
func (f *finder) result(g giver, call *ast.CallExpr, seen map[ast.Expr]bool) {
	if tv := f.pass.TypesInfo.Types[call.Fun]; tv.IsType() && len(call.Args) == 1 {
		f.function(g, call.Args[0], seen)
		return
	}
	var body *ast.BlockStmt
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		body = lit.Body
	} else if d := f.decls[flow.Func(f.pass.TypesInfo, call.Fun)]; d != nil {
		body = d.Body
	}
	if body == nil {
		return
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			for _, r := range n.Results {
				if _, isFunc := f.pass.TypesInfo.TypeOf(r).Underlying().(*types.Signature); isFunc {
					f.function(g, r, seen)
				}
			}
		}
		return true
	})
}
