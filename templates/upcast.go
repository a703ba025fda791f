package templates

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// Upcast declares one pure function for each step from a version to the next.
func Upcast(p *plan.Package) []Unit {
	var decls []jen.Code
	for _, t := range p.Model.Types {
		for i, v := range t.Versions[1:] {
			decls = append(decls, typeStep(p, t.Versions[i], v))
		}
	}
	for _, e := range p.Events {
		versions := e.Stored()
		for i, v := range versions[1:] {
			decls = append(decls, eventStep(p, versions[i], v))
		}
		if e.Into != nil {
			decls = append(decls, intoStep(p, e))
		}
	}
	return file("upcast.gen.go", decls)
}

// stepWriter writes the body of one step.
type stepWriter struct {
	pkg      *plan.Package
	old      plan.Ident // Go type of the old version
	needStep bool       // the body refers to `step`
	needOld  bool       // the body refers to the old version
	from     string     // the variable that holds it; "old" if empty
}

func (w *stepWriter) useStep() { w.needStep = true }

// oldValue refers to the old version.
func (w *stepWriter) oldValue() *jen.Statement {
	w.needOld = true
	if w.from != "" {
		return jen.Id(w.from)
	}
	return jen.Id("old")
}

// eventStep writes `func upcastMemoryCreatedV1(m, event, dst)`.
func eventStep(p *plan.Package, old, next *plan.EventVersion) jen.Code {
	w := &stepWriter{pkg: p, old: plan.Ident{Path: p.Path, Name: old.Struct.Name}}
	value := w.structValue(next.Model.Upcast, next.Struct, old.Struct)
	doc := fmt.Sprintf("upcast%s takes %s from version %d to %d.", old.Struct.Name, old.Event.Model.Name, old.Model.Number, next.Model.Number)
	return comment(doc).Line().Add(w.eventFunc([]*jen.Statement{value}))
}

// intoStep writes the step that turns an event into others.
func intoStep(p *plan.Package, e *plan.Event) jen.Code {
	w := &stepWriter{pkg: p, old: plan.Ident{Path: p.Path, Name: e.Latest.Struct.Name}}
	doc := comment(fmt.Sprintf("upcast%s takes %s to today: %s", e.Latest.Struct.Name, e.Name, deprecation(e)))
	if e.Into.Model.Go {
		w.useStep()
		events := up("Custom").Call(jen.Id("step"), jen.Lit("into"), jen.Id(plan.CustomStep(w.old)), w.oldValue())
		return doc.Line().Add(w.eventFunc([]*jen.Statement{events.Op("...")}))
	}
	var values []*jen.Statement
	for i, t := range e.Into.Model.Targets {
		target := e.Into.Targets[i].Struct
		values = append(values, w.composite(target, w.rules(t.Rules), nil))
	}
	return doc.Line().Add(w.eventFunc(values))
}

// eventFunc wraps the values that an old event becomes into a runtime.UpcastFunc.
func (w *stepWriter) eventFunc(values []*jen.Statement) jen.Code {
	body, meta, result := []jen.Code{}, jen.Id("_"), jen.Nil()
	if w.needOld {
		body = append(body, jen.Id("old").Op(":=").Id("event").Assert(jen.Id(w.old.Name)))
	}
	if w.needStep {
		meta, result = jen.Id("m"), jen.Id("step").Dot("Err").Call()
		body = append(body, jen.Id("step").Op(":=").Add(up("NewStep")).Call(jen.Id("m")))
	}
	args := []jen.Code{jen.Id("dst")}
	for _, v := range values {
		args = append(args, v)
	}
	switch {
	case len(values) == 0:
		body = append(body, jen.Return(jen.Id("dst"), jen.Nil()))
	case w.needStep:
		body = append(body, jen.Id("dst").Op("=").Append(args...), jen.Return(jen.Id("dst"), result))
	default:
		body = append(body, jen.Return(jen.Append(args...), result))
	}
	event := jen.Id("event")
	if !w.needOld {
		event = jen.Id("_")
	}
	return jen.Func().Id("upcast"+w.old.Name).Params(
		meta.Op("*").Add(rt("Meta")), event.Add(rt("Event")), jen.Id("dst").Index().Add(rt("Event")),
	).Params(jen.Index().Add(rt("Event")), jen.Error()).Block(body...)
}

// typeStep writes `func UpcastSourceV1(step, old) SourceV2`.
func typeStep(p *plan.Package, old, next *model.TypeVersion) jen.Code {
	id, to := p.ValueType(named(old)).Ident, p.ValueType(named(next))
	w := &stepWriter{pkg: p, old: id}
	body, param := w.typeBody(old, next), jen.Id("_")
	if w.needStep {
		param = jen.Id("step")
	}
	name := p.TypeUpcast(old).Name
	return comment(fmt.Sprintf("%s takes %s from version %d to %d.", name, old.Type.Name, old.Number, next.Number)).Line().
		Func().Id(name).Params(param.Op("*").Add(up("Step")), jen.Id("old").Add(ident(id))).Add(goType(to)).Block(body...)
}

