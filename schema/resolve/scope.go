package resolve

import (
	"cmp"
	"slices"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// scope is what a package declares.
type scope struct {
	pkg        *model.Package
	docSpan    source.Span // where `doc:` was given
	ownerSpan  source.Span
	symbols    map[string]symbol // all that share the namespace of the Go package
	types      map[string]*model.Type
	aggregates map[string]*model.Aggregate
	events     map[string]*model.Event
	consumers  map[string]source.Span

	projections []*syntax.ProjectionDecl
	consumer    []*syntax.ConsumerDecl
	reactions   []*syntax.ReactionDecl
	sagas       []*syntax.SagaDecl
}

// symbol is a declared name.
type symbol struct {
	what string // "event"
	span source.Span
}

// typeWork is a version of a type whose shape is to be resolved.
type typeWork struct {
	scope *scope
	decl  *syntax.TypeVersionDecl
	into  *model.TypeVersion
}

type eventWork struct {
	scope *scope
	decl  *syntax.EventDecl
	into  *model.Event
}

// collect declares everything before anything is bound: order in files has no meaning.
func (r *resolver) collect(docs []*syntax.Document) {
	for _, d := range docs {
		if s := r.open(d); s != nil {
			r.declare(s, d)
		}
	}
	for _, s := range r.scopes {
		r.order = append(r.order, s)
	}
	slices.SortFunc(r.order, func(a, b *scope) int { return cmp.Compare(a.pkg.Name, b.pkg.Name) })
}

// open returns the scope of a document's package. Nil: the document names none, which parsing reported.
func (r *resolver) open(d *syntax.Document) *scope {
	if d.Package.Value == "" {
		return nil
	}
	s := r.scopes[d.Package.Value]
	if s == nil {
		r.checkPackageName(d.Package)
		s = newScope(&model.Package{Name: d.Package.Value, Span: d.Package.Span})
		r.scopes[d.Package.Value] = s
	}
	s.pkg.Files = append(s.pkg.Files, d.File)
	r.once(d.Doc, &s.pkg.Doc, &s.docSpan, "doc")
	r.once(d.Owner, &s.pkg.Owner, &s.ownerSpan, "owner")
	return s
}

func newScope(pkg *model.Package) *scope {
	return &scope{
		pkg:        pkg,
		symbols:    map[string]symbol{},
		types:      map[string]*model.Type{},
		aggregates: map[string]*model.Aggregate{},
		events:     map[string]*model.Event{},
		consumers:  map[string]source.Span{},
	}
}

// once takes what one file of a package may say for all.
func (r *resolver) once(t syntax.Text, into *string, at *source.Span, key string) {
	switch {
	case t.Value == "":
	case *into != "":
		r.rep.Add(packageKeyTwice(t, key, *at))
	default:
		*into, *at = t.Value, t.Span
	}
}

func (r *resolver) declare(s *scope, d *syntax.Document) {
	for _, t := range d.Types {
		if r.symbol(s, "type", t.Name) {
			r.declareType(s, t)
		}
	}
	for _, a := range d.Aggregates {
		if r.symbol(s, "aggregate", a.Name) {
			r.declareAggregate(s, a)
		}
	}
	for _, e := range d.Events {
		if r.symbol(s, "event", e.Name) {
			r.declareEvent(s, e)
		}
	}
	r.declareProcesses(s, d)
}

func (r *resolver) declareProcesses(s *scope, d *syntax.Document) {
	for _, p := range d.Projections {
		if r.symbol(s, "projection", p.Name) {
			s.projections = append(s.projections, p)
		}
	}
	for _, c := range d.Consumers {
		if r.consumerName(s, c.Name) {
			s.consumer = append(s.consumer, c)
		}
	}
	for _, x := range d.Reactions {
		if r.symbol(s, "reaction", x.Name) {
			s.reactions = append(s.reactions, x)
		}
	}
	for _, x := range d.Sagas {
		if r.symbol(s, "saga", x.Name) {
			s.sagas = append(s.sagas, x)
		}
	}
}

// symbol declares a name; it returns false when the name is taken, which is reported.
func (r *resolver) symbol(s *scope, what string, name syntax.Text) bool {
	if first, taken := s.symbols[name.Value]; taken {
		r.rep.Add(duplicateName(what, name, first))
		return false
	}
	s.symbols[name.Value] = symbol{what, name.Span}
	r.checkDeclaredName(what, name)
	return true
}

func (r *resolver) consumerName(s *scope, name syntax.Text) bool {
	if first, taken := s.consumers[name.Value]; taken {
		r.rep.Add(duplicateName("consumer", name, symbol{"consumer", first}))
		return false
	}
	s.consumers[name.Value] = name.Span
	r.checkConsumerName(name)
	return true
}

func (r *resolver) declareType(s *scope, d *syntax.TypeDecl) {
	t := &model.Type{Package: s.pkg, Name: d.Name.Value, Doc: d.Doc.Value, Versioned: d.Versioned, Span: d.Name.Span}
	for _, v := range d.Versions {
		tv := &model.TypeVersion{Type: t, Number: v.Number, Draft: v.Draft.Value, Doc: v.Doc.Value, Span: v.Span}
		t.Versions = append(t.Versions, tv)
		r.types = append(r.types, typeWork{s, v, tv})
	}
	slices.SortFunc(t.Versions, func(a, b *model.TypeVersion) int { return cmp.Compare(a.Number, b.Number) })
	s.types[t.Name] = t
	s.pkg.Types = append(s.pkg.Types, t)
}

func (r *resolver) declareAggregate(s *scope, d *syntax.AggregateDecl) {
	a := &model.Aggregate{Package: s.pkg, Name: d.Name.Value, Doc: d.Doc.Value, Span: d.Name.Span}
	if d.ID != nil {
		a.ID = r.aggregateID(s, d)
	}
	s.aggregates[a.Name] = a
	s.pkg.Aggregates = append(s.pkg.Aggregates, a)
}

func (r *resolver) declareEvent(s *scope, d *syntax.EventDecl) {
	e := &model.Event{
		Package: s.pkg, Name: d.Name.Value, Doc: d.Doc.Value, Owner: d.Owner.Value,
		Retired: d.Retired.Value, Deprecated: d.Deprecated.Value, Span: d.Name.Span,
	}
	for _, v := range d.Versions {
		e.Versions = append(e.Versions, &model.EventVersion{
			Event: e, Number: v.Number, Draft: v.Draft.Value, Doc: v.Doc.Value, Struct: &model.Struct{}, Span: v.Span,
		})
	}
	slices.SortFunc(e.Versions, func(a, b *model.EventVersion) int { return cmp.Compare(a.Number, b.Number) })
	s.events[e.Name] = e
	s.pkg.Events = append(s.pkg.Events, e)
	r.events = append(r.events, eventWork{s, d, e})
}
