package templates

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
)

// Emissions declares what the reactions and sagas of a package emit: a type for each event, and the function that makes
// it of what names the stream.
func Emissions(p *plan.Package) []Unit {
	var decls []jen.Code
	for _, e := range p.Emissions {
		decls = append(decls, emissionType(e), emitFunc(e), expectingMethod(e))
		for _, em := range e.Of {
			decls = append(decls, opener(e, em))
		}
	}
	if len(decls) == 0 {
		return nil
	}
	return []Unit{{Name: "emissions.gen.go", Home: p.Process(), Decls: decls}}
}

func emissionType(e *plan.Emission) jen.Code {
	return comment(fmt.Sprintf("%s is a %s that is to be appended: see [%s].", e.Type, e.Event.Name, e.Emit)).Line().
		Type().Id(e.Type).Struct(
		jen.Id("stream").Add(rt("StreamID")),
		jen.Id("expect").Add(rt("Expect")),
		jen.Id("event").Add(eventType(e.Event)),
	)
}

// emitFunc declares the constructor. It takes what names the stream, unless the event does.
func emitFunc(e *plan.Emission) jen.Code {
	doc := fmt.Sprintf("%s emits event to the stream of its ordering key", e.Emit)
	stream := func(args ...jen.Code) *jen.Statement {
		return jen.Qual(e.Event.Package.Path, e.Event.Stream).Call(args...)
	}
	var params []jen.Code
	var to jen.Code
	switch a := e.Event.Aggregate(); {
	case a != nil:
		doc = fmt.Sprintf("%s emits event to the stream of one %s", e.Emit, a.Name)
		params, to = []jen.Code{jen.Id("id").Add(goType(a.ID))}, jen.Qual(a.Package.Path, a.Stream).Call(jen.Id("id"))
	case e.Event.Stream != "":
		to = stream(jen.Id("event"))
	default:
		doc = fmt.Sprintf("%s emits event to a stream", e.Emit)
		params, to = []jen.Code{jen.Id("stream").Add(rt("StreamID"))}, jen.Id("stream")
	}
	return comment(sentence(doc, e.Event.Model.Doc)).Line().
		Func().Id(e.Emit).Params(append(params, jen.Id("event").Add(eventType(e.Event)))...).Id(e.Type).
		Block(jen.Return(jen.Id(e.Type).Values(jen.Id("stream").Op(":").Add(to), jen.Id("event").Op(":").Id("event"))))
}

func expectingMethod(e *plan.Emission) jen.Code {
	return comment("Expecting returns e under a condition on its stream; without one any state will do.").Line().
		Func().Params(jen.Id("e").Id(e.Type)).Id("Expecting").Params(jen.Id("expect").Add(rt("Expect"))).Id(e.Type).
		Block(jen.Id("e").Dot("expect").Op("=").Id("expect"), jen.Return(jen.Id("e")))
}

// opener declares the method by which the runtime gets at an emission, and by which the emission is one of that process.
func opener(e *plan.Emission, em *plan.Emitter) jen.Code {
	made := jen.Qual(em.Path, "Emission")
	return jen.Func().Params(jen.Id("e").Id(e.Type)).Id(em.Opener).Params().Add(made).
		Block(jen.Return(made.Clone().Values(
			jen.Id("Stream").Op(":").Id("e").Dot("stream"), jen.Id("Expect").Op(":").Id("e").Dot("expect"), jen.Id("Event").Op(":").Id("e").Dot("event"),
		)))
}

// emissionInterface declares what a process emits.
func emissionInterface(em *plan.Emitter) jen.Code {
	doc := fmt.Sprintf("%s is an event that %s emits", em.Type, em.Name)
	switch len(em.Emits) {
	case 0:
		doc += ": there is none."
	case 1:
		doc += fmt.Sprintf(", made by [%s].", em.Emits[0].Emit)
	default:
		doc += ", made by one of"
		for _, e := range em.Emits {
			doc += fmt.Sprintf(" [%s],", e.Emit)
		}
		doc = doc[:len(doc)-1] + "."
	}
	return comment(doc).Line().Type().Id(em.Type).Interface(jen.Id(em.Opener).Params().Qual(em.Path, "Emission"))
}
