package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
)

// heardEvent is the event of a process's method in its envelope.
func heardEvent(h *plan.Heard) jen.Code {
	return jen.Id("event").Add(rt("Envelope")).Types(eventType(h.Event))
}

func eventType(e *plan.Event) *jen.Statement {
	return ident(plan.Ident{Path: e.Package.Path, Name: e.Name})
}

// heardTypes lists the wire types of events.
func heardTypes(heard []*plan.Heard) jen.Code {
	var types []jen.Code
	for _, h := range heard {
		types = append(types, typeOf(h.Event))
	}
	return jen.Index().String().Values(entries(types...)...)
}

// dispatch hands a fact to a method of receiver, one case an event; args stand in front of the envelope.
func dispatch(receiver string, heard []*plan.Heard, args ...jen.Code) jen.Code {
	var cases []jen.Code
	for _, h := range heard {
		wrapped := rt("Wrap").Call(jen.Id("f").Dot("Meta"), jen.Id("e"))
		cases = append(cases, jen.Case(eventType(h.Event)).Block(
			jen.Return(jen.Id(receiver).Dot(h.Method).Call(append(append([]jen.Code{}, args...), wrapped)...)),
		))
	}
	return jen.Switch(jen.Id("e").Op(":=").Id("f").Dot("Data").Assert(jen.Type())).Block(cases...)
}

// stillRead says, in a file that handles events of the past, that it means to: their types are deprecated, for producers.
func stillRead(heard []*plan.Heard) []jen.Code {
	for _, h := range heard {
		if h.Event.Model.Retired {
			return []jen.Code{jen.Comment("//lint:file-ignore SA1019 what is retired is still read")}
		}
	}
	return nil
}

func delivery(name string) *jen.Statement { return jen.Qual(plan.DeliveryPath, name) }
