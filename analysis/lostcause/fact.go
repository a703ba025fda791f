package lostcause

import (
	"cmp"
	"go/token"
	"go/types"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/role"
	"github.com/evgen/evgen/analysis/shape"
)

// Summary is the fact of a package with functions that begin chains: what those that import it have to know.
type Summary struct{ Functions []Function } // by name

// Function is what one function or method does: "Record", "Recorder.Fresh".
type Function struct {
	Name string
	// Starts says how it hands on a cause of its own, "" if it does not; Chain are the functions behind it that do.
	Starts string
	Chain  []string
	// Makes says why the cause that it returns continues nothing, "" if it does or returns none.
	Makes string
}

// AFact implements [analysis.Fact].
func (*Summary) AFact() {}

func (s *Summary) String() string { return "causes" }

// Causes answers for one package. Its methods may be called by several rules at once.
type Causes struct {
	pass   *analysis.Pass
	prog   *program.Program
	others *program.Others[map[string]Function]
}

// Facts finds out which functions of a package begin chains. Its result is a *[Causes].
var Facts = &analysis.Analyzer{
	Name:       "evgencause",
	Doc:        "find out which functions begin chains of causes",
	Run:        summarize,
	Requires:   []*analysis.Analyzer{program.Analyzer},
	ResultType: reflect.TypeOf((*Causes)(nil)),
	FactTypes:  []analysis.Fact{(*Summary)(nil)},
}

func summarize(pass *analysis.Pass) (any, error) {
	c := &Causes{pass: pass, prog: program.Of(pass)}
	c.others = program.NewOthers(c.ask)
	if !effect.IsFollowed(pass.Pkg.Path()) || !c.knowsCauses() {
		return c, nil
	}
	if s := c.summary(); len(s.Functions) > 0 {
		pass.ExportPackageFact(s)
	}
	return c, nil
}

// knowsCauses reports whether the package can make a cause: it imports the runtime, or somebody who begins chains.
func (c *Causes) knowsCauses() bool {
	return slices.ContainsFunc(c.pass.Pkg.Imports(), func(p *types.Package) bool {
		return p.Path() == shape.Runtime || len(c.others.Of(p)) > 0
	})
}

func (c *Causes) ask(p *types.Package) map[string]Function {
	var s Summary
	if p == c.pass.Pkg || !effect.IsFollowed(p.Path()) || !c.pass.ImportPackageFact(p, &s) {
		return nil
	}
	known := map[string]Function{}
	for _, f := range s.Functions {
		known[f.Name] = f
	}
	return known
}

// of returns what is known of a function of another package.
func (c *Causes) of(f *types.Func) Function {
	if f == nil || f.Pkg() == nil {
		return Function{}
	}
	return c.others.Of(f.Pkg())[role.Name(f)]
}

func (c *Causes) summary() *Summary {
	all := map[string]Function{}
	byFunc := map[*types.Func]Function{}
	for _, f := range c.prog.Functions() {
		obj, ok := f.Object().(*types.Func)
		if !ok || !obj.Exported() || shape.IsTest(c.pass.Fset, f.Pos()) {
			continue
		}
		if out := c.function(f, obj); out.Starts != "" || out.Makes != "" {
			byFunc[obj], all[out.Name] = out, out
		}
	}
	program.Interfaces(c.pass.Pkg, func(method, by *types.Func) {
		if out, ok := byFunc[by]; ok && all[role.Name(method)].Name == "" {
			out.Name = role.Name(method)
			all[out.Name] = out
		}
	})
	s := &Summary{}
	for _, f := range all {
		s.Functions = append(s.Functions, f)
	}
	slices.SortFunc(s.Functions, func(a, b Function) int { return cmp.Compare(a.Name, b.Name) })
	return s
}

// function is what one function does, whoever calls it.
func (c *Causes) function(f *ssa.Function, obj *types.Func) Function {
	out := Function{Name: role.Name(obj)}
	for _, reached := range c.prog.Reach([]*role.Player{{Name: out.Name, Func: obj, Syntax: f.Syntax()}}) {
		if found := c.begun(reached); len(found) > 0 {
			out.Starts = found[0].why
			for _, name := range reached.Chain[1:] {
				out.Chain = append(out.Chain, c.pass.Pkg.Name()+"."+name)
			}
			out.Chain = append(out.Chain, found[0].beyond...)
			break
		}
	}
	for _, r := range program.Returns(f, 0) {
		t := tracer{Causes: c, seen: map[ssa.Value]bool{}}
		if shape.IsRuntime(r.Type(), "Cause") && out.Makes == "" {
			out.Makes = t.lost(r)
		}
	}
	return out
}

// begin is a place where a chain begins.
type begin struct {
	pos    token.Pos
	why    string
	beyond []string // functions of other packages behind it
}

// begun returns where a function hands on causes that continue nothing. A cause that it returns is judged where somebody
// hands it on.
func (c *Causes) begun(at program.Reached) []begin {
	var out []begin
	for _, b := range at.Func.Blocks {
		for _, i := range b.Instrs {
			call, ok := i.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if v, ok := call.(*ssa.Call); ok && isRoot(v) && !continued(v, map[ssa.Value]bool{}) {
				out = append(out, begin{pos: call.Pos(), why: "runtime.Root starts a new chain"})
			}
			for _, arg := range call.Common().Args {
				if found, ok := c.argument(at, call, arg); ok {
					out = append(out, found)
				}
			}
		}
	}
	for _, use := range program.Foreign(at.Func) {
		if known := c.of(use.Func); known.Starts != "" {
			name := use.Func.Pkg().Name() + "." + known.Name
			out = append(out, begin{use.Instr.Pos(), known.Starts, append([]string{name}, known.Chain...)})
		}
	}
	return out
}

// argument looks at a cause that is handed on: where it comes from.
func (c *Causes) argument(at program.Reached, call ssa.CallInstruction, arg ssa.Value) (begin, bool) {
	if !shape.IsRuntime(arg.Type(), "Cause") || isOfCause(call.Common()) {
		return begin{}, false
	}
	t := tracer{Causes: c, seen: map[ssa.Value]bool{}}
	why := t.lost(arg)
	if why == "" {
		return begin{}, false
	}
	pos := call.Pos()
	if t.pos.IsValid() && at.Func.Pos() <= t.pos {
		pos = t.pos
	}
	return begin{pos: pos, why: why}, true
}
