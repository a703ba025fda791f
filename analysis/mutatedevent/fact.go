package mutatedevent

import (
	"cmp"
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

// Summary is the fact of a package with functions that change, or return, what they are given: what those that import it
// have to know.
type Summary struct{ Functions []Function } // by name

// Function is one function or method: "Normalize", "List.Sort".
type Function struct {
	Name    string
	Changes []Change
	Returns []int // parameters of which it returns a part; -1 is the receiver
}

// Change says that a function changes what a parameter leads to. Chain are the functions behind it that do.
type Change struct {
	Param int
	Chain []string
}

// AFact implements [analysis.Fact].
func (*Summary) AFact() {}

func (s *Summary) String() string { return "writes" }

// Writes answers for one package which functions change what they are given. Only one rule asks.
type Writes struct {
	pass *analysis.Pass
	prog *program.Program
	// changed and returns say which parameters functions change, and by whom, and of which they return a part.
	changed  map[*ssa.Parameter]*write
	returned map[*ssa.Parameter]bool
	others   *program.Others[map[string]Function]
}

// Facts finds out which functions of a package change, or return, what they are given. Its result is a *[Writes].
var Facts = &analysis.Analyzer{
	Name:       "evgenwrites",
	Doc:        "find out which functions change what they are given",
	Run:        summarize,
	Requires:   []*analysis.Analyzer{program.Analyzer},
	ResultType: reflect.TypeOf((*Writes)(nil)),
	FactTypes:  []analysis.Fact{(*Summary)(nil)},
}

func summarize(pass *analysis.Pass) (any, error) {
	w := &Writes{pass: pass, changed: map[*ssa.Parameter]*write{}, returned: map[*ssa.Parameter]bool{}}
	w.others = program.NewOthers(w.ask)
	switch {
	case !effect.IsFollowed(pass.Pkg.Path()):
		w.prog = program.Of(pass)
		return w, nil
	case shape.Touches(pass.Pkg):
		w.prog = program.Of(pass)
	default: // of a package that knows no events, only little matters
		w.prog = w.helpers()
	}
	if s := w.summary(); len(s.Functions) > 0 {
		pass.ExportPackageFact(s)
	}
	return w, nil
}

// of returns what is known of a function of another package.
func (w *Writes) of(f *types.Func) Function {
	if f == nil || f.Pkg() == nil || f.Pkg() == w.pass.Pkg {
		return Function{}
	}
	return w.others.Of(f.Pkg())[role.Name(f)]
}

func (w *Writes) ask(p *types.Package) map[string]Function {
	var s Summary
	if !effect.IsFollowed(p.Path()) || !w.pass.ImportPackageFact(p, &s) {
		return nil
	}
	known := map[string]Function{}
	for _, f := range s.Functions {
		known[f.Name] = f
	}
	return known
}

func (w *Writes) summary() *Summary {
	s := &Summary{}
	if w.prog == nil {
		return s
	}
	for _, f := range w.prog.Functions() {
		obj, ok := f.Object().(*types.Func)
		if !ok || !obj.Exported() || shape.IsTest(w.pass.Fset, f.Pos()) {
			continue
		}
		if out := w.function(f, obj); len(out.Changes)+len(out.Returns) > 0 {
			s.Functions = append(s.Functions, out)
		}
	}
	slices.SortFunc(s.Functions, func(a, b Function) int { return cmp.Compare(a.Name, b.Name) })
	return s
}

func (w *Writes) function(f *ssa.Function, obj *types.Func) Function {
	out := Function{Name: role.Name(obj)}
	for i, p := range f.Params {
		if !leads(p.Type()) {
			continue
		}
		if f.Signature.Recv() != nil {
			i--
		}
		if by := w.changes(f, p); by != nil {
			out.Changes = append(out.Changes, Change{i, by.chain})
		}
		if w.hands(f, p) {
			out.Returns = append(out.Returns, i)
		}
	}
	return out
}
