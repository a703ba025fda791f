// Package unmended resolves schemas whose upcasts are not finished.
//
// In: documents. Out: a model in which every step that lacks rules is taken for one that is written by hand, and which
// steps those are: so much that two shapes can be compared although nothing says yet how one becomes the other. Faults
// of any other kind are faults. It never changes a document.
package unmended

import (
	"slices"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// Steps are the steps without an upcast. The zero Steps are none.
type Steps struct {
	events map[string]map[int]diag.Diagnostic // wire type to version
}

// Missing reports whether the step to a version of an event lacks an upcast; it is what compat.Options.Missing wants.
func (s Steps) Missing(wire string, version int) bool {
	_, missing := s.events[wire][version]
	return missing
}

// Fault returns what was reported of a step that lacks an upcast: of the version itself, or of the shared type whose
// new version it takes.
func (s Steps) Fault(wire string, version int) (diag.Diagnostic, bool) {
	d, missing := s.events[wire][version]
	return d, missing
}

// unfinished are the faults of a step that lacks rules.
var unfinished = map[string]bool{
	"new-required": true, "became-required": true, "changed-type": true, "field-lost": true, "source-may-lack": true,
	"enum-value-lost": true, "branch-lost": true, "shape-changed": true,
}

// Resolve is resolve.Resolve for documents whose upcasts may lack rules. What is reported is the same, but that all
// faults of one step are one: the first, with the others as related places. The model is nil only where something else
// is wrong.
func Resolve(docs []*syntax.Document, rep *diag.Report) (*model.Model, Steps) {
	first := &diag.Report{}
	m := resolve.Resolve(docs, first)
	faults := first.Sorted()
	if m != nil || !onlyUnfinished(append(rep.Sorted(), faults...)) {
		rep.Add(faults...)
		return m, Steps{}
	}
	p := &patch{faults: faults, events: map[string]map[int]diag.Diagnostic{}, types: map[string]map[int]diag.Diagnostic{}}
	patched := make([]*syntax.Document, 0, len(docs))
	for _, d := range docs {
		if d != nil {
			patched = append(patched, p.document(d))
		}
	}
	m = resolve.Resolve(patched, &diag.Report{})
	if m == nil {
		rep.Add(faults...)
		return nil, Steps{}
	}
	rep.Add(append(p.folded, p.faults...)...)
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
	faults []diag.Diagnostic // not yet folded
	folded []diag.Diagnostic
	events map[string]map[int]diag.Diagnostic
	types  map[string]map[int]diag.Diagnostic
}

// region is the part of a file from one declaration of a version to the next.
type region struct {
	file       *source.File
	start, end int
}

// fold makes one fault of those that say that the step of a region lacks rules.
func (p *patch) fold(r region) (fault diag.Diagnostic, faulty bool) {
	var rest []diag.Diagnostic
	for _, d := range p.faults {
		switch {
		case !unfinished[d.Rule] || !r.holds(d.Span):
			rest = append(rest, d)
		case !faulty:
			fault, faulty = d, true
			fault.Related = slices.Clone(d.Related)
		default:
			fault.Related = append(fault.Related, diag.Related{Span: d.Span, Message: withHelp(d)})
		}
	}
	p.faults = rest
	if faulty {
		p.folded = append(p.folded, fault)
	}
	return fault, faulty
}

func (r region) holds(s source.Span) bool {
	return s.File == r.file && s.Start >= r.start && s.Start < r.end
}

func withHelp(d diag.Diagnostic) string {
	if d.Help == "" {
		return d.Message
	}
	return d.Message + "; " + d.Help
}

func (p *patch) document(d *syntax.Document) *syntax.Document {
	out := *d
	bounds := boundsOf(d)
	out.Events, out.Types = nil, nil
	for _, e := range d.Events {
		copied := *e
		copied.Versions = nil
		for _, v := range e.Versions {
			if fault, faulty := p.fold(bounds.from(v.Span)); faulty {
				v = &syntax.EventVersionDecl{Number: v.Number, Draft: v.Draft, Doc: v.Doc, Struct: v.Struct, Upcast: byHand(v.Span), Span: v.Span}
				note(p.events, d.Package.Value+"."+e.Name.Value, v.Number, fault)
			}
			copied.Versions = append(copied.Versions, v)
		}
		out.Events = append(out.Events, &copied)
	}
	for _, t := range d.Types {
		copied := *t
		copied.Versions = nil
		for _, v := range t.Versions {
			if fault, faulty := p.fold(bounds.from(v.Span)); faulty {
				changed := *v
				changed.Upcast = byHand(v.Span)
				v = &changed
				note(p.types, d.Package.Value+"."+t.Name.Value, v.Number, fault)
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

func note(in map[string]map[int]diag.Diagnostic, name string, version int, fault diag.Diagnostic) {
	if in[name] == nil {
		in[name] = map[int]diag.Diagnostic{}
	}
	in[name][version] = fault
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
	s := Steps{events: map[string]map[int]diag.Diagnostic{}}
	for _, pkg := range m.Packages {
		for _, e := range pkg.Events {
			for _, v := range e.Versions {
				if fault, faulty := p.step(v); faulty {
					note(s.events, e.Wire, v.Number, fault)
				}
			}
		}
	}
	return s
}

// step returns the fault of the step to a version: its own, or that of the first type through whose step it leads.
func (p *patch) step(v *model.EventVersion) (diag.Diagnostic, bool) {
	if fault, own := p.events[v.Event.Package.Name+"."+v.Event.Name][v.Number]; own {
		return fault, true
	}
	before := v.Event.Version(v.Number - 1)
	if before == nil {
		return diag.Diagnostic{}, false
	}
	had := p.patchedTypes(before.Struct)
	for _, t := range p.patchedTypes(v.Struct) {
		if !slices.Contains(had, t) {
			return p.types[qualified(t)][t.Number], true
		}
	}
	return diag.Diagnostic{}, false
}

func qualified(v *model.TypeVersion) string { return v.Type.Package.Name + "." + v.Type.Name }

// patchedTypes are the patched versions of types that a struct reaches, in the order in which it does.
func (p *patch) patchedTypes(s *model.Struct) []*model.TypeVersion {
	var out []*model.TypeVersion
	seen := map[*model.TypeVersion]bool{}
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
		if _, patched := p.types[qualified(v)][v.Number]; patched {
			out = append(out, v)
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
