package role

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// giver is a type that gives a role.
type giver struct {
	role Role
	name *types.TypeName
}

// export says which types of the package give roles.
func export(pass *analysis.Pass) {
	marks := marked(pass)
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.TYPE {
				continue
			}
			for _, spec := range gen.Specs {
				exportSpec(pass, gen, spec.(*ast.TypeSpec), marks)
				exportFields(pass, spec.(*ast.TypeSpec))
			}
		}
	}
}

// exportFields says which fields of a struct give roles to the functions in them.
func exportFields(pass *analysis.Pass, spec *ast.TypeSpec) {
	s, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, field := range s.Fields.List {
		r := directive(field.Doc)
		for _, name := range field.Names {
			if v, ok := pass.TypesInfo.Defs[name].(*types.Var); ok && r != "" {
				pass.ExportObjectFact(v, &Fact{Role: r})
			}
		}
	}
}

func exportSpec(pass *analysis.Pass, gen *ast.GenDecl, spec *ast.TypeSpec, marks map[string]Role) {
	name, ok := pass.TypesInfo.Defs[spec.Name].(*types.TypeName)
	if !ok || name.IsAlias() {
		return
	}
	r := cmp.Or(directive(spec.Doc), marks[name.Pkg().Path()+"."+name.Name()])
	if r == "" && len(gen.Specs) == 1 {
		r = directive(gen.Doc)
	}
	if r != "" {
		pass.ExportObjectFact(name, &Fact{Role: r})
	}
}

// marked reads the flag.
func marked(pass *analysis.Pass) map[string]Role {
	out := map[string]Role{}
	for entry := range strings.SplitSeq(pass.Analyzer.Flags.Lookup("mark").Value.String(), ",") {
		if name, r, ok := strings.Cut(entry, "="); ok {
			out[name] = Role(r)
		}
	}
	return out
}

// knownTypes are all types that give roles, of this package and of those below it, sorted.
func knownTypes(pass *analysis.Pass) []giver {
	var out []giver
	for _, f := range pass.AllObjectFacts() {
		name, isType := f.Object.(*types.TypeName)
		if fact, ok := f.Fact.(*Fact); ok && isType {
			out = append(out, giver{fact.Role, name})
		}
	}
	slices.SortFunc(out, func(a, b giver) int {
		return cmp.Or(cmp.Compare(a.name.Pkg().Path(), b.name.Pkg().Path()), cmp.Compare(a.name.Name(), b.name.Name()))
	})
	return out
}
