package templates

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
)

// Stubs declares what people write by hand: one function for each upcast that the schema marks `go: true`.
// Until a stub is replaced it returns an error, and the generated tests fail.
func Stubs(name string, customs []*plan.Custom) Unit {
	unit := Unit{Name: name}
	for _, c := range customs {
		unit.Decls = append(unit.Decls, stub(c))
	}
	return unit
}

func stub(c *plan.Custom) jen.Code {
	result := jen.Index().Add(rt("Event"))
	if c.New != nil {
		result = goType(c.New)
	}
	doc := fmt.Sprintf("%s upcasts %s. It must be pure: equal input gives equal output, without a clock, randomness or calls to services.", c.Func, c.What)
	return comment(doc).Line().Func().Id(c.Func).
		Params(jen.Id("m").Op("*").Add(rt("Meta")), jen.Id("old").Add(ident(c.Old))).
		Params(jen.Id("value").Add(result), jen.Err().Error()).
		Block(jen.Return(jen.Id("value"), jen.Op("&").Add(up("NotWrittenError")).Values(jen.Id("Func").Op(":").Lit(c.Func))))
}
