package shape

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Facts are what the codec table of a generated package says of its types.
type Facts struct {
	// Structs are sorted by name.
	Structs []Struct
	// Closed are the names of the enums that take no other values than those of the schema, sorted.
	Closed []string
}

// Struct is a generated struct.
type Struct struct {
	Name string
	// Required are the Go fields that must be set, in the order of the schema.
	Required []string
}

// AFact implements [analysis.Fact].
func (*Facts) AFact() {}

func (f *Facts) String() string { return "shape" }

// Shapes answers for the packages that one package can name.
type Shapes struct{ pass *analysis.Pass }

// Analyzer reads codec tables. Its result is a [Shapes].
var Analyzer = &analysis.Analyzer{
	Name:       "evgenshape",
	Doc:        "read what generated packages say of their types",
	Run:        run,
	ResultType: reflect.TypeOf(Shapes{}),
	FactTypes:  []analysis.Fact{(*Facts)(nil)},
}

func run(pass *analysis.Pass) (any, error) {
	if Generated(pass.Pkg) {
		pass.ExportPackageFact(read(pass))
	}
	return Shapes{pass}, nil
}

// Of returns the result of [Analyzer] for a rule that requires it.
func Of(pass *analysis.Pass) Shapes { return pass.ResultOf[Analyzer].(Shapes) }

// Required returns the fields of a generated struct that must be set; nil for any other type.
func (s Shapes) Required(t types.Type) []string {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return nil
	}
	facts := s.of(n.Obj().Pkg())
	i, found := slices.BinarySearchFunc(facts.Structs, n.Obj().Name(), func(a Struct, name string) int {
		return strings.Compare(a.Name, name)
	})
	if !found {
		return nil
	}
	return facts.Structs[i].Required
}

// Closed reports whether t is an enum that takes no other values than those of the schema.
func (s Shapes) Closed(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return false
	}
	_, found := slices.BinarySearch(s.of(n.Obj().Pkg()).Closed, n.Obj().Name())
	return found
}

func (s Shapes) of(pkg *types.Package) Facts {
	var facts Facts
	if pkg != nil && Generated(pkg) {
		s.pass.ImportPackageFact(pkg, &facts)
	}
	return facts
}

// read finds the literals of codec.Struct and codec.Enum.
func read(pass *analysis.Pass) *Facts {
	facts := &Facts{}
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, spec := range gen.Specs {
				facts.readSpec(pass, spec.(*ast.ValueSpec))
			}
		}
	}
	slices.SortFunc(facts.Structs, func(a, b Struct) int { return cmp.Compare(a.Name, b.Name) })
	slices.Sort(facts.Closed)
	return facts
}

func (f *Facts) readSpec(pass *analysis.Pass, spec *ast.ValueSpec) {
	if len(spec.Names) != 1 || len(spec.Values) != 1 {
		return
	}
	lit, ok := spec.Values[0].(*ast.CompositeLit)
	if !ok {
		return
	}
	n, ok := types.Unalias(pass.TypesInfo.TypeOf(lit)).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != codecPath {
		return
	}
	described := strings.TrimPrefix(spec.Names[0].Name, "describe")
	switch n.Obj().Name() {
	case "Struct":
		f.Structs = append(f.Structs, Struct{Name: described, Required: required(lit)})
	case "Enum":
		if isTrue(member(lit, "Closed")) {
			f.Closed = append(f.Closed, described)
		}
	}
}

// required reads Fields: those without a Presence, or with codec.Required, by the Go field whose offset they have.
func required(table *ast.CompositeLit) []string {
	fields, ok := member(table, "Fields").(*ast.CompositeLit)
	if !ok {
		return nil
	}
	var out []string
	for _, e := range fields.Elts {
		field, ok := e.(*ast.CompositeLit)
		if !ok {
			continue
		}
		if p, ok := member(field, "Presence").(*ast.SelectorExpr); ok && p.Sel.Name != "Required" {
			continue
		}
		if name := offsetOf(member(field, "Offset")); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// member returns the value of a key of a literal, nil if it is not there.
func member(lit *ast.CompositeLit, key string) ast.Expr {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok && id.Name == key {
				return kv.Value
			}
		}
	}
	return nil
}

// offsetOf returns the field of unsafe.Offsetof(T{}.Field).
func offsetOf(e ast.Expr) string {
	call, ok := e.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return ""
	}
	if sel, ok := call.Args[0].(*ast.SelectorExpr); ok {
		return sel.Sel.Name
	}
	return ""
}

func isTrue(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "true"
}
