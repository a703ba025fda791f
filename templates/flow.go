package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// presentAs is how a Go expression says that a value is missing.
type presentAs uint8

const (
	always  presentAs = iota // the value itself
	pointer                  // nil pointer
	nilable                  // nil slice, map or interface
	maybe                    // codec.Maybe
)

// formOf returns how a value of a type is held where it may be missing or null.
func formOf(t *model.TypeRef, optional bool) presentAs {
	switch {
	case optional && t.Nullable:
		return maybe
	case !optional && !t.Nullable:
		return always
	case plan.HasNil(t):
		return nilable
	default:
		return pointer
	}
}

// flow is a value on its way from an old version to a new one.
type flow struct {
	expr *jen.Statement
	form presentAs
	ref  *model.TypeRef // what it is when it is there
	null bool           // nil stands for null rather than for absence
	goes *plan.Type     // Go type of the value when it is there
}

// change turns an expression for an old value into one for a new value. The nil change is identity.
type change func(x *jen.Statement) *jen.Statement

func (c change) apply(x *jen.Statement) *jen.Statement {
	if c == nil {
		return x
	}
	return c(x)
}

// sink is where a value goes.
type sink struct {
	ref      *model.TypeRef
	form     presentAs
	goes     *plan.Type     // Go type of the value when it is there
	fallback *jen.Statement // stands in for a missing value; nil if none
}

// deliver writes the expression that carries a value from its old form into its new one.
func deliver(from flow, c change, to sink) *jen.Statement {
	switch {
	case from.form == always:
		return present(c.apply(from.expr), to.form)
	case to.fallback != nil:
		return present(up("Or").Call(viaPointer(from, c, to), to.fallback), to.form)
	case from.form == nilable && (to.form == nilable || to.form == always):
		return c.apply(from.expr) // changes of lists, maps and unions leave nil as it is
	case from.form == to.form && c == nil:
		return from.expr
	case from.form == maybe && to.form == maybe:
		return up("MapMaybe").Call(from.expr, function(from.goes, to.goes, c))
	default:
		return fromPointer(viaPointer(from, c, to), from, to)
	}
}

// present wraps a value that is there.
func present(x *jen.Statement, form presentAs) *jen.Statement {
	switch form {
	case pointer:
		return codec("Ptr").Call(x)
	case maybe:
		return codec("Value").Call(x)
	default:
		return x
	}
}

// viaPointer brings a value that may be missing into the form of a pointer, changed on the way.
func viaPointer(from flow, c change, to sink) *jen.Statement {
	p := asPointer(from)
	if c == nil {
		return p
	}
	return up("MapPtr").Call(p, function(from.goes, to.goes, c))
}

func asPointer(from flow) *jen.Statement {
	switch from.form {
	case always:
		return codec("Ptr").Call(from.expr)
	case nilable:
		return up("PtrIf").Call(from.expr.Clone().Op("!=").Nil(), from.expr)
	case maybe:
		return up("MaybePtr").Call(from.expr)
	default:
		return from.expr
	}
}

func fromPointer(p *jen.Statement, from flow, to sink) *jen.Statement {
	switch {
	case to.form == pointer:
		return p
	case to.form == maybe && from.null:
		return up("NullOr").Call(p)
	case to.form == maybe:
		return up("AbsentOr").Call(p)
	default:
		return up("OrZero").Call(p)
	}
}

// function writes `func(v From) To { return ... }`.
func function(from, to *plan.Type, c change) *jen.Statement {
	return jen.Func().Params(jen.Id("v").Add(goType(from))).Add(goType(to)).Block(jen.Return(c.apply(jen.Id("v"))))
}

// up is a function of the runtime's package for upcasts.
func up(name string) *jen.Statement { return jen.Qual(plan.UpcastPath, name) }
