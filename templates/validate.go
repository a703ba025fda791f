package templates

import (
	"encoding/json"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// Validate declares the method Validate of every struct.
func Validate(p *plan.Package) []Unit {
	var decls []jen.Code
	for _, s := range p.Structs {
		decls = append(decls, validateMethod(s))
	}
	return file("validate.gen.go", decls)
}

func validateMethod(s *plan.Struct) jen.Code {
	if s.Event != nil && (s.Event.Event.Model.Retired || s.Event.Event.Into != nil) {
		return comment("Validate returns a [*runtime.RetiredError]: the event can no longer be produced.").Line().
			Func().Params(jen.Id(s.Name)).Id("Validate").Params().Error().
			Block(jen.Return(jen.Op("&").Add(rt("RetiredError")).Values(jen.Id("Type").Op(":").Id("Type" + s.Event.Event.Name))))
	}
	return comment("Validate returns a [*codec.ValidationError] that lists every constraint of the schema that v violates.").Line().
		Func().Params(jen.Id("v").Id(s.Name)).Id("Validate").Params().Error().
		Block(jen.Return(jen.Id("Codec").Dot("Validate").Call(jen.Id(s.Constant()), jen.Qual("unsafe", "Pointer").Call(jen.Op("&").Id("v")))))
}

// checks writes the constraints on a value of a type.
func checks(t *model.TypeRef, l *model.Limits) []jen.Code {
	if l == nil {
		return nil
	}
	var out []jen.Code
	add := func(constraint string, bound jen.Code) {
		if bound != nil {
			out = append(out, jen.Values(jen.Id("Constraint").Op(":").Add(codec(constraint)), bound))
		}
	}
	for _, c := range []struct {
		name  string
		value *model.Value
	}{{"Min", l.Min}, {"Max", l.Max}, {"ExclusiveMin", l.ExclusiveMin}, {"ExclusiveMax", l.ExclusiveMax}, {"MultipleOf", l.MultipleOf}} {
		add(c.name, numericBound(t, c.value))
	}
	for _, c := range []struct {
		name  string
		count *int
	}{{"MinLength", l.MinLength}, {"MaxLength", l.MaxLength}, {"MinItems", l.MinItems}, {"MaxItems", l.MaxItems}, {"Scale", l.Scale}} {
		add(c.name, countBound(c.count))
	}
	if l.Pattern != "" {
		add("Pattern", jen.Id("Text").Op(":").Lit(l.Pattern))
	}
	if l.UniqueItems {
		out = append(out, jen.Values(jen.Id("Constraint").Op(":").Add(codec("UniqueItems"))))
	}
	if l.Const != nil {
		add("Const", jen.Id("Text").Op(":").Lit(string(l.Const.JSON)))
	}
	if len(l.OneOf) > 0 {
		add("OneOf", jen.Id("Text").Op(":").Lit(jsonArray(l.OneOf)))
	}
	return out
}

func jsonArray(values []*model.Value) string {
	raw := make([]json.RawMessage, len(values))
	for i, v := range values {
		raw[i] = v.JSON
	}
	b, _ := json.Marshal(raw) // values are valid JSON
	return string(b)
}

func countBound(n *int) jen.Code {
	if n == nil {
		return nil
	}
	return jen.Id("Int").Op(":").Lit(*n)
}

// boundMembers name the member of a check that carries the bound of a kind; all others carry text.
var boundMembers = map[model.Kind]string{
	model.Int32: "Int", model.Int64: "Int", model.Uint32: "Uint", model.Uint64: "Uint", model.Float32: "Float", model.Float64: "Float",
	model.Scalars: "Float",
}

func numericBound(t *model.TypeRef, v *model.Value) jen.Code {
	if v == nil {
		return nil
	}
	if member, ok := boundMembers[t.Kind]; ok {
		return jen.Id(member).Op(":").Op(string(v.JSON))
	}
	text := string(v.JSON)
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	return jen.Id("Text").Op(":").Lit(text)
}
