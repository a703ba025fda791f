package templates

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
)

// Evolve declares, for each aggregate, the interface that folds its events and the dispatch to it.
func Evolve(p *plan.Package) []Unit {
	var units []Unit
	for _, a := range p.Aggregates {
		if len(a.Events) > 0 {
			units = append(units, Unit{Name: a.File, Decls: []jen.Code{evolverDecl(a), aggregateDecl(a), dispatchDecl(a)}})
		}
	}
	return units
}

func evolverDecl(a *plan.Aggregate) jen.Code {
	doc := fmt.Sprintf("%s folds the events of one %s into a state S, one method an event. "+
		"An event that is added to the schema does not compile until it is handled here.", a.Evolver, a.Model.Name)
	var methods []jen.Code
	for _, e := range a.Events {
		methods = append(methods, comment(sentence(e.Name, e.Model.Doc)).Line().
			Id(e.Name).Params(jen.Id("state").Id("S"), jen.Id("event").Add(rt("Envelope")).Types(jen.Id(e.Name))).Id("S"))
	}
	return playing(doc, "evolver").Line().Type().Id(a.Evolver).Types(jen.Id("S").Any()).Interface(methods...)
}

func aggregateDecl(a *plan.Aggregate) jen.Code {
	name := a.Name + "Aggregate"
	event := rt("Envelope").Types(rt("Event"))
	return comment(name + " makes an aggregate of evolver, for [runtime.NewRepository].").Line().
		Func().Id(name).Types(jen.Id("S").Any()).Params(jen.Id("evolver").Id(a.Evolver).Types(jen.Id("S"))).Add(rt("Aggregate")).Types(jen.Id("S")).
		Block(jen.Return(rt("Aggregate").Types(jen.Id("S")).Values(entries(
			jen.Id("Category").Op(":").Id("Category"+a.Name),
			jen.Id("Decoder").Op(":").Op("&").Id("schema"),
			jen.Id("Digest").Op(":").Lit(aggregateDigest(a)),
			jen.Id("Evolve").Op(":").Func().Params(jen.Id("state").Id("S"), jen.Id("event").Add(event)).Params(jen.Id("S"), jen.Error()).Block(
				jen.Return(jen.Id("Evolve"+a.Name).Call(jen.Id("evolver"), jen.Id("state"), jen.Id("event"))),
			),
		)...)))
}

// aggregateDigest changes whenever the shape of an event that the aggregate folds does.
func aggregateDigest(a *plan.Aggregate) string {
	var digests []string
	for _, e := range a.Events {
		digests = append(digests, e.Latest.Digest)
	}
	return plan.JoinDigests(strings.Join(digests, " "))
}

func dispatchDecl(a *plan.Aggregate) jen.Code {
	name := "Evolve" + a.Name
	var cases []jen.Code
	for _, e := range a.Events {
		cases = append(cases, jen.Case(jen.Id(e.Name)).Block(
			jen.Return(jen.Id("evolver").Dot(e.Name).Call(jen.Id("state"), rt("Wrap").Call(jen.Id("event").Dot("Meta"), jen.Id("data"))), jen.Nil()),
		))
	}
	return comment(name+" hands event to the method of evolver that is made for it.").Line().
		Func().Id(name).Types(jen.Id("S").Any()).
		Params(jen.Id("evolver").Id(a.Evolver).Types(jen.Id("S")), jen.Id("state").Id("S"), jen.Id("event").Add(rt("Envelope")).Types(rt("Event"))).
		Params(jen.Id("S"), jen.Error()).
		Block(
			jen.Switch(jen.Id("data").Op(":=").Id("event").Dot("Data").Assert(jen.Type())).Block(cases...),
			jen.Return(jen.Id("state"), jen.Op("&").Add(rt("UnexpectedEventError")).Values(jen.Dict{
				jen.Id("Meta"): jen.Id("event").Dot("Meta"), jen.Id("Event"): jen.Id("event").Dot("Data"),
			})),
		)
}
