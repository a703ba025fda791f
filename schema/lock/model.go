package lock

import (
	"cmp"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/syntax"
)

// Model resolves what was released, as one schema tree: places are those in the lock. The error is an *Error that
// names an entry if the shapes do not fit together.
func (l *Lock) Model() (*model.Model, error) {
	docs, err := l.Documents()
	if err != nil {
		return nil, err
	}
	rep := &diag.Report{}
	m := resolve.Resolve(docs, rep)
	if m == nil {
		return nil, l.doesNotResolve(rep)
	}
	return m, nil
}

func (l *Lock) doesNotResolve(rep *diag.Report) error {
	e := &Error{Fault: DoesNotResolve, Help: bringBack}
	for _, d := range rep.Sorted() {
		if d.Severity == diag.Error {
			e.Cause = fmt.Errorf("%s: %s", d.Rule, d.Message)
			if !d.Span.IsZero() {
				e.Line = d.Span.Position().Line
			}
			break
		}
	}
	return e
}

// Documents returns what was released, one document a package, sorted by name. What entries of one event say of it as
// a whole is taken from its newest version.
func (l *Lock) Documents() ([]*syntax.Document, error) {
	m := merging{docs: map[string]*syntax.Document{}, events: map[string]*syntax.EventDecl{}, types: map[string]*syntax.TypeDecl{}}
	entries := l.current()
	pieces, err := l.parseAll(entries)
	if err != nil {
		return nil, err
	}
	for i, e := range entries {
		if e.Kind == Event || e.Kind == Type {
			m.add(pieces[i])
		}
	}
	for i, e := range entries {
		if e.Kind == Into || e.Kind == Name {
			m.promised(e, pieces[i])
		}
	}
	m.pin()
	names := slices.Sorted(maps.Keys(m.docs))
	out := make([]*syntax.Document, len(names))
	for i, name := range names {
		out[i] = m.docs[name]
	}
	return out, nil
}

// current are the entries but those of events that have another name by now, sorted.
func (l *Lock) current() []*Entry {
	renamed := l.renamed()
	return slices.DeleteFunc(sorted(l.Entries), func(e *Entry) bool { return e.Kind != Type && renamed[e.event()] })
}

// parseAll parses entries at the same time; an entry without a shape has no document. Of several errors it returns that
// of the first entry.
func (l *Lock) parseAll(entries []*Entry) ([]*syntax.Document, error) {
	docs, errs := make([]*syntax.Document, len(entries)), make([]error, len(entries))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(entries)) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := int(next.Add(1)) - 1; i < len(entries); i = int(next.Add(1)) - 1 {
				if entries[i].Kind != Name {
					docs[i], errs[i] = l.parse(entries[i])
				}
			}
		}()
	}
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return docs, nil
}

// merging puts entries together.
type merging struct {
	docs   map[string]*syntax.Document
	events map[string]*syntax.EventDecl
	types  map[string]*syntax.TypeDecl
}

func (m merging) add(d *syntax.Document) {
	pkg := d.Package.Value
	into := m.docs[pkg]
	if into == nil {
		into = &syntax.Document{File: d.File, Package: d.Package}
		m.docs[pkg] = into
	}
	for _, a := range d.Aggregates {
		m.aggregate(into, a)
	}
	for _, e := range d.Events {
		m.event(into, pkg+"."+e.Name.Value, e)
	}
	for _, t := range d.Types {
		m.typ(into, pkg+"."+t.Name.Value, t)
	}
}

// aggregate takes the newest declaration: entries come in the order of their versions.
func (m merging) aggregate(into *syntax.Document, a *syntax.AggregateDecl) {
	at := slices.IndexFunc(into.Aggregates, func(x *syntax.AggregateDecl) bool { return x.Name.Value == a.Name.Value })
	if at < 0 {
		into.Aggregates = append(into.Aggregates, a)
	}
}

func (m merging) event(into *syntax.Document, name string, e *syntax.EventDecl) {
	first := m.events[name]
	if first == nil {
		m.events[name] = e
		into.Events = append(into.Events, e)
		return
	}
	first.Wire, first.Aggregate, first.Key = e.Wire, e.Aggregate, e.Key
	first.Versions = append(first.Versions, e.Versions...)
	slices.SortFunc(first.Versions, func(a, b *syntax.EventVersionDecl) int { return cmp.Compare(a.Number, b.Number) })
}

func (m merging) typ(into *syntax.Document, name string, t *syntax.TypeDecl) {
	first := m.types[name]
	if first == nil {
		m.types[name] = t
		into.Types = append(into.Types, t)
		return
	}
	first.Versioned = true
	first.Versions = append(first.Versions, t.Versions...)
}

// pin names version 1 of a type that had no versions when an entry was made, and has some now.
func (m merging) pin() {
	for _, d := range m.docs {
		for _, t := range d.Types {
			for _, v := range t.Versions {
				m.pinStruct(d, v.Struct)
				if v.Union != nil {
					for _, b := range v.Union.Branches {
						m.pinType(d, b.Type)
					}
				}
			}
		}
		for _, e := range d.Events {
			for _, v := range e.Versions {
				m.pinStruct(d, v.Struct)
			}
		}
	}
}

func (m merging) pinStruct(d *syntax.Document, s *syntax.StructDecl) {
	if s == nil {
		return
	}
	for _, f := range s.Fields {
		m.pinType(d, f.Type)
	}
}

func (m merging) pinType(d *syntax.Document, t *syntax.TypeExpr) {
	if t == nil {
		return
	}
	for _, inner := range append(slices.Clone(t.Args), t.Alts...) {
		m.pinType(d, inner)
	}
	declared := m.types[t.Name]
	if declared == nil {
		declared = m.types[d.Package.Value+"."+t.Name]
	}
	if declared != nil && declared.Versioned && t.Version == 0 {
		t.Version = 1
	}
}
