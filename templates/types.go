package templates

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// Types declares the shared types: structs, enums, unions and choices of scalars.
func Types(p *plan.Package) []Unit {
	var decls []jen.Code
	for _, a := range p.Aliases {
		if !a.Event {
			decls = append(decls, comment(fmt.Sprintf("%s is %s.", a.Name, a.Doc)).Line().Type().Id(a.Name).Op("=").Id(a.Target))
		}
	}
	for _, s := range p.Structs {
		if s.Type != nil {
			decls = append(decls, structDecl(s, typeDoc(s.Name, s.Type))...)
		}
	}
	for _, e := range p.Enums {
		decls = append(decls, enumDecl(e)...)
	}
	for _, u := range p.Unions {
		decls = append(decls, unionDecl(u)...)
	}
	for _, s := range p.Sums {
		decls = append(decls, sumDecl(s)...)
	}
	return file("types.gen.go", decls)
}

// typeDoc is the doc comment of a shared type.
func typeDoc(name string, v *model.TypeVersion) string {
	lead := name + " is a shared type"
	if v.Type.Versioned {
		lead = fmt.Sprintf("%s is version %d of the shared type %s", name, v.Number, v.Type.Name)
	}
	doc := v.Doc
	if doc == "" {
		doc = v.Type.Doc
	}
	return sentence(lead, doc)
}

// structDecl declares a struct and the markers of the unions in which it is a branch.
func structDecl(s *plan.Struct, doc string) []jen.Code {
	decls := []jen.Code{comment(doc).Line().Type().Id(s.Name).Struct(structFields(s)...)}
	for _, u := range s.Unions {
		if u.Package == s.Package {
			decls = append(decls, jen.Func().Params(jen.Id(s.Name)).Id(u.Marker).Params().Block())
		}
	}
	return decls
}

func structFields(s *plan.Struct) []jen.Code {
	var fields []jen.Code
	for _, f := range s.Fields {
		fields = append(fields, structField(f))
	}
	if s.Model.Unknown == model.UnknownKeep {
		fields = append(fields, comment("Unknown holds what was read and is not declared; it is written again.").Line().
			Id("Unknown").Add(codec("Unknown")))
	}
	return fields
}

func structField(f *plan.Field) jen.Code {
	text := fieldDoc(f.Model)
	if text == "" {
		return jen.Id(f.Name).Add(goType(f.Type))
	}
	return comment(text).Line().Id(f.Name).Add(goType(f.Type))
}

func fieldDoc(f *model.Field) string {
	text := f.Doc
	if f.Unit != "" {
		text = join(text, "Unit: "+f.Unit+".")
	}
	if f.Sensitive {
		text = join(text, "Sensitive.")
	}
	return deprecatedField(text, f.Deprecated)
}

func deprecatedField(text, reason string) string {
	if reason != "" && text == "" {
		return "Deprecated: " + reason
	}
	return deprecated(text, reason)
}

func join(text, more string) string {
	if text == "" {
		return more
	}
	return text + " " + more
}

// enumDecl declares an enum with its constants.
func enumDecl(e *plan.Enum) []jen.Code {
	underlying := jen.String()
	if e.Model.Kind != model.String {
		underlying = jen.Int64()
	}
	open := "Other values may be read, and are written as they are."
	if e.Model.Closed {
		open = "Other values may be read; Validate refuses them."
	}
	doc := typeDoc(e.Name, e.Type) + "\n" + open
	decls := []jen.Code{comment(doc).Line().Type().Id(e.Name).Add(underlying)}
	if len(e.Values) == 0 {
		return decls
	}
	decls = append(decls, comment(fmt.Sprintf("The values of %s that the schema names.", e.Name)).Line().Const().Defs(enumConstants(e)...))
	if e.Model.Fallback != nil {
		decls = append(decls, knownMethod(e))
	}
	return decls
}

// knownMethod is `func (v Colour) Known() Colour`, for enums with a fallback.
func knownMethod(e *plan.Enum) jen.Code {
	var named []jen.Code
	fallback := ""
	for _, v := range e.Values {
		named = append(named, jen.Id(v.Name))
		if v.Model == e.Model.Fallback {
			fallback = v.Name
		}
	}
	doc := fmt.Sprintf("Known returns v if the schema names it, else %s, the fallback. What was read stays as it is.", fallback)
	return comment(doc).Line().Func().Params(jen.Id("v").Id(e.Name)).Id("Known").Params().Id(e.Name).Block(
		jen.Switch(jen.Id("v")).Block(jen.Case(named...).Block(jen.Return(jen.Id("v")))),
		jen.Return(jen.Id(fallback)),
	)
}

func enumConstants(e *plan.Enum) []jen.Code {
	var out []jen.Code
	for _, v := range e.Values {
		def := jen.Id(v.Name).Id(e.Name).Op("=").Add(enumLiteral(e.Model, v.Model))
		if text := deprecatedField(v.Model.Doc, v.Model.Deprecated); text != "" {
			def = comment(text).Line().Add(def)
		}
		out = append(out, def)
	}
	return out
}

func enumLiteral(e *model.Enum, v *model.EnumValue) jen.Code {
	if e.Kind == model.String {
		return jen.Lit(v.Text)
	}
	return jen.Op(fmt.Sprint(v.Int))
}

// unionDecl declares the sealed interface of a union and the struct for branches that this build does not know.
func unionDecl(u *plan.Union) []jen.Code {
	doc := typeDoc(u.Name, u.Type) + fmt.Sprintf("\nIt is told apart by %q; a branch that is not declared is a %s.", u.Model.Tag, u.Unknown)
	decls := []jen.Code{
		comment(doc).Line().Type().Id(u.Name).Interface(jen.Id(u.Marker).Params()),
		comment(fmt.Sprintf("%s is a branch of %s that this build does not know, kept as it was read.", u.Unknown, u.Name)).Line().
			Type().Id(u.Unknown).Add(codec("UnknownBranch")),
		jen.Func().Params(jen.Id(u.Unknown)).Id(u.Marker).Params().Block(),
	}
	return decls
}
