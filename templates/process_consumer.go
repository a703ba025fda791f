package templates

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
)

// Consumers declares the typed consumers of a package, one file each: that of all its events, and those that the
// schema names.
func Consumers(p *plan.Package) []Unit {
	var units []Unit
	for _, c := range p.Consumers {
		units = append(units, Unit{Name: c.File, Home: p.Process(), Decls: append(stillRead(c.Reads), consumerInterface(c), newConsumer(c), consumerApply(c))})
	}
	return units
}

func consumerInterface(c *plan.Consumer) jen.Code {
	doc := fmt.Sprintf("%s gives every event of package %s its effect, in transactions of type T.", c.Handler, c.Package.Name)
	added := "added to the schema"
	if c.Model != nil {
		doc = sentence(fmt.Sprintf("%s gives the events that %s reads their effect, in transactions of type T", c.Handler, c.Model.Name), c.Model.Doc)
		added = "added to the consumer"
	}
	doc += "\n\nWhat a method writes with tx takes place once; what it does elsewhere may be done again after a failure. " +
		"An event that is " + added + " does not compile until it is handled here. " +
		"A handler with tables of its own is a [delivery.TableMaker] as well."
	var methods []jen.Code
	if c.Sealed() {
		doc += " What it writes of sealed fields it removes when their subject is erased: see [delivery.Consumer.Forget]."
		methods = append(methods, delivery("Forgetter").Types(jen.Id("T")))
	}
	for _, h := range c.Reads {
		methods = append(methods, comment(sentence(h.Method, h.Event.Model.Doc)).Line().
			Id(h.Method).Params(ctxParam(), txParam(jen.Id("T")), heardEvent(h)).Error())
	}
	return playing(doc, "consumer").Line().Type().Id(c.Handler).Types(jen.Id("T").Any()).Interface(methods...)
}

// newConsumer declares the constructor. The consumer of all events has the name that its user gives it.
func newConsumer(c *plan.Consumer) jen.Code {
	id, name := jen.Id("name"), []jen.Code{jen.Id("name").String()}
	doc := fmt.Sprintf("%s returns a consumer of all events of package %s, which keeps its progress under name.", c.New, c.Package.Name)
	if c.Model != nil {
		id, name = jen.Lit(c.ID), nil
		doc = sentence(fmt.Sprintf("%s returns the consumer %s", c.New, c.Model.Name), c.Model.Doc)
	}
	doc += " The registry must know every event that source delivers, whether it is handled or not. For the errors see [delivery.NewConsumer]."
	params := append(name,
		jen.Id("source").Add(delivery("Source")), jen.Id("db").Add(projection("Database")).Types(jen.Id("T")),
		jen.Id("registry").Op("*").Add(rt("Registry")), jen.Id("handler").Id(c.Handler).Types(jen.Id("T")),
		jen.Id("opts").Op("...").Add(delivery("Option")))
	made := projection("Projection").Types(jen.Id("T")).Values(entries(
		jen.Id("ID").Op(":").Add(id),
		jen.Id("Types").Op(":").Add(heardTypes(c.Reads)),
		jen.Id("Handler").Op(":").Add(delivery("Each").Call(jen.Id("handler"), jen.Id(applyName(c)).Types(jen.Id("T")))),
	)...)
	return comment(doc).Line().Func().Id(c.New).Types(jen.Id("T").Any()).Params(params...).
		Params(jen.Op("*").Add(delivery("Consumer")).Types(jen.Id("T")), jen.Error()).
		Block(jen.Return(delivery("NewConsumer").Call(jen.Id("source"), jen.Id("db"), jen.Id("registry"), made, jen.Id("opts").Op("..."))))
}

func applyName(c *plan.Consumer) string { return "apply" + c.Name }

// consumerApply declares the function that hands a fact to the method that is made for it.
func consumerApply(c *plan.Consumer) jen.Code {
	return jen.Func().Id(applyName(c)).Types(jen.Id("T").Any()).Params(
		ctxParam(), txParam(jen.Id("T")), jen.Id("handler").Id(c.Handler).Types(jen.Id("T")), param.Clone(),
	).Error().Block(
		dispatch("handler", c.Reads, jen.Id("ctx"), jen.Id("tx")),
		jen.Return(jen.Nil()),
	)
}
