package templates

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// Codec declares the table from which the runtime reads and writes JSON, and the methods that call it.
// It is the only generated file that imports unsafe.
func Codec(p *plan.Package) []Unit {
	t := p.Codec()
	if len(t.Entries) == 0 {
		return nil
	}
	w := &tableWriter{pkg: p, table: t}
	decls := []jen.Code{
		comment("This table is in a format that the codec still reads.").Line().Const().Id("_").Op("=").Add(codec("DescriptorV1")),
		w.constants(), w.declare(),
	}
	for _, e := range t.Entries {
		if literal := w.described(e); literal != nil {
			decls = append(decls, jen.Var().Id(descriptor(e)).Op("=").Add(literal))
		}
	}
	for _, s := range p.Structs {
		decls = append(decls, jsonMethods(s)...)
	}
	return file("codec.gen.go", decls)
}

// tableWriter writes the table of one package.
type tableWriter struct {
	pkg   *plan.Package
	table *plan.Table
}

// constants number the entries.
func (w *tableWriter) constants() jen.Code {
	var defs []jen.Code
	for i, e := range w.table.Entries {
		def := jen.Id(e.Name)
		if i == 0 {
			def.Op("=").Add(codec("First")).Op("+").Iota()
		}
		defs = append(defs, def)
	}
	return jen.Const().Defs(defs...)
}

func (w *tableWriter) declare() jen.Code {
	var entriesOf []jen.Code
	for _, e := range w.table.Entries {
		entriesOf = append(entriesOf, jen.Id(e.Name).Op(":").Add(w.entry(e)))
	}
	return comment("Codec describes the types of this package to the runtime.").Line().Var().Id("Codec").Op("=").Add(codec("Table")).Values(entries(
		jen.Id("Package").Op(":").Lit(w.pkg.Name),
		jen.Id("Types").Op(":").Index().Add(codec("Type")).Values(entries(entriesOf...)...),
	)...)
}

// entry refers to a descriptor, or is one where it fits on a line.
func (w *tableWriter) entry(e *plan.Entry) jen.Code {
	switch {
	case e.Shape != nil:
		return w.shapeEntry(e.Shape)
	case e.Sum != nil:
		return sumEntry(e.Sum)
	case e.Import != nil:
		return jen.Op("&").Add(codec("Import")).Values(
			jen.Id("Table").Op(":").Op("&").Qual(e.Import.Path, "Codec"), jen.Id("Name").Op(":").Lit(e.Import.Name),
		)
	case e.Decimal:
		return jen.Op("&").Qual(plan.DecimalPath, "Codec")
	default:
		return jen.Op("&").Id(descriptor(e))
	}
}

// descriptor is the variable that describes a struct, an enum or a union.
func descriptor(e *plan.Entry) string { return "describe" + strings.TrimPrefix(e.Name, "codec") }

// described is the descriptor of a struct, an enum or a union; nil for all else.
func (w *tableWriter) described(e *plan.Entry) jen.Code {
	switch {
	case e.Struct != nil:
		return w.structEntry(e.Struct)
	case e.Enum != nil:
		return enumEntry(e.Enum)
	case e.Union != nil:
		return w.unionEntry(e.Union)
	default:
		return nil
	}
}

// unknownPolicies are the codec's names of the policies for unknown fields; skipping needs none.
var unknownPolicies = map[model.Unknown]string{model.UnknownKeep: "KeepUnknown", model.UnknownReject: "RejectUnknown"}

func (w *tableWriter) structEntry(s *plan.Struct) jen.Code {
	members := []jen.Code{
		jen.Id("Name").Op(":").Lit(s.Name),
		jen.Id("Size").Op(":").Qual("unsafe", "Sizeof").Call(jen.Id(s.Name).Values()),
	}
	if s.Event == nil {
		members = append(members, memory(s.Name))
	}
	if policy, ok := unknownPolicies[s.Model.Unknown]; ok {
		members = append(members, jen.Id("Unknown").Op(":").Add(codec(policy)))
	}
	if s.Model.Unknown == model.UnknownKeep {
		members = append(members, jen.Id("Keep").Op(":").Add(offset(s.Name, "Unknown")))
	}
	if len(s.Fields) > 0 {
		var fields []jen.Code
		for _, f := range s.Fields {
			fields = append(fields, jen.Values(w.field(s, f)...))
		}
		members = append(members, jen.Id("Fields").Op(":").Index().Add(codec("Field")).Values(entries(fields...)...))
	}
	return codec("Struct").Values(entries(members...)...)
}

func memory(name string) jen.Code {
	return jen.Id("Memory").Op(":").Add(codec("Of")).Types(jen.Id(name)).Values()
}

func offset(structName, field string) *jen.Statement {
	return jen.Qual("unsafe", "Offsetof").Call(jen.Id(structName).Values().Dot(field))
}

func (w *tableWriter) field(s *plan.Struct, f *plan.Field) []jen.Code {
	members := []jen.Code{
		jen.Id("Name").Op(":").Lit(f.Model.JSON),
		jen.Id("Offset").Op(":").Add(offset(s.Name, f.Name)),
		jen.Id("Type").Op(":").Add(ident(w.table.ID(w.pkg, f.Model.Type, f.Model.Each))),
	}
	if name := presence(f.Model); name != "" {
		members = append(members, jen.Id("Presence").Op(":").Add(codec(name)))
	}
	if list := checks(f.Model.Type, f.Model.Limits); len(list) > 0 {
		members = append(members, checkList(list))
	}
	if f.Model.Sensitive {
		members = append(members, jen.Id("Sensitive").Op(":").True())
	}
	return members
}

