package program

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/role"
)

// Reached is a function that a player runs.
type Reached struct {
	Func *ssa.Function
	// Player is the first one, in the order of the source, from which the way is shortest.
	Player *role.Player
	// Chain begins with the player and ends with the function.
	Chain []string
}

// Function returns the SSA form of a player, nil if its body stands in another package.
func (p *Program) Function(player *role.Player) *ssa.Function {
	for _, f := range p.Functions() {
		if f.Syntax() != nil && f.Syntax() == player.Syntax {
			return f
		}
	}
	return nil
}

// Reach returns what the players run within the package, in the order in which it is found, each function once.
func (p *Program) Reach(players []*role.Player) []Reached {
	var queue []Reached
	seen := map[*ssa.Function]bool{}
	visit := func(f *ssa.Function, player *role.Player, chain []string) {
		if f != nil && len(f.Blocks) > 0 && !seen[f] {
			seen[f] = true
			queue = append(queue, Reached{f, player, chain})
		}
	}
	for _, player := range players {
		visit(p.Function(player), player, []string{player.Name})
	}
	for i := 0; i < len(queue); i++ {
		at := queue[i]
		for _, next := range p.runs(at.Func) {
			chain := at.Chain
			if next.Parent() == nil {
				chain = append(slices.Clone(chain), nameOf(next))
			}
			visit(next, at.Player, chain)
		}
	}
	return queue
}

// nameOf is a function as people call it.
func nameOf(f *ssa.Function) string {
	if obj, ok := f.Object().(*types.Func); ok {
		return role.Name(obj)
	}
	return f.Name()
}

// runs returns the functions of the package that f calls, or hands on as values.
func (p *Program) runs(f *ssa.Function) []*ssa.Function {
	var out []*ssa.Function
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(ssa.CallInstruction); ok {
				out = append(out, p.Callees(call)...)
			}
			for _, operand := range i.Operands(nil) {
				if value, ok := (*operand).(*ssa.Function); ok && p.own(value) {
					out = append(out, origin(value))
				}
			}
		}
	}
	return out
}

// own reports whether a function's body stands in this package.
func (p *Program) own(f *ssa.Function) bool {
	return len(origin(f).Blocks) > 0 && (origin(f).Pkg == p.pkg || f.Parent() != nil)
}

// Callees returns the functions of this package that a call may run: the one it names, or, for a method of an interface
// that this package declares, those of its types that implement it.
func (p *Program) Callees(call ssa.CallInstruction) []*ssa.Function {
	c := call.Common()
	if !c.IsInvoke() {
		if f := c.StaticCallee(); f != nil && p.own(f) {
			return []*ssa.Function{origin(f)}
		}
		return nil
	}
	if c.Method.Pkg() != p.pass.Pkg {
		return nil
	}
	var out []*ssa.Function
	for _, name := range p.pass.Pkg.Scope().Names() {
		tn, ok := p.pass.Pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || types.IsInterface(tn.Type()) || generic(tn.Type()) {
			continue
		}
		if f := p.method(tn.Type(), c); f != nil {
			out = append(out, f)
		}
	}
	return out
}

func generic(t types.Type) bool {
	n, ok := t.(*types.Named)
	return ok && n.TypeParams().Len() > 0
}

// method returns the method of t, or of a pointer to it, that an interface call would run.
func (p *Program) method(t types.Type, c *ssa.CallCommon) *ssa.Function {
	iface, ok := c.Value.Type().Underlying().(*types.Interface)
	if !ok || !types.Implements(types.NewPointer(t), iface) && !(instance(c.Value.Type()) && hasMethods(t, iface)) {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, c.Method.Pkg(), c.Method.Name())
	m, ok := obj.(*types.Func)
	if !ok || m.Pkg() != p.pass.Pkg {
		return nil
	}
	f := p.pkg.Prog.FuncValue(m.Origin())
	if f == nil || !p.own(f) {
		return nil
	}
	return f
}

func instance(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.TypeArgs().Len() > 0
}

// hasMethods reports whether a type has methods with the names and the numbers of parameters of an interface: within a
// generic type nobody knows for which of its instances it implements that.
func hasMethods(t types.Type, iface *types.Interface) bool {
	for i := range iface.NumMethods() {
		m := iface.Method(i)
		obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, m.Pkg(), m.Name())
		f, ok := obj.(*types.Func)
		if !ok || f.Signature().Params().Len() != m.Signature().Params().Len() {
			return false
		}
	}
	return true
}

// Arg returns the syntax of the argument that becomes parameter i of the signature's own parameters; nil if it has none.
func (p *Program) Arg(call ssa.CallInstruction, i int) ast.Expr {
	syntax := p.Call(call)
	if syntax == nil || i < 0 || i >= len(syntax.Args) {
		return nil
	}
	return syntax.Args[i]
}
