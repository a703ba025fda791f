package govet

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ast/astutil"

	"github.com/evgen/evgen/analysis/effect"
)

// Mended is the new text of a file.
type Mended struct {
	File      string
	Old, Text []byte
	Fixes     []string // what was done
}

// Mend applies the first fix of each finding, in their order, and leaves out those that touch what another one has
// changed. Imports that nothing needs any more go. A file that was formatted is formatted again, with the ends of lines
// that it has; in others, nothing but the edits changes. Findings that were located in another text of a file than that
// on disk are refused. Nothing is written.
func (f *Files) Mend(findings []Finding) ([]Mended, error) {
	edits, done := map[string][]Edit{}, map[string][]string{}
	var names []string
	for _, found := range findings {
		if len(found.Fixes) == 0 || collides(edits, found.Fixes[0]) {
			continue
		}
		for _, e := range found.Fixes[0].Edits {
			if edits[e.File] == nil {
				names = append(names, e.File)
			}
			edits[e.File] = append(edits[e.File], e)
		}
		first := found.Fixes[0].Edits[0].File
		done[first] = append(done[first], found.Fixes[0].Message)
	}
	slices.Sort(names)
	var out []Mended
	for _, name := range names {
		m, err := f.apply(name, edits[name])
		if err != nil {
			return nil, err
		}
		m.Fixes = done[name]
		out = append(out, m)
	}
	return out, nil
}

func collides(edits map[string][]Edit, fix Fix) bool {
	return len(fix.Edits) == 0 || slices.ContainsFunc(fix.Edits, func(e Edit) bool {
		return slices.ContainsFunc(edits[e.File], func(other Edit) bool {
			return e.Start < other.End && other.Start < e.End || e.Start == other.Start
		})
	})
}

func (f *Files) apply(name string, edits []Edit) (Mended, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return Mended{}, fmt.Errorf("mend %s: %w", f.shown(name), err)
	}
	if !f.isUnchanged(name, text) {
		return Mended{}, fmt.Errorf("mend %s: it changed while evgen was at work; run evgen vet --fix again", f.shown(name))
	}
	slices.SortFunc(edits, func(a, b Edit) int { return cmp.Compare(b.Start, a.Start) })
	mended := text
	for _, e := range edits {
		if e.Start < 0 || e.End > len(text) || e.End < e.Start {
			return Mended{}, fmt.Errorf("mend %s: an edit from %d to %d is outside of its %d bytes", f.shown(name), e.Start, e.End, len(text))
		}
		mended = slices.Concat(mended[:e.Start], []byte(e.New), mended[e.End:])
	}
	mended, err = withoutUnused(mended)
	if err != nil {
		return Mended{}, fmt.Errorf("mend %s: %w", f.shown(name), err)
	}
	return Mended{File: name, Old: text, Text: formattedLike(text, mended)}, nil
}

// withoutUnused takes out the lines of imports of the standard library that are not used any more.
func withoutUnused(text []byte) ([]byte, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", text, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("parse what was mended: %w", err)
	}
	for _, decl := range slices.Backward(file.Decls) {
		d, ok := decl.(*ast.GenDecl)
		if !ok || d.Tok != token.IMPORT {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(d.Specs), func(s ast.Spec) bool { return isUnused(file, s.(*ast.ImportSpec)) })
		if len(left) == 0 && len(d.Specs) > 0 {
			text = withoutLines(text, set, d)
			continue
		}
		for _, spec := range slices.Backward(d.Specs) {
			if !slices.Contains(left, spec) {
				text = withoutLines(text, set, spec)
			}
		}
	}
	return text, nil
}

func isUnused(file *ast.File, spec *ast.ImportSpec) bool {
	imported, err := strconv.Unquote(spec.Path.Value)
	return err == nil && spec.Name == nil && effect.IsStandard(imported) && !astutil.UsesImport(file, imported)
}

// withoutLines cuts a node out, with the rest of its line if there is nothing else but a comment.
func withoutLines(text []byte, set *token.FileSet, n ast.Node) []byte {
	start, end := set.PositionFor(n.Pos(), false).Offset, set.PositionFor(n.End(), false).Offset
	before := bytes.LastIndexByte(text[:start], '\n') + 1
	after := len(text)
	if i := bytes.IndexByte(text[end:], '\n'); i >= 0 {
		after = end + i + 1
	}
	rest := bytes.TrimSpace(text[end:after])
	if len(bytes.TrimSpace(text[before:start])) == 0 && (len(rest) == 0 || bytes.HasPrefix(rest, []byte("//"))) {
		start, end = before, after
	}
	return slices.Concat(text[:start], text[end:])
}

// formattedLike formats what became of a text that was formatted, but for the ends of its lines.
func formattedLike(old, mended []byte) []byte {
	newline, carriage := []byte("\n"), []byte("\r\n")
	crlf := bytes.Count(old, carriage)
	if crlf != 0 && crlf != bytes.Count(old, newline) {
		return mended
	}
	plain := bytes.ReplaceAll(old, carriage, newline)
	if was, err := format.Source(plain); err != nil || !bytes.Equal(was, plain) {
		return mended
	}
	out, err := format.Source(bytes.ReplaceAll(mended, carriage, newline))
	if err != nil {
		return mended
	}
	if crlf > 0 {
		out = bytes.ReplaceAll(out, newline, carriage)
	}
	return out
}
