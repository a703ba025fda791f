package finding

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

// Locator finds the elements that diagnostics are about by their places, for checks that name places only.
type Locator struct {
	byFile map[*source.File][]located // ascending
}

type located struct {
	start   int
	element string
}

// NewLocator indexes the elements of a model.
func NewLocator(m *model.Model) *Locator {
	l := &Locator{byFile: map[*source.File][]located{}}
	for _, pkg := range m.Packages {
		l.addPackage(pkg)
	}
	for _, list := range l.byFile {
		slices.SortStableFunc(list, func(a, b located) int { return cmp.Compare(a.start, b.start) })
	}
	return l
}

// Locate returns the diagnostics as findings, each with the last element that is declared at or before its place in
// its file.
func (l *Locator) Locate(ds []diag.Diagnostic) []Finding {
	out := make([]Finding, len(ds))
	for i, d := range ds {
		out[i] = Finding{Diagnostic: d, Element: l.at(d.Span)}
	}
	return out
}

func (l *Locator) at(s source.Span) string {
	list := l.byFile[s.File]
	i, found := slices.BinarySearchFunc(list, s.Start, func(x located, start int) int { return cmp.Compare(x.start, start) })
	if !found {
		i--
	}
	if i < 0 {
		return ""
	}
	return list[i].element
}

func (l *Locator) add(at source.Span, element string) {
	if !at.IsZero() {
		l.byFile[at.File] = append(l.byFile[at.File], located{at.Start, element})
	}
}

func (l *Locator) addPackage(pkg *model.Package) {
	l.add(pkg.Span, pkg.Name)
	for _, t := range pkg.Types {
		l.addType(t)
	}
	for _, e := range pkg.Events {
		l.add(e.Span, pkg.Name+"."+e.Name)
		for _, v := range e.Versions {
			element := fmt.Sprintf("%s.%s@%d", pkg.Name, e.Name, v.Number)
			l.add(v.Span, element)
			l.addFields(element, v.Struct)
		}
	}
	l.addRest(pkg)
}

func (l *Locator) addType(t *model.Type) {
	name := t.Package.Name + "." + t.Name
	l.add(t.Span, name)
	for _, v := range t.Versions {
		element := name
		if t.Versioned {
			element = fmt.Sprintf("%s@%d", name, v.Number)
			l.add(v.Span, element)
		}
		l.addShape(element, v.Shape)
	}
}

func (l *Locator) addShape(element string, shape model.Shape) {
	switch shape := shape.(type) {
	case *model.Struct:
		l.addFields(element, shape)
	case *model.Enum:
		for _, v := range shape.Values {
			text := v.Text
			if shape.Kind != model.String {
				text = fmt.Sprint(v.Int)
			}
			l.add(v.Span, element+"."+text)
		}
	case *model.Union:
		for _, b := range shape.Branches {
			l.add(b.Span, element+"."+b.Tag)
		}
	}
}

func (l *Locator) addFields(element string, s *model.Struct) {
	for _, f := range s.Fields {
		l.add(f.Span, element+"."+f.Name)
	}
}

func (l *Locator) addRest(pkg *model.Package) {
	for _, a := range pkg.Aggregates {
		l.add(a.Span, pkg.Name+"."+a.Name)
	}
	for _, p := range pkg.Projections {
		l.add(p.Span, pkg.Name+"."+p.Name)
	}
	for _, c := range pkg.Consumers {
		l.add(c.Span, pkg.Name+"."+c.Name)
	}
	for _, r := range pkg.Reactions {
		l.add(r.Span, pkg.Name+"."+r.Name)
	}
	for _, s := range pkg.Sagas {
		l.add(s.Span, pkg.Name+"."+s.Name)
	}
}
