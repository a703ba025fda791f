package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
)

// goType writes a planned type.
func goType(t *plan.Type) *jen.Statement {
	switch t.Form {
	case plan.Pointer:
		return jen.Op("*").Add(goType(t.Elem))
	case plan.Slice:
		return jen.Index().Add(goType(t.Elem))
	case plan.Map:
		return jen.Map(jen.String()).Add(goType(t.Elem))
	case plan.Generic:
		return ident(t.Ident).Types(goType(t.Elem))
	default:
		return ident(t.Ident)
	}
}

// ident writes an identifier, with the import that it needs.
func ident(id plan.Ident) *jen.Statement {
	if id.Path == "" {
		return jen.Id(id.Name)
	}
	return jen.Qual(id.Path, id.Name)
}

func rt(name string) *jen.Statement    { return jen.Qual(plan.RuntimePath, name) }
func codec(name string) *jen.Statement { return jen.Qual(plan.CodecPath, name) }
