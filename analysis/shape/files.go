package shape

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Files returns the files that people write and run: neither tests nor generated ones.
func Files(pass *analysis.Pass) []*ast.File {
	var out []*ast.File
	for _, f := range pass.Files {
		if !ast.IsGenerated(f) && !IsTest(pass.Fset, f.Pos()) {
			out = append(out, f)
		}
	}
	return out
}

// Written reports whether a place is in one of [Files].
func Written(pass *analysis.Pass, pos token.Pos) bool {
	return slices.ContainsFunc(Files(pass), func(f *ast.File) bool { return f.FileStart <= pos && pos < f.FileEnd })
}

// IsTest reports whether a place is in a test file.
func IsTest(fset *token.FileSet, pos token.Pos) bool {
	return strings.HasSuffix(fset.File(pos).Name(), "_test.go")
}

// Touches reports whether a package imports the runtime, a generated package, or one that does, and so can have to do with
// events.
func Touches(pkg *types.Package) bool {
	return slices.ContainsFunc(pkg.Imports(), func(p *types.Package) bool {
		return knowsEvents(p) || slices.ContainsFunc(p.Imports(), knowsEvents)
	})
}

func knowsEvents(p *types.Package) bool {
	return p.Path() == Runtime || strings.HasPrefix(p.Path(), Runtime+"/") || Generated(p)
}

// Name is a type as people write it: shop.OrderPlaced, by the alias for the newest version where there is one.
func Name(tn *types.TypeName) string {
	if tn.Pkg() == nil {
		return tn.Name()
	}
	best := tn.Name()
	for _, name := range tn.Pkg().Scope().Names() {
		alias, ok := tn.Pkg().Scope().Lookup(name).(*types.TypeName)
		if ok && alias.IsAlias() && types.Identical(alias.Type(), tn.Type()) {
			best = name
			break
		}
	}
	return tn.Pkg().Name() + "." + best
}
