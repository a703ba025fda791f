// Package unmended resolves schemas whose upcasts are not finished.
//
// In: documents. Out: a model in which every step that lacks rules is taken for one that is written by hand, and which
// steps those are: so much that two shapes can be compared although nothing says yet how one becomes the other. Faults
// of any other kind are faults. It never changes a document.
package unmended

import (
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// Steps are the steps without an upcast. The zero Steps are none.
type Steps struct {
	events map[string]map[int]bool // wire type to version
}

// Missing reports whether the step to a version of an event lacks an upcast; it is what compat.Options.Missing wants.
func (s Steps) Missing(wire string, version int) bool { return s.events[wire][version] }

// unfinished are the faults of a step that lacks rules.
var unfinished = map[string]bool{
	"new-required": true, "became-required": true, "changed-type": true, "field-lost": true, "source-may-lack": true,
	"enum-value-lost": true, "branch-lost": true, "shape-changed": true,
}

// Resolve is resolve.Resolve for documents whose upcasts may lack rules. What is reported is the same; the model is nil
// only where something else is wrong.
func Resolve(docs []*syntax.Document, rep *diag.Report) (*model.Model, Steps) {
	first := &diag.Report{}
	m := resolve.Resolve(docs, first)
	faults := first.Sorted()
	rep.Add(faults...)
	if m != nil || !onlyUnfinished(rep.Sorted()) {
		return m, Steps{}
	}
	p := &patch{faults: faults, events: map[string]map[int]bool{}, types: map[string]map[int]bool{}}
	patched := make([]*syntax.Document, 0, len(docs))
	for _, d := range docs {
		if d != nil {
			patched = append(patched, p.document(d))
		}
	}
	m = resolve.Resolve(patched, &diag.Report{})
	if m == nil {
		return nil, Steps{}
	}
	return m, p.steps(m)
}

func onlyUnfinished(faults []diag.Diagnostic) bool {
	for _, d := range faults {
		if d.Severity == diag.Error && !unfinished[d.Rule] {
			return false
		}
	}
	return true
}

// patch replaces the upcasts that faults are about. Events and types are named with their package.
type patch struct {
	faults []diag.Diagnostic
	events map[string]map[int]bool
	types  map[string]map[int]bool
}

// region is the part of a file from one declaration of a version to the next.
type region struct {
	file       *source.File
	start, end int
}

func (p *patch) faulty(r region) bool {
	for _, d := range p.faults {
		if d.Span.File == r.file && d.Span.Start >= r.start && d.Span.Start < r.end {
			return true
		}
	}
	return false
}

func (p *patch) document(d *syntax.Document) *syntax.Document {
	out := *d
	bounds := boundsOf(d)
	out.Events, out.Types = nil, nil
	for _, e := range d.Events {
		copied := *e
		copied.Versions = nil
		for _, v := range e.Versions {
			if p.faulty(bounds.from(v.Span)) {
				v = &syntax.EventVersionDecl{Number: v.Number, Draft: v.Draft, Doc: v.Doc, Struct: v.Struct, Upcast: byHand(v.Span), Span: v.Span}
				note(p.events, d.Package.Value+"."+e.Name.Value, v.Number)
			}
			copied.Versions = append(copied.Versions, v)
		}
		out.Events = append(out.Events, &copied)
	}
	for _, t := range d.Types {
		copied := *t
		copied.Versions = nil
		for _, v := range t.Versions {
			if p.faulty(bounds.from(v.Span)) {
				changed := *v
				changed.Upcast = byHand(v.Span)
				v = &changed
				note(p.types, d.Package.Value+"."+t.Name.Value, v.Number)
			}
			copied.Versions = append(copied.Versions, v)
		}
		out.Types = append(out.Types, &copied)
	}
	return &out
}

func byHand(at source.Span) *syntax.UpcastDecl {
	return &syntax.UpcastDecl{Go: syntax.Flag{Value: true, Span: at}, Span: at}
}

func note(in map[string]map[int]bool, name string, version int) {
	if in[name] == nil {
		in[name] = map[int]bool{}
	}
	in[name][version] = true
}

// bounds are the places in a file where declarations begin.
type bounds struct {
	file   *source.File
	starts []int
}

func boundsOf(d *syntax.Document) bounds {
	b := bounds{file: d.File, starts: []int{len(d.File.Bytes) + 1}}
	for _, e := range d.Events {
		b.starts = append(b.starts, e.Span.Start)
		for _, v := range e.Versions {
			b.starts = append(b.starts, v.Span.Start)
		}
	}
	for _, t := range d.Types {
		b.starts = append(b.starts, t.Span.Start)
		for _, v := range t.Versions {
			b.starts = append(b.starts, v.Span.Start)
		}
	}
	return b
}

func (b bounds) from(s source.Span) region {
	r := region{b.file, s.Start, len(b.file.Bytes) + 1}
	for _, at := range b.starts {
		if at > s.Start && at < r.end {
			r.end = at
		}
	}
	return r
}

// steps names the events whose steps were patched, or lead through a step of a type that was.
func (p *patch) steps(m *model.Model) Steps {
	s := Steps{events: map[string]map[int]bool{}}
	for _, pkg := range m.Packages {
		for _, e := range pkg.Events {
			for _, v := range e.Versions {
				before := e.Version(v.Number - 1)
				if p.events[pkg.Name+"."+e.Name][v.Number] || before != nil && p.leadsThrough(before.Struct, v.Struct) {
					note(s.events, e.Wire, v.Number)
				}
			}
		}
	}
	return s
}

func (p *patch) leadsThrough(old, new *model.Struct) bool {
	had := p.patchedTypes(old)
	for v := range p.patchedTypes(new) {
		if !had[v] {
			return true
		}
	}
	return false
}

// patchedTypes are the patched versions of types that a struct reaches.
func (p *patch) patchedTypes(s *model.Struct) map[*model.TypeVersion]bool {
	out, seen := map[*model.TypeVersion]bool{}, map[*model.TypeVersion]bool{}
	var visit func(*model.TypeVersion)
	fields := func(s *model.Struct) {
		for _, f := range s.Fields {
			t := f.Type
			for t.Elem != nil {
				t = t.Elem
			}
			if t.Named != nil {
				visit(t.Named)
			}
		}
	}
	visit = func(v *model.TypeVersion) {
		if seen[v] {
			return
		}
		seen[v] = true
		if p.types[v.Type.Package.Name+"."+v.Type.Name][v.Number] {
			out[v] = true
		}
		switch shape := v.Shape.(type) {
		case *model.Struct:
			fields(shape)
		case *model.Union:
			for _, b := range shape.Branches {
				visit(b.Type)
			}
		}
	}
	fields(s)
	return out
}
