package templates

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// Downcast declares one function for each step back that exists: from a version to the one before.
func Downcast(p *plan.Package) []Unit {
	var decls []jen.Code
	for _, t := range p.Model.Types {
		for i, v := range t.Versions[1:] {
			if p.DownOf(v) != nil {
				decls = append(decls, typeBack(p, v, t.Versions[i]))
			}
		}
	}
	for _, e := range p.Events {
		for i, v := range e.Stored()[1:] {
			if v.Down == nil {
				decls = append(decls, noWayBack(v, e.Versions[i]))
				continue
			}
			decls = append(decls, eventBack(p, v, e.Versions[i])...)
		}
	}
	return file("downcast.gen.go", decls)
}

// eventBack writes `func DowncastMemoryCreatedV2(event) MemoryCreatedV1` and its untyped form for the schema.
func eventBack(p *plan.Package, v, old *plan.EventVersion) []jen.Code {
	w := &stepWriter{pkg: p, from: "event"}
	name := "Downcast" + v.Struct.Name
	doc := fmt.Sprintf("%s writes a %s for readers of version %d.%s", name, v.Event.Name, old.Model.Number, losses(v))
	value := w.composite(old.Struct, w.rules(v.Down.Rules), v.Struct)
	param := jen.Id("event")
	if !w.needOld {
		param = jen.Id("_")
	}
	return []jen.Code{
		comment(doc).Line().Func().Id(name).Params(param.Id(v.Struct.Name)).Id(old.Struct.Name).Block(jen.Return(value)),
		jen.Func().Id("downcast" + v.Struct.Name).Params(jen.Id("event").Add(rt("Event"))).Add(rt("Event")).
			Block(jen.Return(jen.Id(name).Call(jen.Id("event").Assert(jen.Id(v.Struct.Name))))),
	}
}

// noWayBack says which rules cannot be inverted.
func noWayBack(v, old *plan.EventVersion) jen.Code {
	text := fmt.Sprintf("There is no downcast of %s from version %d to %d:", v.Event.Name, v.Model.Number, old.Model.Number)
	for _, b := range v.Blocks {
		text += fmt.Sprintf("\n%s: %s.", cmp.Or(b.Field, "all"), b.Why)
	}
	return comment(text)
}

// losses names what the older version has no place for.
func losses(v *plan.EventVersion) string {
	var texts []string
	for _, l := range v.Down.Losses {
		texts = append(texts, strings.TrimSpace(l.Field+" "+l.What))
	}
	if len(texts) == 0 {
		return ""
	}
	return " Of the newer version " + strings.Join(texts, "; ") + "."
}

// typeBack writes `func DowncastSourceV2(value) SourceV1`.
func typeBack(p *plan.Package, v, old *model.TypeVersion) jen.Code {
	from, to := p.ValueType(named(v)), p.ValueType(named(old))
	w := &stepWriter{pkg: p, from: "value"}
	body, param := w.backBody(v, old), jen.Id("value")
	if !w.needOld {
		param = jen.Id("_")
	}
	name := p.Downcast(from.Ident).Name
	return comment(fmt.Sprintf("%s writes a %s for readers of version %d.", name, v.Type.Name, old.Number)).Line().
		Func().Id(name).Params(param.Add(goType(from))).Add(goType(to)).Block(body...)
}

func (w *stepWriter) backBody(v, old *model.TypeVersion) []jen.Code {
	down := w.pkg.DownOf(v)
	switch shape := old.Shape.(type) {
	case *model.Struct:
		return []jen.Code{jen.Return(w.composite(w.pkg.StructOf(shape), w.rules(down.Rules), w.pkg.StructOf(v.Shape.(*model.Struct))))}
	case *model.Enum:
		w.needOld = true
		keep := jen.Return(goType(w.pkg.ValueType(named(old))).Call(jen.Id("value")))
		if len(down.Enum) == 0 {
			return []jen.Code{keep}
		}
		return []jen.Code{jen.Switch(jen.Id("value")).Block(w.enumCases(down.Enum, named(v), named(old))...), keep}
	default:
		w.needOld = true
		return w.unionBack(v.Shape.(*model.Union), shape.(*model.Union))
	}
}

// unionBack takes each branch back to the branch of its tag.
func (w *stepWriter) unionBack(next, old *model.Union) []jen.Code {
	var cases []jen.Code
	for _, b := range next.Branches {
		for _, o := range old.Branches {
			if o.Tag == b.Tag {
				c := w.toVersion(b.Type, o.Type)
				cases = append(cases, jen.Case(goType(w.pkg.ValueType(named(b.Type)))).Block(jen.Return(c.apply(jen.Id("value")))))
			}
		}
	}
	from, to := w.pkg.UnionOf(next), w.pkg.UnionOf(old)
	cases = append(cases, jen.Case(jen.Id(from.Unknown)).Block(jen.Return(jen.Id(to.Unknown).Call(jen.Id("value")))))
	return []jen.Code{
		jen.Switch(jen.Id("value").Op(":=").Id("value").Assert(jen.Type())).Block(cases...),
		jen.Return(jen.Nil()),
	}
}
