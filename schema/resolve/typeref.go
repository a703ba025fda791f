package resolve

import (
	"strings"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// builtins are the names that need no declaration.
var builtins = map[string]model.Kind{
	"string": model.String, "bool": model.Bool,
	"int32": model.Int32, "int64": model.Int64, "uint32": model.Uint32, "uint64": model.Uint64,
	"float32": model.Float32, "float64": model.Float64, "decimal": model.Decimal, "bytes": model.Bytes,
	"uuid": model.UUID, "uri": model.URI, "email": model.Email,
	"timestamp": model.Timestamp, "date": model.Date, "time": model.Time, "duration": model.Duration, "json": model.JSON,
}

var generics = map[string]model.Kind{"list": model.List, "map": model.Map, "one_or_many": model.OneOrMany}

// use is the first place where one package needs another.
type use struct {
	span source.Span
	name string
}

// user is who refers to a type: its package, and whether it is a draft.
type user struct {
	scope *scope
	draft bool
}

// ref resolves a type expression. It returns nil when it reported a fault.
func (r *resolver) ref(u user, e *syntax.TypeExpr) *model.TypeRef {
	if e == nil {
		return nil
	}
	t := r.bareRef(u, e)
	if t == nil {
		return nil
	}
	t.Span = e.Span
	t.Nullable = e.Nullable && t.Kind != model.JSON // json holds null already
	return t
}

func (r *resolver) bareRef(u user, e *syntax.TypeExpr) *model.TypeRef {
	if len(e.Alts) > 0 {
		return r.sum(u, e)
	}
	if kind, ok := generics[e.Name]; ok && len(e.Args) == 1 {
		return r.generic(u, e, kind)
	}
	if kind, ok := builtins[e.Name]; ok {
		if e.Version > 0 {
			r.rep.Add(builtinVersion(e))
		}
		return &model.TypeRef{Kind: kind}
	}
	return r.named(u, e)
}

func (r *resolver) generic(u user, e *syntax.TypeExpr, kind model.Kind) *model.TypeRef {
	elem := r.ref(u, e.Args[0])
	if elem == nil {
		return nil
	}
	if kind == model.OneOrMany && (elem.Nullable || elem.Kind == model.List || elem.Kind == model.OneOrMany || elem.Kind == model.JSON) {
		r.rep.Add(ambiguousOneOrMany(e.Args[0], elem))
		return nil
	}
	return &model.TypeRef{Kind: kind, Elem: elem}
}

// wireForms groups scalars by what they look like in JSON: two of one group cannot be told apart.
var wireForms = map[model.Kind]string{
	model.Bool:  "true or false",
	model.Int32: "a whole number", model.Int64: "a whole number", model.Uint32: "a whole number", model.Uint64: "a whole number",
	model.Float32: "a number with a point", model.Float64: "a number with a point",
	model.String: "text", model.Decimal: "text", model.Bytes: "text", model.UUID: "text", model.URI: "text", model.Email: "text",
	model.Timestamp: "text", model.Date: "text", model.Time: "text", model.Duration: "text",
}

func (r *resolver) sum(u user, e *syntax.TypeExpr) *model.TypeRef {
	t := &model.TypeRef{Kind: model.Scalars}
	first := map[string]*syntax.TypeExpr{}
	whole := true
	for _, alt := range e.Alts {
		a := r.ref(u, alt)
		switch {
		case a == nil:
			whole = false
		case !a.Kind.IsScalar():
			r.rep.Add(sumOfNonScalar(alt, a))
			whole = false
		case first[wireForms[a.Kind]] != nil:
			r.rep.Add(ambiguousSum(alt, first[wireForms[a.Kind]], wireForms[a.Kind]))
			whole = false
		default:
			first[wireForms[a.Kind]] = alt
			t.Alts = append(t.Alts, a)
		}
	}
	if !whole {
		return nil
	}
	return t
}

// named resolves a declared type, of this package or of another.
func (r *resolver) named(u user, e *syntax.TypeExpr) *model.TypeRef {
	s, name := u.scope, e.Name
	if at := strings.LastIndexByte(name, '.'); at >= 0 {
		if s = r.foreign(u.scope, e.Name[:at], e.Span, e.Name); s == nil {
			return nil
		}
		name = e.Name[at+1:]
	}
	t := s.types[name]
	if t == nil {
		r.rep.Add(r.unknownType(u.scope, s, e, name))
		return nil
	}
	if v := r.pin(t, e); v != nil {
		if v.Draft && !u.draft {
			r.rep.Add(draftUsed(e, v))
		}
		return &model.TypeRef{Kind: model.Named, Named: v}
	}
	return nil
}

// foreign returns the scope of another package and notes that it is needed.
func (r *resolver) foreign(from *scope, pkg string, span source.Span, name string) *scope {
	s := r.scopes[pkg]
	if s == nil {
		r.rep.Add(r.unknownPackage(pkg, span))
		return nil
	}
	if s != from {
		edges := r.imports[from.pkg]
		if edges == nil {
			edges = map[*model.Package]use{}
			r.imports[from.pkg] = edges
		}
		if _, known := edges[s.pkg]; !known {
			edges[s.pkg] = use{span, name}
		}
	}
	return s
}

// pin chooses the version that an expression means.
func (r *resolver) pin(t *model.Type, e *syntax.TypeExpr) *model.TypeVersion {
	if e.Version == 0 {
		if len(t.Versions) == 1 {
			return t.Versions[0]
		}
		if len(t.Versions) > 1 {
			r.rep.Add(unpinnedVersion(e, t))
		}
		return nil
	}
	for _, v := range t.Versions {
		if v.Number == e.Version {
			return v
		}
	}
	r.rep.Add(unknownVersion(e, t))
	return nil
}

var idKinds = map[model.Kind]bool{
	model.String: true, model.UUID: true,
	model.Int32: true, model.Int64: true, model.Uint32: true, model.Uint64: true,
}

func (r *resolver) aggregateID(s *scope, d *syntax.AggregateDecl) *model.TypeRef {
	kind := builtins[d.ID.Name]
	if !idKinds[kind] || d.ID.Nullable || d.ID.Optional || d.ID.Version > 0 {
		r.rep.Add(badAggregateID(d))
		return nil
	}
	return &model.TypeRef{Kind: kind, Span: d.ID.Span}
}
