package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// carry returns the change that takes a value of one type to a wider one, or to another version of its named type.
func (w *stepWriter) carry(from, to *model.TypeRef) change {
	switch {
	case to.Kind == model.OneOrMany && from.Kind != model.OneOrMany:
		return w.toOneOrMany(from, to)
	case to.Kind == model.Scalars:
		return w.toSum(from, to)
	case from.Elem != nil && to.Elem != nil:
		return w.eachElement(from, to)
	case from.Kind == model.Named && to.Kind == model.Named:
		return w.toVersion(from.Named, to.Named)
	case from.Kind == model.Named:
		return convertTo(goType(w.pkg.ValueType(to))) // an enum to its scalar
	case sameGo(w.pkg.ValueType(from), w.pkg.ValueType(to)):
		return nil
	default:
		return convertTo(goType(w.pkg.ValueType(to))) // a number to a wider one
	}
}

// convertTo writes the Go conversion T(x).
func convertTo(t *jen.Statement) change {
	return func(x *jen.Statement) *jen.Statement { return t.Clone().Call(x) }
}

func sameGo(a, b *plan.Type) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Form == b.Form && a.Ident == b.Ident && sameGo(a.Elem, b.Elem)
}

func (w *stepWriter) toOneOrMany(from, to *model.TypeRef) change {
	if from.Kind == model.List {
		inner := w.eachElement(from, &model.TypeRef{Kind: model.List, Elem: to.Elem})
		return func(x *jen.Statement) *jen.Statement { return codec("Many").Call(inner.apply(x).Op("...")) }
	}
	inner := w.carry(from, to.Elem)
	return func(x *jen.Statement) *jen.Statement { return codec("One").Call(inner.apply(x)) }
}

func (w *stepWriter) toSum(from, to *model.TypeRef) change {
	sum := w.pkg.ValueType(to).Ident
	if from.Kind == model.Scalars {
		if w.pkg.ValueType(from).Ident == sum {
			return nil
		}
		return convertTo(ident(sum))
	}
	alt := plan.SumAltOf(from.Kind)
	constructor := ident(plan.Ident{Path: sum.Path, Name: sum.Name + "Of" + alt.Name})
	toScalar := scalarText(from)
	if toScalar == nil && isNarrow(from.Kind) {
		toScalar = convertTo(sumGo[alt.Kind]())
	}
	return func(x *jen.Statement) *jen.Statement { return constructor.Clone().Call(toScalar.apply(x)) }
}

// isNarrow reports whether a kind has a Go type other than the alternative of a sum that holds it.
func isNarrow(k model.Kind) bool {
	return k == model.Int32 || k == model.Uint32 || k == model.Uint64 || k == model.Float32
}

// eachFuncs are the runtime's loops over composite values; all of them leave nil as it is.
var eachFuncs = map[model.Kind]string{model.List: "List", model.Map: "Map", model.OneOrMany: "EachOf"}

func (w *stepWriter) eachElement(from, to *model.TypeRef) change {
	inner := w.carry(from.Elem, to.Elem)
	fromForm, toForm := formOf(from.Elem, false), formOf(to.Elem, false)
	if inner == nil && fromForm == toForm {
		return nil
	}
	element := func(v *jen.Statement) *jen.Statement {
		source := flow{expr: v, form: fromForm, ref: from.Elem, null: true, goes: w.pkg.ValueType(from.Elem)}
		return deliver(source, inner, sink{ref: to.Elem, form: toForm, goes: w.pkg.ValueType(to.Elem)})
	}
	f := function(w.pkg.ElemType(from.Elem), w.pkg.ElemType(to.Elem), element)
	return func(x *jen.Statement) *jen.Statement { return up(eachFuncs[to.Kind]).Call(x, f) }
}

// toVersion calls the upcasts of a named type, one after the other.
func (w *stepWriter) toVersion(from, to *model.TypeVersion) change {
	if from == to {
		return nil
	}
	if from.Number > to.Number {
		return w.backToVersion(from, to)
	}
	w.useStep()
	return func(x *jen.Statement) *jen.Statement {
		for _, v := range from.Type.Versions {
			if v.Number >= from.Number && v.Number < to.Number {
				x = ident(w.pkg.TypeUpcast(v)).Call(jen.Id("step"), x)
			}
		}
		return x
	}
}

// backToVersion calls the downcasts of a named type, one after the other.
func (w *stepWriter) backToVersion(from, to *model.TypeVersion) change {
	return func(x *jen.Statement) *jen.Statement {
		for _, v := range slices.Backward(from.Type.Versions) {
			if v.Number <= from.Number && v.Number > to.Number {
				x = ident(w.pkg.Downcast(w.pkg.ValueType(named(v)).Ident)).Call(x)
			}
		}
		return x
	}
}

// scalarText returns how a scalar whose Go type is no string is written in a sum of strings; nil for all others.
func scalarText(t *model.TypeRef) change {
	switch t.Kind {
	case model.UUID, model.Decimal, model.Date, model.Time, model.Duration:
		return func(x *jen.Statement) *jen.Statement { return x.Dot("String").Call() }
	case model.Timestamp:
		return func(x *jen.Statement) *jen.Statement { return up("TimestampToText").Call(x) }
	case model.Bytes:
		return func(x *jen.Statement) *jen.Statement { return up("BytesToText").Call(x) }
	case model.Named: // an enum
		if e, ok := t.Named.Shape.(*model.Enum); ok && e.Kind != model.String {
			return func(x *jen.Statement) *jen.Statement { return up("IntToString").Call(x) }
		}
		return func(x *jen.Statement) *jen.Statement { return jen.String().Call(x) }
	default:
		return nil
	}
}
