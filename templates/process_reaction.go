package templates

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
)

// Reactions declares the typed reactions of a package, one file each.
func Reactions(p *plan.Package) []Unit {
	var units []Unit
	for _, r := range p.Reactions {
		units = append(units, Unit{Name: r.File, Home: p.Process(), Decls: append(stillRead(r.On),
			reactionInterface(r), emissionInterface(r.Emitter), newReaction(r), reactFunc(r),
		)})
	}
	return units
}

func reactionInterface(r *plan.Reaction) jen.Code {
	doc := sentence(fmt.Sprintf("%s says what follows from events", r.Interface), r.Model.Doc) +
		"\n\nMethods must be deterministic: the same event leads to the same emissions. An error makes the event a dead letter, " +
		"which is tried again. An event that is added to the reaction does not compile until it is handled here."
	var methods []jen.Code
	for _, h := range r.On {
		methods = append(methods, comment(sentence(h.Method, h.Event.Model.Doc)).Line().
			Id(h.Method).Params(ctxParam(), heardEvent(h)).Params(jen.Index().Id(r.Type), jen.Error()))
	}
	return playing(doc, "reaction").Line().Type().Id(r.Interface).Interface(methods...)
}

func newReaction(r *plan.Reaction) jen.Code {
	doc := sentence(fmt.Sprintf("%s returns the reaction %s, for [projection.NewRunner]", r.New, r.Model.Name), r.Model.Doc) +
		" What it emits is appended by appendIn in the transaction that notes the event as done: see [reaction.New]."
	return comment(doc).Line().Func().Id(r.New).Types(jen.Id("T").Any()).Params(
		jen.Id("r").Id(r.Interface), jen.Id("appendIn").Add(reaction("AppendIn")).Types(jen.Id("T")), jen.Id("opts").Op("...").Add(reaction("Option")),
	).Add(projection("Projection")).Types(jen.Id("T")).Block(
		jen.Id("handle").Op(":=").Add(reaction("Typed")).Call(jen.Id("r"), jen.Id(reactName(r)), jen.Id(r.Type).Dot(r.Opener)),
		jen.Return(reaction("New").Call(jen.Lit(r.ID), heardTypes(r.On), jen.Id("appendIn"), jen.Id("handle"), jen.Id("opts").Op("..."))),
	)
}

func reactName(r *plan.Reaction) string { return "react" + r.Name }

// reactFunc declares the function that hands a fact to the method that is made for it.
func reactFunc(r *plan.Reaction) jen.Code {
	return jen.Func().Id(reactName(r)).Params(ctxParam(), jen.Id("r").Id(r.Interface), param.Clone()).
		Params(jen.Index().Id(r.Type), jen.Error()).
		Block(dispatch("r", r.On, jen.Id("ctx")), jen.Return(jen.Nil(), jen.Nil()))
}

func reaction(name string) *jen.Statement { return jen.Qual(plan.ReactionPath, name) }
