package templates

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
)

// Seal declares which fields of events are sealed, and says so on the structs of those events.
func Seal(p *plan.Package) []Unit {
	t := p.Seals()
	if t == nil {
		return nil
	}
	var decls []jen.Code
	for _, s := range p.Structs {
		if root, ok := t.Root(s); ok {
			decls = append(decls, sealsMethod(s), sealsVar(s, root))
		}
	}
	var shapes []jen.Code
	for _, s := range t.Shapes {
		shapes = append(shapes, jen.Values(sealShape(s)...))
	}
	table := comment("sealShapes are the objects in which sealed fields are; they refer to each other by index.").Line().
		Var().Id("sealShapes").Op("=").Index().Add(rt("SealShape")).Values(entries(shapes...)...)
	return file("seal.gen.go", append(decls, table))
}

// sealsName is the variable that says where the sealed fields of an event's version are.
func sealsName(s *plan.Struct) string { return "sealsOf" + s.Name }

func sealsMethod(s *plan.Struct) jen.Code {
	return comment("Seals implements [runtime.Sealable].").Line().
		Func().Params(jen.Id(s.Name)).Id("Seals").Params().Op("*").Add(rt("Seals")).Block(jen.Return(jen.Op("&").Id(sealsName(s))))
}

func sealsVar(s *plan.Struct, root int) jen.Code {
	return jen.Var().Id(sealsName(s)).Op("=").Add(rt("Seals")).Values(jen.Id("Shapes").Op(":").Id("sealShapes"), jen.Id("Root").Op(":").Lit(root))
}

func sealShape(s *plan.SealShape) []jen.Code {
	if s.Tag != "" {
		var branches []jen.Code
		for _, b := range s.Branches {
			branches = append(branches, jen.Values(jen.Id("Tag").Op(":").Lit(b.Tag), jen.Id("Shape").Op(":").Lit(b.Shape)))
		}
		return []jen.Code{
			jen.Id("Tag").Op(":").Lit(s.Tag), jen.Id("Branches").Op(":").Index().Add(rt("SealBranch")).Values(branches...),
		}
	}
	var fields []jen.Code
	for i := range s.Fields {
		fields = append(fields, jen.Values(sealField(&s.Fields[i])...))
	}
	return []jen.Code{jen.Id("Fields").Op(":").Index().Add(rt("SealField")).Values(entries(fields...)...)}
}

func sealField(f *plan.SealField) []jen.Code {
	members := []jen.Code{jen.Id("Name").Op(":").Lit(f.Model.JSON)}
	if len(f.Subject) > 0 {
		members = append(members, jen.Id("Subject").Op(":").Index().String().Values(literals(f.Subject)...))
	}
	if f.Model.OfStream {
		members = append(members, jen.Id("OfStream").Op(":").True())
	}
	if f.Erased != "" {
		members = append(members, jen.Id("Erased").Op(":").Add(jsonLiteral(f.Erased)))
	}
	if f.Around != "" {
		members = append(members, jen.Id("Around").Op(":").Lit(f.Around))
	}
	if f.Inner > 0 {
		members = append(members, jen.Id("Inner").Op(":").Lit(f.Inner))
	}
	return members
}

// jsonLiteral writes JSON between back-quotes where it can be read so.
func jsonLiteral(text string) jen.Code {
	if fmt.Sprintf("%#q", text)[0] == '`' {
		return jen.Op(fmt.Sprintf("%#q", text))
	}
	return jen.Lit(text)
}
