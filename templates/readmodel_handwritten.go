package templates

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
)

// handwrittenDecls declare the interface of a read model that people write, and the dispatch to it.
func handwrittenDecls(x *plan.Projection) []jen.Code {
	decls := []jen.Code{handlerInterface(x), projectionDecl(x)}
	if order := orderFunc(x); order != nil {
		decls = append(decls, order)
	}
	return append(decls, dispatchFact(x))
}

func txParam(tx *jen.Statement) jen.Code { return jen.Id("tx").Add(tx) }

// eventParam is the event of a handler in its envelope.
func eventParam(h *plan.Handler) jen.Code {
	return jen.Id("event").Add(rt("Envelope")).Types(ident(plan.Ident{Path: h.Event.Package.Path, Name: h.Event.Name}))
}

func handlerInterface(x *plan.Projection) jen.Code {
	name := x.Name + "Handler"
	doc := sentence(fmt.Sprintf("%s writes %s, in transactions of type T", name, x.Name), x.Model.Doc) +
		"\n\nMethods must be deterministic: what they write follows from the events alone. " +
		"An event that is added to the projection does not compile until it is handled here."
	methods := []jen.Code{
		comment("Tables lists the tables as readers know them. Each version of the projection has its own, which the transaction names.").Line().
			Id("Tables").Params().Index().String(),
		comment("Create makes the tables, empty.").Line().Id("Create").Params(ctxParam(), txParam(jen.Id("T"))).Error(),
	}
	for _, h := range x.Handlers {
		methods = append(methods, comment(sentence(h.Event.Name, h.Event.Model.Doc)).Line().
			Id(h.Event.Name).Params(ctxParam(), txParam(jen.Id("T")), eventParam(h)).Error())
	}
	return playing(doc, "projection").Line().Type().Id(name).Types(jen.Id("T").Any()).Interface(methods...)
}

// dispatchFact declares the function that hands a fact to the method that is made for it.
func dispatchFact(x *plan.Projection) jen.Code {
	name := "Apply" + x.Name
	var cases []jen.Code
	for _, h := range x.Handlers {
		cases = append(cases, jen.Case(ident(plan.Ident{Path: h.Event.Package.Path, Name: h.Event.Name})).Block(
			jen.Return(jen.Id("h").Dot(h.Event.Name).Call(jen.Id("ctx"), jen.Id("tx"), rt("Wrap").Call(jen.Id("f").Dot("Meta"), jen.Id("e")))),
		))
	}
	return comment(name+" hands f to the method of h that is made for it; other events mean nothing.").Line().
		Func().Id(name).Types(jen.Id("T").Any()).Params(
		ctxParam(), txParam(jen.Id("T")), jen.Id("h").Id(x.Name+"Handler").Types(jen.Id("T")), jen.Id("f").Op("*").Add(projection("Fact")),
	).Error().Block(
		jen.Switch(jen.Id("e").Op(":=").Id("f").Dot("Data").Assert(jen.Type())).Block(cases...),
		jen.Return(jen.Nil()),
	)
}

// handwritten declares a hand-written projection in one database.
func (d dialect) handwritten(x *plan.Projection) []jen.Code {
	handler := x.Name + "Handler"
	doc := sentence(fmt.Sprintf("%s is the projection that h writes in %s, for [projection.NewRunner]", x.Name, d.name), x.Model.Doc) +
		" No digest sees what h does: after a change, name another one by [projection.Projection.WithRevision]."
	apply := jen.Func().Params(ctxParam(), txParam(d.tx()), jen.Id("f").Op("*").Add(projection("Fact"))).Error().Block(
		jen.Return(read(x, "Apply"+x.Name).Call(jen.Id("ctx"), jen.Id("tx"), jen.Id("h"), jen.Id("f"))))
	made := d.made(apply)
	return []jen.Code{
		comment(fmt.Sprintf("%s writes %s in %s: see [%s.%s].", handler, x.Name, d.name, x.Package.Read().Name, handler)).Line().
			Type().Id(handler).Op("=").Add(read(x, handler)).Types(d.tx()),
		comment(doc).Line().Func().Id(x.Name).Params(jen.Id("h").Id(handler)).Add(projection("Projection")).Types(d.tx()).
			Block(jen.Return(read(x, x.Name).Types(d.tx()).Call(made))),
	}
}

// made is the handler of the database that calls hand-written code.
func (d dialect) made(apply jen.Code) *jen.Statement {
	tables, create := jen.Id("h").Dot("Tables").Call(), jen.Id("h").Dot("Create")
	return d.qual("Handwritten").Values(entries(
		jen.Id("Names").Op(":").Add(tables), jen.Id("Make").Op(":").Add(create), jen.Id("One").Op(":").Add(apply),
	)...)
}

// PostgreSQLStubs and SQLiteStubs are what people write by hand, one file a projection, written once.
func PostgreSQLStubs(p *plan.Package) []Unit { return postgres.stubs(p) }

// SQLiteStubs are those of [PostgreSQLStubs] for SQLite.
func SQLiteStubs(p *plan.Package) []Unit { return sqlite.stubs(p) }

func (d dialect) stubs(p *plan.Package) []Unit {
	var units []Unit
	for _, x := range p.Projections {
		if x.Model.Go {
			units = append(units, Unit{Name: x.File + ".go", Home: d.home(p), Decls: d.stub(x)})
		}
	}
	return units
}

// stub declares a handler in which everything is to be written.
func (d dialect) stub(x *plan.Projection) []jen.Code {
	handler, made := x.Name+"Handler", "New"+x.Name
	own := "written" + x.Name
	receiver := func() *jen.Statement { return jen.Func().Params(jen.Id(own)) }
	missing := func(method string) jen.Code {
		return jen.Return(jen.Op("&").Add(projection("NotWrittenError")).Values(jen.Id("Method").Op(":").Lit(x.Name + "." + method)))
	}
	decls := []jen.Code{
		comment(fmt.Sprintf("%s returns the handler of %s. This file is yours: evgen wrote it once and does not touch it again.", made, x.Name)).Line().
			Func().Id(made).Params().Id(handler).Block(jen.Return(jen.Id(own).Values())),
		comment(fmt.Sprintf("%s writes what %s shows.", own, x.Name)).Line().Type().Id(own).Struct(),
		receiver().Id("Tables").Params().Index().String().Block(jen.Return(jen.Index().String().Values(jen.Lit(x.Model.Table)))),
		comment("Create makes the tables: CREATE TABLE, with tx.Table of each name.").Line().
			Add(receiver()).Id("Create").Params(ctxParam(), txParam(d.tx())).Error().Block(missing("Create")),
	}
	for _, h := range x.Handlers {
		decls = append(decls, receiver().Id(h.Event.Name).Params(ctxParam(), txParam(d.tx()), eventParam(h)).Error().Block(missing(h.Event.Name)))
	}
	return decls
}
