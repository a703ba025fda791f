// Package program gives rules the SSA form of a package, and what players of roles call within it.
//
// In: a type-checked package. Out: functions of golang.org/x/tools/go/ssa, built when the first rule asks, since most
// packages have nothing to judge; and for each player the functions of the package that it reaches. Calls into other
// packages are left to the rules.
package program

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// Program is the SSA form of one package. Its methods may be called by several rules at once.
type Program struct {
	pass  *analysis.Pass
	build sync.Once
	pkg   *ssa.Package
	funcs []*ssa.Function
	index sync.Once
	calls map[token.Pos]*ast.CallExpr
	sites map[*ssa.Function][]ssa.CallInstruction

	stores  sync.Once
	globals map[*ssa.Global][]ssa.Value
	fields  map[*types.Var][]ssa.Value
}

// Analyzer makes a [*Program]; it builds nothing yet.
var Analyzer = &analysis.Analyzer{
	Name:       "evgenprogram",
	Doc:        "build the SSA form of a package for the rules that ask for it",
	ResultType: reflect.TypeOf((*Program)(nil)),
	Run:        func(pass *analysis.Pass) (any, error) { return &Program{pass: pass}, nil },
}

// Of returns the result of [Analyzer] for a rule that requires it.
func Of(pass *analysis.Pass) *Program { return pass.ResultOf[Analyzer].(*Program) }

// Functions returns the functions of the package that have bodies in its files, literals included, in the order of
// the source.
func (p *Program) Functions() []*ssa.Function {
	p.build.Do(p.construct)
	return p.funcs
}

// Package returns the SSA form.
func (p *Program) Package() *ssa.Package {
	p.build.Do(p.construct)
	return p.pkg
}

func (p *Program) construct() {
	prog := ssa.NewProgram(p.pass.Fset, ssa.BuilderMode(0))
	prog.SetNoReturn(endsProgram)
	for _, imported := range p.pass.Pkg.Imports() {
		prog.CreatePackage(imported, nil, nil, true)
	}
	p.pkg = prog.CreatePackage(p.pass.Pkg, p.pass.Files, p.pass.TypesInfo, false)
	p.pkg.Build()
	for _, file := range p.pass.Files {
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok {
				if f, ok := p.pass.TypesInfo.Defs[d.Name].(*types.Func); ok {
					p.add(prog.FuncValue(f))
				}
			}
		}
	}
	p.add(p.pkg.Func("init"))
}

func (p *Program) add(f *ssa.Function) {
	if f == nil {
		return
	}
	p.funcs = append(p.funcs, f)
	for _, anon := range f.AnonFuncs {
		p.add(anon)
	}
}

// endsProgram knows the functions of the standard library that do not return.
func endsProgram(f *types.Func) bool {
	switch f.FullName() {
	case "os.Exit", "runtime.Goexit", "log.Fatal", "log.Fatalf", "log.Fatalln", "log.Panic", "log.Panicf", "log.Panicln":
		return true
	}
	return false
}

// Call returns the syntax of a call, nil if it has none.
func (p *Program) Call(c ssa.CallInstruction) *ast.CallExpr {
	p.index.Do(p.indexCalls)
	return p.calls[c.Common().Pos()]
}

// Sites returns the calls of a function within the package, generic or not.
func (p *Program) Sites(f *ssa.Function) []ssa.CallInstruction {
	p.index.Do(p.indexCalls)
	return p.sites[origin(f)]
}

func (p *Program) indexCalls() {
	p.calls = map[token.Pos]*ast.CallExpr{}
	for _, file := range p.pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				p.calls[call.Lparen] = call
			}
			return true
		})
	}
	p.sites = map[*ssa.Function][]ssa.CallInstruction{}
	for _, f := range p.Functions() {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if call, ok := i.(ssa.CallInstruction); ok {
					for _, callee := range p.Callees(call) {
						p.sites[callee] = append(p.sites[callee], call)
					}
				}
			}
		}
	}
}

// origin is the generic function of an instance, or the function itself.
func origin(f *ssa.Function) *ssa.Function {
	if f != nil && f.Origin() != nil {
		return f.Origin()
	}
	return f
}
