package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// ruleWriters write the value that a rule gives; a nil value leaves the field at its zero.
var ruleWriters = map[model.Op]func(*stepWriter, *model.Rule) *jen.Statement{
	model.OpAbsent:   func(*stepWriter, *model.Rule) *jen.Statement { return nil },
	model.OpCarry:    (*stepWriter).carryRule,
	model.OpFrom:     (*stepWriter).carryRule,
	model.OpDefault:  (*stepWriter).defaultRule,
	model.OpValue:    (*stepWriter).valueRule,
	model.OpConvert:  (*stepWriter).convertRule,
	model.OpEnum:     (*stepWriter).enumRule,
	model.OpTemplate: (*stepWriter).templateRule,
	model.OpWrap:     (*stepWriter).wrapRule,
	model.OpUnwrap:   (*stepWriter).unwrapRule,
	model.OpEnvelope: (*stepWriter).envelopeRule,
	model.OpGo:       (*stepWriter).goRule,
}

func (w *stepWriter) rule(r *model.Rule) *jen.Statement {
	if r.Op == model.OpNested { // not in the table, which it would have to refer to
		return w.nestedRule(r)
	}
	return ruleWriters[r.Op](w, r)
}

// sinkOf is the target of a rule, with the rule's value as fallback.
func (w *stepWriter) sinkOf(r *model.Rule) sink {
	t := r.Target.Type
	s := sink{ref: t, form: formOf(t, r.Target.Optional), goes: w.pkg.ValueType(t)}
	if r.Value != nil && r.From != nil {
		s.fallback = w.literal(t, r.Value.JSON)
	}
	return s
}

func (w *stepWriter) carryRule(r *model.Rule) *jen.Statement {
	from := w.source(r.From)
	return deliver(from, w.carry(from.ref, r.Target.Type), w.sinkOf(r))
}

func (w *stepWriter) defaultRule(r *model.Rule) *jen.Statement {
	if r.From == nil {
		return w.valueRule(r)
	}
	return w.carryRule(r)
}

func (w *stepWriter) valueRule(r *model.Rule) *jen.Statement {
	form := formOf(r.Target.Type, r.Target.Optional)
	if string(r.Value.JSON) == "null" && r.Target.Type.Kind != model.JSON {
		return nullAs(form, w.pkg.ValueType(r.Target.Type))
	}
	return w.presentLiteral(r.Target.Type, r.Value.JSON, form)
}

// nullAs is a null: Go's nil, which is also the zero that needs no mention.
func nullAs(form presentAs, value *plan.Type) *jen.Statement {
	if form == maybe {
		return codec("Null").Types(goType(value)).Call()
	}
	return nil
}

// enumRule renames values by a switch of its own.
func (w *stepWriter) enumRule(r *model.Rule) *jen.Statement {
	from, to := w.source(r.From), w.sinkOf(r)
	to.fallback = nil
	rest := w.carryOrConvert(from.ref, r.Target.Type)
	rename := jen.Func().Params(jen.Id("v").Add(goType(from.goes))).Add(goType(to.goes)).Block(
		jen.Switch(jen.Id("v")).Block(w.enumCases(r.Enum, from.ref, r.Target.Type)...),
		jen.Return(rest.apply(jen.Id("v"))),
	)
	return deliver(from, func(x *jen.Statement) *jen.Statement { return rename.Clone().Call(x) }, to)
}

// carryOrConvert is carry, and Go's conversion between enums and scalars of one underlying type.
func (w *stepWriter) carryOrConvert(from, to *model.TypeRef) change {
	if from.Kind == model.Named && to.Kind == model.Named && from.Named == to.Named {
		return nil
	}
	return convertTo(goType(w.pkg.ValueType(to)))
}

func (w *stepWriter) wrapRule(r *model.Rule) *jen.Statement {
	from, to := w.source(r.From), w.sinkOf(r)
	inner := w.carry(from.ref, r.Target.Type.Elem)
	return deliver(from, func(x *jen.Statement) *jen.Statement {
		if r.Target.Type.Elem.Nullable && !plan.HasNil(r.Target.Type.Elem) {
			return goType(to.goes).Values(codec("Ptr").Call(inner.apply(x)))
		}
		return goType(to.goes).Values(inner.apply(x))
	}, to)
}

func (w *stepWriter) unwrapRule(r *model.Rule) *jen.Statement {
	list := w.source(r.From)
	elem := list.ref.Elem
	values := list.expr
	switch {
	case list.ref.Kind == model.OneOrMany && list.form == always:
		values = values.Dot("Values")
	case list.form == maybe || list.form == pointer:
		values = up("OrZero").Call(asPointer(list))
		if list.ref.Kind == model.OneOrMany {
			values = values.Dot("Values")
		}
	}
	first := flow{expr: up("First").Call(values), form: pointer, ref: elem, goes: w.pkg.ValueType(elem)}
	if elem.Nullable {
		first.expr = up("OrZero").Call(up("First").Call(values))
		first.form, first.null = formOf(elem, false), true
	}
	return deliver(first, w.carry(elem, r.Target.Type), w.sinkOf(r))
}

func (w *stepWriter) nestedRule(r *model.Rule) *jen.Statement {
	target := w.pkg.StructOf(r.Target.Type.Named.Shape.(*model.Struct))
	return present(w.composite(target, w.rules(r.Rules), nil), formOf(r.Target.Type, r.Target.Optional))
}

func (w *stepWriter) goRule(r *model.Rule) *jen.Statement {
	w.useStep()
	f := w.pkg.FieldOf(r.Target)
	return up("Custom").Call(jen.Id("step"), jen.Lit(r.Target.Name), jen.Id(plan.CustomField(w.old, f)), w.oldValue())
}

// source is the field of the old version at the end of a path, wherever a struct on the way may be missing.
func (w *stepWriter) source(path *model.Path) flow {
	return w.follow(w.oldValue(), path.Fields)
}

// follow reads a field of x, and goes on inside it.
func (w *stepWriter) follow(x *jen.Statement, fields []*model.Field) flow {
	f := fields[0]
	here := flow{
		expr: x.Dot(w.pkg.FieldOf(f).Name), form: formOf(f.Type, f.Optional), ref: f.Type,
		null: f.Type.Nullable && !f.Optional, goes: w.pkg.ValueType(f.Type),
	}
	if len(fields) == 1 {
		return here
	}
	if here.form == always {
		return w.follow(here.expr, fields[1:])
	}
	inner := w.follow(jen.Id("v"), fields[1:])
	result := jen.Op("*").Add(goType(inner.goes))
	step := jen.Func().Params(jen.Id("v").Add(goType(here.goes))).Add(result).Block(jen.Return(asPointer(inner)))
	return flow{expr: up("FlatMap").Call(asPointer(here), step), form: pointer, ref: inner.ref, goes: inner.goes}
}
