package govet

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"github.com/evgen/evgen/schema/source"
)

// Files reads the files in which there are findings, each once. The zero Files shows names as they are.
type Files struct {
	Dir string // names below it are shown relative to it

	read map[string]*file
}

// file is a file with the functions that it declares.
type file struct {
	*source.File
	set    *token.FileSet
	syntax *ast.File
}

// Span is a place as diagnostics have it; nowhere if the file cannot be read.
func (f *Files) Span(p Place) source.Span {
	at := f.open(p.File)
	if at == nil {
		return source.Span{}
	}
	s := source.Span{File: at.File, Start: at.offset(p.Line, p.Column)}
	s.End = s.Start
	if p.EndLine > 0 {
		s.End = max(s.Start, at.offset(p.EndLine, p.EndCol))
	}
	return s
}

func (f *file) offset(line, column int) int {
	return min(f.Offset(line, 1)+max(column-1, 0), len(f.Bytes))
}

// Function names the function around a place, for baselines: "example.com/shop.(list).ItemAdded"; outside of functions
// it is the package.
func (f *Files) Function(pkg string, p Place) string {
	at := f.open(p.File)
	if at == nil || at.syntax == nil {
		return pkg
	}
	for _, decl := range at.syntax.Decls {
		d, ok := decl.(*ast.FuncDecl)
		if ok && at.set.Position(d.Pos()).Line <= p.Line && p.Line <= at.set.Position(d.End()).Line {
			return pkg + "." + receiver(d) + d.Name.Name
		}
	}
	return pkg
}

func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return fmt.Sprintf("(%s).", x.Name)
		default:
			return ""
		}
	}
}

func (f *Files) open(name string) *file {
	if known, ok := f.read[name]; ok {
		return known
	}
	if f.read == nil {
		f.read = map[string]*file{}
	}
	f.read[name] = f.load(name)
	return f.read[name]
}

func (f *Files) load(name string) *file {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	out := &file{File: source.NewFile(f.shown(name), text), set: token.NewFileSet()}
	if syntax, err := parser.ParseFile(out.set, name, text, parser.SkipObjectResolution); err == nil {
		out.syntax = syntax
	}
	return out
}

func (f *Files) shown(name string) string {
	rel, err := filepath.Rel(f.Dir, name)
	if err != nil || strings.HasPrefix(rel, "..") {
		return filepath.ToSlash(name)
	}
	return filepath.ToSlash(rel)
}

// isUnchanged reports whether text still is that of the file in which findings were located.
func (f *Files) isUnchanged(name string, text []byte) bool {
	known := f.open(name)
	return known != nil && bytes.Equal(known.Bytes, text)
}
