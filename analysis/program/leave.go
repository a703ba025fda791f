package program

import (
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// New makes the SSA form of a pass, or of a part of one: then it holds what pass.Files hold.
func New(pass *analysis.Pass) *Program { return &Program{pass: pass} }

// Use is a function of another package that a function of this one calls, or hands on as a value.
type Use struct {
	Func *types.Func
	// Instr is the call, or what hands the function on.
	Instr ssa.Instruction
}

// Call returns the call, nil where the function is a value.
func (u Use) Call() ssa.CallInstruction {
	if call, ok := u.Instr.(ssa.CallInstruction); ok && Called(call.Common()) == u.Func {
		return call
	}
	return nil
}

// Foreign returns what f uses of other packages, in the order in which it does. Methods of interfaces are those that the
// interface declares.
func Foreign(f *ssa.Function) []Use {
	var out []Use
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			call, isCall := i.(ssa.CallInstruction)
			if isCall {
				if obj := Called(call.Common()); obj != nil && obj.Pkg() != pkgOf(f) {
					out = append(out, Use{obj, i})
				}
			}
			for _, operand := range i.Operands(nil) {
				value, ok := (*operand).(*ssa.Function)
				if !ok || isCall && call.Common().StaticCallee() == value {
					continue
				}
				if obj, ok := origin(value).Object().(*types.Func); ok && obj.Pkg() != pkgOf(f) {
					out = append(out, Use{obj.Origin(), i})
				}
			}
		}
	}
	return out
}

func pkgOf(f *ssa.Function) *types.Package {
	for f.Parent() != nil {
		f = f.Parent()
	}
	if f = origin(f); f.Pkg != nil {
		return f.Pkg.Pkg
	}
	return nil
}

// Interfaces calls yield for every method of every interface that the package declares, with a method of a type of the
// package by which it may be meant.
func Interfaces(pkg *types.Package, yield func(method, by *types.Func)) {
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		declared, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || !types.IsInterface(declared.Type()) || declared.IsAlias() || generic(declared.Type()) {
			continue
		}
		iface := declared.Type().Underlying().(*types.Interface)
		for _, name := range scope.Names() {
			tn, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || types.IsInterface(tn.Type()) || generic(tn.Type()) || !types.Implements(types.NewPointer(tn.Type()), iface) {
				continue
			}
			for i := range iface.NumMethods() {
				m := iface.Method(i)
				obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(tn.Type()), true, pkg, m.Name())
				if by, ok := obj.(*types.Func); ok && by.Pkg() == pkg {
					yield(m, by)
				}
			}
		}
	}
}

// Runs returns the functions of the package that f calls, or hands on as values.
func (p *Program) Runs(f *ssa.Function) []*ssa.Function { return p.runs(f) }