func named(v *model.TypeVersion) *model.TypeRef { return &model.TypeRef{Kind: model.Named, Named: v} }

func (w *stepWriter) typeBody(old, next *model.TypeVersion) []jen.Code {
	if next.Upcast != nil && next.Upcast.Go {
		return []jen.Code{jen.Return(w.customStep(next.Type.Name))}
	}
	switch shape := next.Shape.(type) {
	case *model.Struct:
		from := w.pkg.StructOf(old.Shape.(*model.Struct))
		return []jen.Code{jen.Return(w.structValue(next.Upcast, w.pkg.StructOf(shape), from))}
	case *model.Enum:
		return w.enumBody(next, shape)
	default:
		return w.unionBody(old.Shape.(*model.Union), shape.(*model.Union))
	}
}

// enumBody renames the values that are renamed and keeps all others.
func (w *stepWriter) enumBody(next *model.TypeVersion, shape *model.Enum) []jen.Code {
	to := goType(w.pkg.ValueType(named(next)))
	keep := jen.Return(to.Clone().Call(jen.Id("old")))
	if next.Upcast == nil || len(next.Upcast.Enum) == 0 {
		return []jen.Code{keep}
	}
	return []jen.Code{jen.Switch(jen.Id("old")).Block(w.enumCases(next.Upcast.Enum, named(next.Upcast.From.Type), named(next))...), keep}
}

func (w *stepWriter) enumCases(renames []*model.EnumMap, from, to *model.TypeRef) []jen.Code {
	var cases []jen.Code
	for _, m := range renames {
		cases = append(cases, jen.Case(w.literal(from, m.Old.JSON)).Block(jen.Return(w.literal(to, m.New.JSON))))
	}
	return cases
}

// unionBody takes each branch to the branch of the same tag.
func (w *stepWriter) unionBody(old, next *model.Union) []jen.Code {
	var cases []jen.Code
	for _, b := range old.Branches {
		for _, n := range next.Branches {
			if n.Tag != b.Tag {
				continue
			}
			c := w.toVersion(b.Type, n.Type)
			cases = append(cases, jen.Case(goType(w.pkg.ValueType(named(b.Type)))).Block(jen.Return(c.apply(jen.Id("old")))))
		}
	}
	from, to := w.pkg.UnionOf(old), w.pkg.UnionOf(next)
	cases = append(cases, jen.Case(jen.Id(from.Unknown)).Block(jen.Return(jen.Id(to.Unknown).Call(jen.Id("old")))))
	return []jen.Code{
		jen.Switch(jen.Id("old").Op(":=").Id("old").Assert(jen.Type())).Block(cases...),
		jen.Return(jen.Nil()),
	}
}

// structValue is the new version of a struct, made of the old one.
func (w *stepWriter) structValue(u *model.Upcast, next, old *plan.Struct) *jen.Statement {
	if u != nil && u.Go {
		return w.customStep(next.Name)
	}
	if u == nil {
		return jen.Id(next.Name).Values()
	}
	return w.composite(next, w.rules(u.Rules), old)
}

func (w *stepWriter) customStep(what string) *jen.Statement {
	w.useStep()
	return up("Custom").Call(jen.Id("step"), jen.Lit(what), jen.Id(plan.CustomStep(w.old)), w.oldValue())
}

// composite writes a struct literal with one member a line. old is nil where unknown fields have nowhere to come from.
func (w *stepWriter) composite(s *plan.Struct, members []jen.Code, old *plan.Struct) *jen.Statement {
	if old != nil && s.Model.Unknown == model.UnknownKeep && old.Model.Unknown == model.UnknownKeep {
		members = append(members, jen.Id("Unknown").Op(":").Add(w.carryUnknown(s, old)))
	}
	id := ident(plan.Ident{Path: s.Package.Path, Name: s.Name})
	if len(members) == 0 {
		return id.Values()
	}
	return id.Values(entries(members...)...)
}

// carryUnknown keeps unknown fields, except those that the new version declares.
func (w *stepWriter) carryUnknown(s, old *plan.Struct) *jen.Statement {
	unknown := w.oldValue().Dot("Unknown")
	args := []jen.Code{unknown}
	for _, f := range s.Fields {
		if !declares(old, f.Model.JSON) {
			args = append(args, jen.Lit(f.Model.JSON))
		}
	}
	if len(args) == 1 {
		return unknown
	}
	return up("Without").Call(args...)
}

func declares(s *plan.Struct, wire string) bool {
	for _, f := range s.Fields {
		if f.Model.JSON == wire {
			return true
		}
	}
	return false
}

// rules writes one struct member for each rule that gives a value.
func (w *stepWriter) rules(rules []*model.Rule) []jen.Code {
	var members []jen.Code
	for _, r := range rules {
		if value := w.rule(r); value != nil {
			members = append(members, jen.Id(w.pkg.FieldOf(r.Target).Name).Op(":").Add(value))
		}
	}
	return members
}
