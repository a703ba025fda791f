package templates

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
)

// format is the format of generated code that these templates write; see runtime.Format.
const format = 1

// Schema declares what the package can read, for the registry.
func Schema(p *plan.Package) []Unit {
	if len(p.Events) == 0 {
		return nil
	}
	decls := []jen.Code{
		comment(fmt.Sprintf("This code was generated in format %d, which the runtime must support.", format)).Line().Const().Defs(
			jen.Id("_").Op("=").Add(rt("Format").Call(rt("MaxFormat").Op("-").Lit(format))),
			jen.Id("_").Op("=").Add(rt("Format").Call(jen.Lit(format).Op("-").Add(rt("MinFormat")))),
		),
		comment("Schema describes the events of this package, for [runtime.NewRegistry]. Read only.").Line().
			Func().Id("Schema").Params().Op("*").Add(rt("Schema")).Block(jen.Return(jen.Op("&").Id("schema"))),
		jen.Var().Id("schema").Op("=").Add(rt("Schema")).Values(entries(
			jen.Id("Package").Op(":").Lit(p.Name),
			jen.Id("Events").Op(":").Index().Add(rt("EventSchema")).Values(eventSchemas(p)...),
		)...),
	}
	for _, e := range p.Events {
		for _, v := range e.Stored() {
			decls = append(decls, decodeFunc(v))
		}
	}
	return file("schema.gen.go", decls)
}

// entries puts each element of a composite literal on a line of its own.
func entries(elems ...jen.Code) []jen.Code {
	out := make([]jen.Code, 0, len(elems)+1)
	for _, e := range elems {
		out = append(out, jen.Line().Add(e))
	}
	return append(out, jen.Line())
}

func eventSchemas(p *plan.Package) []jen.Code {
	var out []jen.Code
	for _, e := range p.Events {
		out = append(out, jen.Values(entries(eventSchema(e)...)...))
	}
	return entries(out...)
}

func eventSchema(e *plan.Event) []jen.Code {
	members := []jen.Code{jen.Id("Type").Op(":").Id("Type" + e.Name)}
	if len(e.Model.Was) > 0 {
		members = append(members, jen.Id("Aliases").Op(":").Index().String().Values(literals(e.Model.Was)...))
	}
	if e.Model.Aggregate != nil {
		members = append(members, jen.Id("Aggregate").Op(":").Lit(e.Model.Aggregate.Name))
	}
	if e.Model.Retired || e.Into != nil {
		members = append(members, jen.Id("Retired").Op(":").True())
	}
	return append(members, jen.Id("Versions").Op(":").Index().Add(rt("VersionSchema")).Values(versionSchemas(e)...))
}

func literals(texts []string) []jen.Code {
	var out []jen.Code
	for _, t := range texts {
		out = append(out, jen.Lit(t))
	}
	return out
}

func versionSchemas(e *plan.Event) []jen.Code {
	var out []jen.Code
	seals := e.Package.Seals()
	for _, v := range e.Stored() {
		members := []jen.Code{
			jen.Id("Number").Op(":").Lit(v.Model.Number),
			jen.Id("Digest").Op(":").Lit(v.Digest),
			jen.Id("Decode").Op(":").Id("decode" + v.Struct.Name),
		}
		if v != e.Latest || e.Into != nil {
			members = append(members, jen.Id("Upcast").Op(":").Id("upcast"+v.Struct.Name))
		}
		if v == e.Latest && e.Into != nil {
			members = append(members, jen.Id("Into").Op(":").Index().String().Values(intoTypes(e)...))
		}
		if v.Down != nil {
			members = append(members, jen.Id("Downcast").Op(":").Id("downcast"+v.Struct.Name))
			if len(v.Down.Inexact) > 0 {
				members = append(members, jen.Id("Inexact").Op(":").True())
			}
		}
		if _, sealed := seals.Root(v.Struct); sealed {
			members = append(members, jen.Id("Seals").Op(":").Op("&").Id(sealsName(v.Struct)))
		}
		out = append(out, jen.Values(members...))
	}
	return entries(out...)
}

func intoTypes(e *plan.Event) []jen.Code {
	var out []jen.Code
	for _, t := range e.Into.Targets {
		out = append(out, ident(plan.Ident{Path: t.Event.Package.Path, Name: "Type" + t.Event.Name}))
	}
	return out
}

func decodeFunc(v *plan.EventVersion) jen.Code {
	return jen.Func().Id("decode"+v.Struct.Name).Params(jen.Id("data").Index().Byte()).Params(rt("Event"), jen.Error()).Block(
		jen.Var().Id("event").Id(v.Struct.Name),
		jen.Err().Op(":=").Id("event").Dot("UnmarshalJSON").Call(jen.Id("data")),
		jen.Return(jen.Id("event"), jen.Err()),
	)
}
