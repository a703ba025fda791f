package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
)

// Compat declares the test that runs in the user's own `go test`: what was ever stored can still be read.
func Compat(p *plan.Package) []Unit {
	if len(p.Events) == 0 {
		return nil
	}
	test := comment("TestCompatibility reads a sample of every stored version with the code of today.").Line().
		Func().Id("TestCompatibility").Params(jen.Id("t").Op("*").Qual("testing", "T")).Block(
		jen.Qual(plan.CompatPath, "Run").Call(
			jen.Id("t"), jen.Qual(p.Path, "Schema").Call(), jen.Op("&").Qual(p.Path, "Codec"), jen.Qual("os", "DirFS").Call(jen.Lit("testdata")),
		),
	)
	return []Unit{{Name: "compat_gen_test.go", Decls: []jen.Code{test}, Test: true}}
}
