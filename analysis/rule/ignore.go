package rule

import (
	"go/ast"
	"go/token"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Ignore is a comment that lets findings of one rule pass:
//
//	//evgen:ignore RULE reason
//
// It holds for its own line and, standing alone, for the next one; in the doc comment of a function it holds for all of it.
type Ignore struct {
	Rule   string // as written, perhaps of no rule
	Reason string
	Pos    token.Pos
	End    token.Pos

	file       *token.File
	first, end int // lines
}

// Ignores finds the suppressions of a package. Its result is a []*Ignore in the order of the source.
var Ignores = &analysis.Analyzer{
	Name:       "evgenignore",
	Doc:        "find the comments that let findings pass",
	ResultType: reflect.TypeOf([]*Ignore(nil)),
	Run: func(pass *analysis.Pass) (any, error) {
		var out []*Ignore
		for _, f := range pass.Files {
			out = append(out, ignoresOf(pass.Fset, f)...)
		}
		return out, nil
	},
}

func ignoresOf(fset *token.FileSet, f *ast.File) []*Ignore {
	var out []*Ignore
	for _, group := range f.Comments {
		for _, c := range group.List {
			text, ok := strings.CutPrefix(c.Text, "//evgen:ignore")
			if ok && (text == "" || text[0] == ' ' || text[0] == '\t') {
				out = append(out, newIgnore(fset, f, group, c, text))
			}
		}
	}
	return out
}

func newIgnore(fset *token.FileSet, f *ast.File, group *ast.CommentGroup, c *ast.Comment, text string) *Ignore {
	text, _, _ = strings.Cut(text, " // ") // what fixtures of tests expect
	id, reason, _ := strings.Cut(strings.TrimSpace(text), " ")
	i := &Ignore{Rule: id, Reason: strings.TrimSpace(reason), Pos: c.Pos(), End: c.End(), file: fset.File(c.Pos())}
	i.first = i.file.Line(c.Pos())
	switch {
	case documented(f, group) != nil:
		i.end = i.file.Line(documented(f, group).End())
	case i.besideCode(f):
		i.end = i.first
	default: // several stand above one line, below each other
		i.end = i.file.Line(group.End()) + 1
	}
	return i
}

// documented is the function whose doc comment a group is.
func documented(f *ast.File, group *ast.CommentGroup) *ast.FuncDecl {
	for _, decl := range f.Decls {
		if d, ok := decl.(*ast.FuncDecl); ok && d.Doc == group {
			return d
		}
	}
	return nil
}

// besideCode reports whether code begins or ends on the line of the comment.
func (i *Ignore) besideCode(f *ast.File) bool {
	beside := false
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		case *ast.File:
			return true
		}
		beside = beside || i.file.Line(n.Pos()) == i.first || i.file.Line(n.End()) == i.first
		return !beside && n.Pos() <= i.Pos && i.Pos <= n.End()+maxLine
	})
	return beside
}

// maxLine is how far behind the end of code a comment on its line may stand, in bytes.
const maxLine = 1000

// covers reports whether the suppression holds for a place.
func (i *Ignore) covers(fset *token.FileSet, pos token.Pos) bool {
	if !pos.IsValid() || fset.File(pos) != i.file {
		return false
	}
	line := i.file.Line(pos)
	return i.first <= line && line <= i.end
}
