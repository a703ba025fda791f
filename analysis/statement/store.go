package statement

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/sqltext"
)

// load returns what may stand at an address: what the function writes there, what the package writes to a field or a
// package-level variable, an embedded file.
func (t *tracer) load(addr ssa.Value) []alternative {
	switch a := addr.(type) {
	case *ssa.Alloc:
		return t.all(storedIn(a))
	case *ssa.Global:
		if values := t.prog.Global(a); len(values) > 0 {
			return t.all(values)
		}
		if text, ok := t.variable(a.Object()); ok {
			return []alternative{{text: text}}
		}
		return t.embedded(a)
	case *ssa.FieldAddr:
		return t.all(t.prog.Field(program.FieldOf(a.X.Type(), a.Field)))
	case *ssa.IndexAddr:
		return t.all(t.elements(a.X))
	case *ssa.FreeVar:
		var out []alternative
		for _, b := range program.Bindings(a) {
			out = append(out, t.load(b)...)
		}
		return out
	}
	return nil
}

// storedIn returns what the function stores at an address.
func storedIn(addr ssa.Value) []ssa.Value {
	var out []ssa.Value
	for _, s := range program.StoresTo(addr) {
		out = append(out, s.Val)
	}
	return out
}

// elements returns what lies in a slice, an array or a map.
func (t *tracer) elements(v ssa.Value) []ssa.Value {
	if t.steps++; len(t.path) > deep || t.steps > patient {
		return nil
	}
	t.path = append(t.path, v)
	defer func() { t.path = t.path[:len(t.path)-1] }()
	switch v := v.(type) {
	case *ssa.Slice:
		return t.elements(v.X)
	case *ssa.Alloc:
		return within(v)
	case *ssa.MakeMap:
		return within(v)
	case *ssa.Global:
		return append(within(v), t.elementsOf(t.prog.Global(v))...)
	case *ssa.Phi:
		return t.elementsOf(v.Edges)
	case *ssa.Parameter:
		return t.passed(v)
	case *ssa.UnOp:
		switch a := v.X.(type) {
		case *ssa.Global:
			return t.elements(a)
		case *ssa.Alloc:
			return append(within(a), t.elementsOf(storedIn(a))...)
		case *ssa.FieldAddr:
			return t.elementsOf(t.prog.Field(program.FieldOf(a.X.Type(), a.Field)))
		}
	case *ssa.Call:
		return t.appended(v)
	}
	return nil
}

func (t *tracer) elementsOf(values []ssa.Value) []ssa.Value {
	var out []ssa.Value
	for _, v := range values {
		out = append(out, t.elements(v)...)
	}
	return out
}

// passed returns the elements of what callers pass.
func (t *tracer) passed(p *ssa.Parameter) []ssa.Value {
	var out []ssa.Value
	for i, q := range p.Parent().Params {
		if q != p {
			continue
		}
		for _, call := range t.prog.Sites(p.Parent()) {
			if args := call.Common().Args; i < len(args) && len(args) == len(p.Parent().Params) {
				out = append(out, t.elements(args[i])...)
			}
		}
	}
	return out
}

// appended returns the elements of append(a, b...), and those of what functions of the package return.
func (t *tracer) appended(v *ssa.Call) []ssa.Value {
	if b, ok := v.Common().Value.(*ssa.Builtin); ok && b.Name() == "append" {
		return t.elementsOf(v.Common().Args)
	}
	return nil
}

// within returns what the function puts into the elements of a container of its own.
func within(container ssa.Value) []ssa.Value {
	var out []ssa.Value
	if container.Referrers() == nil {
		return nil
	}
	for _, ref := range *container.Referrers() {
		switch r := ref.(type) {
		case *ssa.IndexAddr:
			out = append(out, storedIn(r)...)
		case *ssa.MapUpdate:
			out = append(out, r.Value)
		}
	}
	return out
}

// embedded returns the file that a variable embeds.
func (s *Statements) embedded(g *ssa.Global) []alternative {
	for _, file := range s.pass.Files {
		for _, decl := range file.Decls {
			d, ok := decl.(*ast.GenDecl)
			if !ok || d.Tok != token.VAR {
				continue
			}
			for _, spec := range d.Specs {
				v := spec.(*ast.ValueSpec)
				if s.pass.TypesInfo.Defs[v.Names[0]] == g.Object() {
					return s.file(file, v.Doc, d.Doc)
				}
			}
		}
	}
	return nil
}

func (s *Statements) file(in *ast.File, docs ...*ast.CommentGroup) []alternative {
	for _, doc := range docs {
		if doc == nil {
			continue
		}
		for _, c := range doc.List {
			name, ok := strings.CutPrefix(c.Text, "//go:embed ")
			if !ok {
				continue
			}
			dir := filepath.Dir(s.pass.Fset.File(in.Pos()).Name())
			content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(strings.Trim(strings.TrimSpace(name), "`\""))))
			if err != nil {
				return nil
			}
			return []alternative{{text: string(content)}}
		}
	}
	return nil
}

// embeddedFile returns a file of a variable of type embed.FS of this package.
func (t *tracer) embeddedFile(fs ssa.Value, names []alternative) []alternative {
	if m, ok := fs.(*ssa.MakeInterface); ok {
		fs = m.X
	}
	load, ok := fs.(*ssa.UnOp)
	if !ok {
		return nil
	}
	g, ok := load.X.(*ssa.Global)
	if !ok || g.Object() == nil || g.Object().Pkg() != t.pass.Pkg {
		return nil
	}
	var out []alternative
	for _, name := range names {
		dir := filepath.Dir(t.pass.Fset.File(g.Pos()).Name())
		if content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name.text))); err == nil && name.text != sqltext.Hole {
			out = append(out, alternative{text: string(content)})
		}
	}
	return out
}

// literal returns the constant whose value an expression has: the expression itself, or what a name stands for.
func (t *tracer) literal(e ast.Expr, text string) *ast.BasicLit {
	lit, ok := ast.Unparen(e).(*ast.BasicLit)
	if id, isName := ast.Unparen(e).(*ast.Ident); isName {
		lit, ok = t.declared(t.pass.TypesInfo.Uses[id]), true
	}
	if !ok || lit == nil {
		return nil
	}
	if tv := t.pass.TypesInfo.Types[lit]; tv.Value == nil || constant.StringVal(tv.Value) != text {
		return nil
	}
	return lit
}

func (t *tracer) declared(obj types.Object) *ast.BasicLit {
	if _, ok := obj.(*types.Const); !ok {
		return nil
	}
	var found *ast.BasicLit
	for _, file := range t.pass.Files {
		if obj.Pos() < file.FileStart || file.FileEnd <= obj.Pos() {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.ValueSpec); ok {
				for i, name := range s.Names {
					if t.pass.TypesInfo.Defs[name] == obj && i < len(s.Values) {
						found, _ = s.Values[i].(*ast.BasicLit)
					}
				}
			}
			return found == nil
		})
	}
	return found
}
