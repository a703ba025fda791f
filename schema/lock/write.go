package lock

import (
	"strings"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax"
)

// eventShape is a version of an event as a document: nothing that may change after a release, such as docs.
func eventShape(v *model.EventVersion) []byte {
	e := v.Event
	w := declarer{pkg: e.Package}
	d := &syntax.EventDecl{Name: text(e.Name)}
	if e.Wire != e.Package.Name+"."+e.Name {
		d.Wire = text(e.Wire)
	}
	doc := &syntax.Document{Package: text(e.Package.Name), Events: []*syntax.EventDecl{d}}
	if e.Aggregate != nil {
		d.Aggregate = text(e.Aggregate.Name)
		doc.Aggregates = []*syntax.AggregateDecl{{Name: text(e.Aggregate.Name), ID: w.expr(e.Aggregate.ID)}}
	}
	if e.Key != nil && leads(v.Struct, e.Key) {
		d.Key = text(e.Key.String())
	}
	d.Versions = []*syntax.EventVersionDecl{{Number: v.Number, Struct: w.structure(v.Struct), Upcast: upcastDecl(v.Upcast)}}
	return syntax.Print(doc)
}

// leads reports whether a version has the fields of the event's key, which is valid in the newest one only.
func leads(s *model.Struct, key *model.Path) bool {
	for _, k := range key.Fields {
		if s == nil {
			return false
		}
		f := s.Field(k.Name)
		if f == nil {
			return false
		}
		s = nil
		if f.Type.Kind == model.Named {
			s, _ = f.Type.Named.Shape.(*model.Struct)
		}
	}
	return true
}

// typeShape is a version of a type as a document.
func typeShape(v *model.TypeVersion) []byte {
	w := declarer{pkg: v.Type.Package}
	d := &syntax.TypeVersionDecl{Number: v.Number, Upcast: upcastDecl(v.Upcast)}
	switch shape := v.Shape.(type) {
	case *model.Struct:
		d.Struct = w.structure(shape)
	case *model.Enum:
		d.Enum = enumDecl(shape)
	case *model.Union:
		d.Union = w.union(shape)
	}
	t := &syntax.TypeDecl{Name: text(v.Type.Name), Versioned: v.Type.Versioned, Versions: []*syntax.TypeVersionDecl{d}}
	return syntax.Print(&syntax.Document{Package: text(v.Type.Package.Name), Types: []*syntax.TypeDecl{t}})
}

// declarer writes declarations of one package.
type declarer struct{ pkg *model.Package }

func text(s string) syntax.Text { return syntax.Text{Value: s} }

func literal(v *model.Value) syntax.Literal {
	if v == nil {
		return syntax.Literal{}
	}
	return syntax.Literal{JSON: v.JSON}
}

func (w declarer) structure(s *model.Struct) *syntax.StructDecl {
	d := &syntax.StructDecl{Unchecked: literal(s.Unchecked)}
	if s.Unknown != model.UnknownSkip {
		d.Unknown = text(s.Unknown.String())
	}
	for _, f := range s.Fields {
		d.Fields = append(d.Fields, w.field(f))
	}
	return d
}

func (w declarer) field(f *model.Field) *syntax.FieldDecl {
	d := &syntax.FieldDecl{
		Name: text(f.Name), Type: w.expr(f.Type), Unit: text(f.Unit), Sensitive: syntax.Flag{Value: f.Sensitive},
		Encoding: text(encoding(f.Type)), Default: literal(f.Default), Limits: limits(f.Limits),
		Unchecked: literal(f.Unchecked),
	}
	d.Type.Optional = f.Optional
	if f.JSON != f.Name {
		d.JSON = text(f.JSON)
	}
	if f.Sealed() {
		d.Subject = text(f.SubjectText())
	}
	if f.Each != nil {
		each := limits(f.Each)
		d.Each = &each
	}
	return d
}

func encoding(t *model.TypeRef) string {
	for t.Elem != nil {
		t = t.Elem
	}
	return t.Encoding.String()
}

func (w declarer) expr(t *model.TypeRef) *syntax.TypeExpr {
	e := &syntax.TypeExpr{Nullable: t.Nullable}
	switch t.Kind {
	case model.Named:
		e.Name = t.Named.Type.Name
		if t.Named.Type.Package != w.pkg {
			e.Name = t.Named.Type.Package.Name + "." + e.Name
		}
		if t.Named.Type.Versioned {
			e.Version = t.Named.Number
		}
	case model.Scalars:
		for _, a := range t.Alts {
			e.Alts = append(e.Alts, w.expr(a))
		}
	default:
		e.Name = t.Kind.String()
		if t.Elem != nil {
			e.Args = []*syntax.TypeExpr{w.expr(t.Elem)}
		}
	}
	return e
}

func limits(l *model.Limits) syntax.LimitsDecl {
	if l == nil {
		return syntax.LimitsDecl{}
	}
	return syntax.LimitsDecl{
		Min: literal(l.Min), Max: literal(l.Max), ExclusiveMin: literal(l.ExclusiveMin), ExclusiveMax: literal(l.ExclusiveMax),
		MultipleOf: literal(l.MultipleOf), MinLength: count(l.MinLength), MaxLength: count(l.MaxLength),
		MinItems: count(l.MinItems), MaxItems: count(l.MaxItems), Scale: count(l.Scale),
		Pattern: text(l.Pattern), UniqueItems: syntax.Flag{Value: l.UniqueItems}, Const: literal(l.Const), OneOf: literals(l.OneOf),
	}
}

func literals(values []*model.Value) syntax.Literal {
	if len(values) == 0 {
		return syntax.Literal{}
	}
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = string(v.JSON)
	}
	return syntax.Literal{JSON: []byte("[" + strings.Join(parts, ",") + "]")}
}

func enumDecl(e *model.Enum) *syntax.EnumDecl {
	d := &syntax.EnumDecl{Closed: syntax.Flag{Value: e.Closed}}
	for _, v := range e.Values {
		d.Values = append(d.Values, &syntax.EnumValueDecl{Value: enumLiteral(e, v)})
	}
	if e.Fallback != nil {
		d.Fallback = enumLiteral(e, e.Fallback)
	}
	return d
}

func (w declarer) union(u *model.Union) *syntax.UnionDecl {
	d := &syntax.UnionDecl{Tag: text(u.Tag), Closed: syntax.Flag{Value: u.Closed}}
	for _, b := range u.Branches {
		d.Branches = append(d.Branches, &syntax.BranchDecl{Tag: text(b.Tag), Type: w.expr(&model.TypeRef{Kind: model.Named, Named: b.Type})})
	}
	return d
}

// Shape returns a released version of an event as a document of the schema language, without docs.
func Shape(v *model.EventVersion) []byte { return eventShape(v) }

// TypeShape is Shape for a type.
func TypeShape(v *model.TypeVersion) []byte { return typeShape(v) }
