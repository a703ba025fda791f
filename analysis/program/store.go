package program

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/flow"
)

// Global returns what the package stores in a package-level variable, anywhere.
func (p *Program) Global(g *ssa.Global) []ssa.Value {
	p.stores.Do(p.indexStores)
	return p.globals[g]
}

// Field returns what the package stores in a field, of any value of its type.
func (p *Program) Field(f *types.Var) []ssa.Value {
	p.stores.Do(p.indexStores)
	return p.fields[f]
}

func (p *Program) indexStores() {
	p.globals, p.fields = map[*ssa.Global][]ssa.Value{}, map[*types.Var][]ssa.Value{}
	for _, f := range p.Functions() {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				s, ok := i.(*ssa.Store)
				if !ok {
					continue
				}
				switch a := s.Addr.(type) {
				case *ssa.Global:
					p.globals[a] = append(p.globals[a], s.Val)
				case *ssa.FieldAddr:
					field := FieldOf(a.X.Type(), a.Field)
					p.fields[field] = append(p.fields[field], s.Val)
				}
			}
		}
	}
}

// FieldOf is the declaration of field i of a struct, or of what a pointer points to; instances of a generic type share it.
func FieldOf(t types.Type, i int) *types.Var {
	if s, ok := flow.Deref(t.Underlying()).Underlying().(*types.Struct); ok {
		return s.Field(i).Origin()
	}
	return nil
}

// StoresTo returns the stores to an address, as far as the function itself makes them.
func StoresTo(addr ssa.Value) []*ssa.Store {
	var out []*ssa.Store
	for _, ref := range *addr.Referrers() {
		if s, ok := ref.(*ssa.Store); ok && s.Addr == addr {
			out = append(out, s)
		}
	}
	return out
}

// SamePlace reports whether two addresses are the same variable, or the same field of one.
func SamePlace(a, b ssa.Value) bool {
	if a == b {
		return true
	}
	x, ok := a.(*ssa.FieldAddr)
	y, both := b.(*ssa.FieldAddr)
	return ok && both && x.Field == y.Field && SamePlace(x.X, y.X)
}

// Bindings returns what a literal captures: one variable for each place that makes it.
func Bindings(v *ssa.FreeVar) []ssa.Value {
	f := v.Parent()
	var out []ssa.Value
	for i, fv := range f.FreeVars {
		if fv != v || f.Referrers() == nil {
			continue
		}
		for _, ref := range *f.Referrers() {
			if m, ok := ref.(*ssa.MakeClosure); ok {
				out = append(out, m.Bindings[i])
			}
		}
	}
	return out
}