func checkList(list []jen.Code) jen.Code {
	return jen.Id("Checks").Op(":").Index().Add(codec("Check")).Values(list...)
}

// presence is the codec's name of how a field may be missing; "" for a required one.
func presence(f *model.Field) string {
	switch {
	case f.Optional && f.Type.Nullable:
		return "MaybeNull"
	case f.Optional:
		return "Optional"
	case f.Type.Nullable:
		return "Nullable"
	default:
		return ""
	}
}

// shapeEntries are the codec's names of composite shapes.
var shapeEntries = map[model.Kind]string{model.List: "List", model.Map: "Map", model.OneOrMany: "OneOrManyOf"}

func (w *tableWriter) shapeEntry(s *plan.Shape) jen.Code {
	members := []jen.Code{jen.Id("Type").Op(":").Add(ident(w.table.ID(w.pkg, s.Elem, nil)))}
	if s.Elem.Nullable {
		members = append(members, jen.Id("Presence").Op(":").Add(codec("Nullable")))
	}
	if list := checks(s.Elem, s.Each); len(list) > 0 {
		members = append(members, checkList(list))
	}
	return jen.Op("&").Add(codec(shapeEntries[s.Kind])).Values(jen.Id("Elem").Op(":").Add(codec("Elem")).Values(members...))
}

func enumEntry(e *plan.Enum) jen.Code {
	members := []jen.Code{jen.Id("Name").Op(":").Lit(e.Name)}
	if e.Model.Kind == model.String {
		members = append(members, jen.Id("Strings").Op(":").Index().String().Values(enumLiterals(e)...))
	} else {
		members = append(members, jen.Id("Ints").Op(":").Index().Int64().Values(enumLiterals(e)...))
	}
	if e.Model.Closed {
		members = append(members, jen.Id("Closed").Op(":").True())
	}
	return codec("Enum").Values(members...)
}

func enumLiterals(e *plan.Enum) []jen.Code {
	var out []jen.Code
	for _, v := range e.Values {
		out = append(out, enumLiteral(e.Model, v.Model))
	}
	return out
}

func (w *tableWriter) unionEntry(u *plan.Union) jen.Code {
	var prototypes, branches []jen.Code
	for _, b := range u.Branches {
		prototypes = append(prototypes, ident(plan.Ident{Path: b.Struct.Package.Path, Name: b.Struct.Name}).Values())
		branches = append(branches, jen.Values(
			jen.Id("Tag").Op(":").Lit(b.Model.Tag), jen.Id("Type").Op(":").Add(ident(w.table.StructID(w.pkg, b.Struct))),
		))
	}
	prototypes = append(prototypes, jen.Id(u.Unknown).Values())
	return codec("Union").Values(entries(
		jen.Id("Name").Op(":").Lit(u.Name), jen.Id("Tag").Op(":").Lit(u.Model.Tag), memory(u.Name),
		jen.Id("Prototypes").Op(":").Add(codec("Prototypes")).Types(jen.Id(u.Name)).Values(prototypes...),
		jen.Id("Branches").Op(":").Index().Add(codec("Branch")).Values(branches...),
	)...)
}

func sumEntry(s *plan.Sum) jen.Code {
	allow := jen.Null()
	for i, a := range s.Alts {
		if i > 0 {
			allow.Op("|")
		}
		allow.Add(codec("Allow" + a.Name))
	}
	return jen.Op("&").Add(codec("ScalarSum")).Values(jen.Id("Name").Op(":").Lit(s.Name), jen.Id("Allow").Op(":").Add(allow))
}

// jsonMethods are the four calls into the codec that every struct has; Validate stands in a file of its own.
func jsonMethods(s *plan.Struct) []jen.Code {
	pointer := jen.Qual("unsafe", "Pointer")
	return []jen.Code{
		comment("AppendJSON appends the JSON of v to dst. It allocates nothing but the room that dst lacks.").Line().
			Func().Params(jen.Id("v").Id(s.Name)).Id("AppendJSON").Params(jen.Id("dst").Index().Byte()).Params(jen.Index().Byte(), jen.Error()).
			Block(jen.Return(jen.Id("Codec").Dot("Append").Call(jen.Id("dst"), jen.Id(s.Constant()), pointer.Clone().Call(jen.Op("&").Id("v"))))),
		comment("MarshalJSON implements [json.Marshaler].").Line().
			Func().Params(jen.Id("v").Id(s.Name)).Id("MarshalJSON").Params().Params(jen.Index().Byte(), jen.Error()).
			Block(jen.Return(jen.Id("Codec").Dot("Marshal").Call(jen.Id(s.Constant()), pointer.Clone().Call(jen.Op("&").Id("v"))))),
		comment(fmt.Sprintf("UnmarshalJSON replaces v by the %s in data; its errors are of type [*codec.Error].", s.Name)).Line().
			Func().Params(jen.Id("v").Op("*").Id(s.Name)).Id("UnmarshalJSON").Params(jen.Id("data").Index().Byte()).Error().
			Block(jen.Return(jen.Id("Codec").Dot("Decode").Call(jen.Id("data"), jen.Id(s.Constant()), pointer.Clone().Call(jen.Id("v"))))),
	}
}
