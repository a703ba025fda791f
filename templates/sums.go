package templates

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// sumGo is the Go type of each alternative of a choice of scalars.
var sumGo = map[model.Kind]func() *jen.Statement{
	model.String: jen.String, model.Bool: jen.Bool, model.Int64: jen.Int64, model.Float64: jen.Float64,
}

// sumDecl declares the type of a choice of scalars, with a constructor and an accessor for each alternative.
func sumDecl(s *plan.Sum) []jen.Code {
	var names []string
	for _, a := range s.Alts {
		names = append(names, strings.ToLower(a.Name))
	}
	doc := fmt.Sprintf("%s holds a %s. The zero value holds nothing and cannot be written.", s.Name, strings.Join(names, " or a "))
	decls := []jen.Code{comment(doc).Line().Type().Id(s.Name).Add(codec("Scalar"))}
	for _, a := range s.Alts {
		decls = append(decls, sumConstructor(s, a), sumAccessor(s, a))
	}
	return decls
}

// sumConstructor is `func StringOrInt64OfString(v string) StringOrInt64`.
func sumConstructor(s *plan.Sum, a plan.SumAlt) jen.Code {
	name := s.Name + "Of" + a.Name
	return comment(fmt.Sprintf("%s returns a %s that holds v.", name, s.Name)).Line().
		Func().Id(name).Params(jen.Id("v").Add(sumGo[a.Kind]())).Id(s.Name).
		Block(jen.Return(jen.Id(s.Name).Call(codec("ScalarOf" + a.Name).Call(jen.Id("v")))))
}

// sumAccessor is `func (v StringOrInt64) AsString() (string, bool)`.
func sumAccessor(s *plan.Sum, a plan.SumAlt) jen.Code {
	name := "As" + a.Name
	return comment(fmt.Sprintf("%s returns the %s, and whether v holds one.", name, strings.ToLower(a.Name))).Line().
		Func().Params(jen.Id("v").Id(s.Name)).Id(name).Params().Params(sumGo[a.Kind](), jen.Bool()).
		Block(jen.Return(codec("Scalar").Call(jen.Id("v")).Dot(name).Call()))
}
