package govet

import (
	"bytes"
	"cmp"
	"fmt"
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
	File  string
	Text  []byte
	Fixes []string // what was done
}

// Mend applies the first fix of each finding, in their order, and leaves out those that touch what another one has
// changed. Imports that nothing needs any more go, and the text is formatted. Findings that were located in another text
// of a file than that on disk are refused. Nothing is written.
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
		text, err := f.apply(name, edits[name])
		if err != nil {
			return nil, err
		}
		out = append(out, Mended{name, text, done[name]})
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

func (f *Files) apply(name string, edits []Edit) ([]byte, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("mend %s: %w", f.shown(name), err)
	}
	if !f.isUnchanged(name, text) {
		return nil, fmt.Errorf("mend %s: it changed while evgen was at work; run evgen vet --fix again", f.shown(name))
	}
	slices.SortFunc(edits, func(a, b Edit) int { return cmp.Compare(b.Start, a.Start) })
	for _, e := range edits {
		if e.Start < 0 || e.End > len(text) || e.End < e.Start {
			return nil, fmt.Errorf("mend %s: an edit from %d to %d is outside of its %d bytes", f.shown(name), e.Start, e.End, len(text))
		}
		text = slices.Concat(text[:e.Start], []byte(e.New), text[e.End:])
	}
	return tidy(name, text)
}

// tidy takes out imports of the standard library that are not used any more, and formats.
func tidy(name string, text []byte) ([]byte, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("mend %s: %w", name, err)
	}
	for _, spec := range slices.Clone(file.Imports) {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err == nil && spec.Name == nil && effect.IsStandard(imported) && !astutil.UsesImport(file, imported) {
			astutil.DeleteImport(set, file, imported)
		}
	}
	var out bytes.Buffer
	if err := format.Node(&out, set, file); err != nil {
		return nil, fmt.Errorf("format %s: %w", name, err)
	}
	return out.Bytes(), nil
}
