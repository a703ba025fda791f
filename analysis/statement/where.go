package statement

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"path/filepath"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/program"
)

// where is the line from which a function of another package sends.
type where struct {
	in   *types.Func
	file string // without its directory
	line int
}

// filling is a text whose marks are filled in.
type filling struct {
	alternative
	arg int // by which argument, -1 for none
}

// filled puts what a call passes in the place of marks.
func (t *tracer) filled(text string, use program.Use) []filling {
	before, param, after, ok := cutMark(text)
	if !ok {
		return []filling{{alternative{text: text}, -1}}
	}
	passed := unknown
	if use.Call() != nil {
		if arg := program.Argument(use.Call().Common(), param); arg != nil {
			passed = t.texts(arg)
		}
	}
	var out []filling
	for _, rest := range t.filled(after, use) {
		for _, alt := range passed {
			alt.text = before + alt.text + rest.text
			if alt.site == nil {
				alt.site = rest.site
			}
			out = append(out, filling{alt, param})
		}
	}
	if len(out) > most {
		return nil
	}
	return out
}

// extent is the call of a function of another package, without its arguments, or the place at which it is named.
func (s *Statements) extent(use program.Use) (pos, end token.Pos) {
	if call := use.Call(); call != nil {
		if syntax := s.prog.Call(call); syntax != nil {
			return syntax.Pos(), syntax.Fun.End()
		}
	}
	return use.Instr.Pos(), use.Instr.Pos()
}

// Before reports whether other runs before s whenever a function runs both, in the order of the source.
func (s Sent) Before(other Sent) bool {
	if s.at == nil || other.at == nil {
		return false
	}
	first, second := s.order.places(s, 0), other.order.places(other, 0)
	for f, pos := range first {
		if behind, ok := second[f]; ok && pos < behind {
			return true
		}
	}
	return false
}

// places are the functions that run a statement, with the first place in each from which they do.
func (t *tracer) places(s Sent, depth int) map[*ssa.Function]token.Pos {
	out := map[*ssa.Function]token.Pos{}
	t.collect(out, s.at, depth)
	return out
}

func (t *tracer) collect(out map[*ssa.Function]token.Pos, at ssa.Instruction, depth int) {
	f := at.Parent()
	if pos, ok := out[f]; ok && pos <= at.Pos() || depth > deep {
		return
	}
	out[f] = at.Pos()
	for _, call := range t.prog.Sites(f) {
		t.collect(out, call, depth+1)
	}
}

// Related says where the text stands, if that is not where it is found.
func (s Sent) Related() []analysis.RelatedInformation {
	pos := s.order.constant(s)
	if !pos.IsValid() || s.Pos <= pos && pos <= s.End {
		return nil
	}
	return []analysis.RelatedInformation{{Pos: pos, Message: "the statement"}}
}

// constant is the place of the text: the constant that has it, what the argument names, or the line of another package
// that sends it.
func (t *tracer) constant(s Sent) token.Pos {
	for _, file := range t.pass.Files {
		if pos := t.constantIn(file, s.Text); pos.IsValid() {
			return pos
		}
	}
	if s.named.IsValid() {
		return s.named
	}
	if s.where.in != nil {
		return s.where.pos(t.pass.Fset)
	}
	return token.NoPos
}

func (t *tracer) constantIn(file *ast.File, text string) token.Pos {
	found := token.NoPos
	ast.Inspect(file, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok || found.IsValid() {
			return !found.IsValid()
		}
		value := t.pass.TypesInfo.Types[e].Value
		if value == nil || value.Kind() != constant.String || constant.StringVal(value) != text {
			return true
		}
		if found = e.Pos(); named(e) {
			found = t.declaration(e)
		}
		return false
	})
	return found
}

func named(e ast.Expr) bool {
	switch e.(type) {
	case *ast.Ident, *ast.SelectorExpr:
		return true
	}
	return false
}

// declaration is where what an expression names is declared, if that is outside of functions.
func (t *tracer) declaration(e ast.Expr) token.Pos {
	id, ok := e.(*ast.Ident)
	if sel, isSelector := e.(*ast.SelectorExpr); isSelector {
		id, ok = sel.Sel, true
	}
	if obj := t.pass.TypesInfo.Uses[id]; ok && obj != nil && obj.Pkg() != nil && obj.Parent() == obj.Pkg().Scope() {
		return obj.Pos()
	}
	return e.Pos()
}

// pos finds the line in the files that export data names: beside that which declares the function.
func (w where) pos(fset *token.FileSet) token.Pos {
	declared := fset.File(w.in.Pos())
	if declared == nil {
		return w.in.Pos()
	}
	name := filepath.Join(filepath.Dir(declared.Name()), w.file)
	found := w.in.Pos()
	fset.Iterate(func(f *token.File) bool {
		if f.Name() != name || w.line > f.LineCount() {
			return true
		}
		found = f.LineStart(w.line)
		return false
	})
	return found
}

// Describe makes the finding of a rule.
func (s Sent) Describe(message string) analysis.Diagnostic {
	return analysis.Diagnostic{
		Pos: s.Pos, End: s.End, Related: s.Related(),
		Message: fmt.Sprintf("%s (%s)", message, s.Chain()),
	}
}
