package statement

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/role"
	"github.com/evgen/evgen/analysis/shape"
	"github.com/evgen/evgen/analysis/sqltext"
)

// functions are those that others can call and that send something that matters.
func (s *Statements) functions() []Function {
	senders := s.senders()
	if len(senders) == 0 {
		return nil
	}
	t := &tracer{Statements: s}
	sends := map[*types.Func]Function{}
	for f := range senders {
		obj, ok := f.Object().(*types.Func)
		if !ok || !obj.Exported() || shape.IsTest(s.pass.Fset, f.Pos()) {
			continue
		}
		out := Function{role.Name(obj), s.function(f, obj), t.returnsRow(f), s.guardedParams(f)}
		if len(out.Sends)+len(out.Guards) > 0 || out.Reads {
			sends[obj] = out
		}
	}
	all := map[string]Function{}
	for _, f := range sends {
		all[f.Name] = f
	}
	program.Interfaces(s.pass.Pkg, func(method, by *types.Func) {
		name := role.Name(method)
		if f, ok := sends[by]; ok && all[name].Name == "" {
			f.Name = name
			all[name] = f
		}
	})
	out := slices.Collect(maps.Values(all))
	slices.SortFunc(out, func(a, b Function) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// senders are the functions that send, and those that run them.
func (s *Statements) senders() map[*ssa.Function]bool {
	t := &tracer{Statements: s}
	var queue []*ssa.Function
	callers := map[*ssa.Function][]*ssa.Function{}
	for _, f := range s.prog.Functions() {
		for _, run := range s.prog.Runs(f) {
			callers[run] = append(callers[run], f)
		}
		if t.sends(f) {
			queue = append(queue, f)
		}
	}
	out := map[*ssa.Function]bool{}
	for len(queue) > 0 {
		f := queue[0]
		queue = queue[1:]
		if !out[f] {
			out[f] = true
			queue = append(queue, callers[f]...)
		}
	}
	return out
}

// sends reports whether a function sends anything itself, or by functions of other packages.
func (t *tracer) sends(f *ssa.Function) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(ssa.CallInstruction); ok {
				if value, _ := t.sink(call); value != nil || copied(call.Common()) != nil {
					return true
				}
			}
		}
	}
	return slices.ContainsFunc(program.Foreign(f), func(u program.Use) bool { return t.of(u.Func) != nil })
}

// function is what one function sends, whoever calls it.
func (s *Statements) function(f *ssa.Function, obj *types.Func) []Remote {
	all := s.sent(f, []*role.Player{{Name: role.Name(obj), Func: obj, Syntax: f.Syntax()}})
	var out []Remote
	for i, one := range all {
		if !matters(one.Text) {
			continue
		}
		at := s.pass.Fset.Position(one.Pos)
		r := Remote{
			SQL: emptiedBefore(all[:i], one) + one.Text, Added: one.Added, Writes: one.inputs,
			Checked: one.Checked, Absent: one.Absent, If: one.checkedIf,
			File: filepath.Base(at.Filename), Line: at.Line, Chain: slices.Clone(one.beyond),
		}
		for i := len(one.By.Chain) - 1; i > 0; i-- {
			r.Chain = slices.Insert(r.Chain, 0, s.pass.Pkg.Name()+"."+one.By.Chain[i])
		}
		out = append(out, r)
	}
	return out
}

// emptiedBefore returns the statements that delete before another one runs: they make an insert right.
func emptiedBefore(all []Sent, s Sent) string {
	var out strings.Builder
	for _, other := range all {
		if len(sqltext.Inserts(plain(s.Text))) > 0 && len(sqltext.Deletes(other.Text)) > 0 && other.Before(s) {
			out.WriteString(plain(other.Text) + ";\n")
		}
	}
	return out.String()
}

// matters reports whether rules can have anything to say about a text, or about what becomes of it where its marks are
// filled in.
func matters(text string) bool {
	plain := plain(text)
	return strings.Contains(text, markBegin) && sqltext.Open(plain) || sqltext.Writes(plain) ||
		len(sqltext.Deletes(plain)) > 0 || len(sqltext.Chances(plain)) > 0
}

// variables are the exported variables that hold SQL.
func (s *Statements) variables() []Variable {
	var out []Variable
	for _, file := range s.pass.Files {
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.VAR {
				for _, spec := range d.Specs {
					out = append(out, s.specified(file, d, spec.(*ast.ValueSpec))...)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Variable) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func (s *Statements) specified(file *ast.File, d *ast.GenDecl, spec *ast.ValueSpec) []Variable {
	var out []Variable
	for i, name := range spec.Names {
		v, ok := s.pass.TypesInfo.Defs[name].(*types.Var)
		if !ok || !v.Exported() || !types.Identical(v.Type(), types.Typ[types.String]) {
			continue
		}
		text := ""
		if i < len(spec.Values) {
			if value := s.pass.TypesInfo.Types[spec.Values[i]].Value; value != nil {
				text = constant.StringVal(value)
			}
		} else if files := s.file(file, spec.Doc, d.Doc); len(files) == 1 {
			text = files[0].text
		}
		if text != "" && matters(text) {
			out = append(out, Variable{v.Name(), text})
		}
	}
	return out
}
