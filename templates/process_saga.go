package templates

import (
	"fmt"
	"strings"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// Sagas declares the typed sagas of a package, one file each.
func Sagas(p *plan.Package) []Unit {
	var units []Unit
	for _, g := range p.Sagas {
		units = append(units, Unit{Name: g.File, Home: p.Process(), Decls: []jen.Code{
			stepsInterface(g), runType(g), emissionInterface(g.Emitter), newSaga(g),
		}})
	}
	return units
}

func stepsInterface(g *plan.Saga) jen.Code {
	doc := sentence(fmt.Sprintf("%s takes the steps of %s, and undoes them, with a state S that is encoded as JSON", g.Steps, g.Model.Name), g.Model.Doc) +
		"\n\nMethods run outside any transaction and may be called more than once: what they do elsewhere must have its effect once " +
		"for each Key of the run. What fails is tried again, unless the error is a [saga.Permanent]."
	var methods []jen.Code
	method := func(name, doc string) {
		methods = append(methods, comment(doc).Line().Id(name).Params(ctxParam(), jen.Id("run").Op("*").Id(g.Run).Types(jen.Id("S"))).Error())
	}
	for _, step := range g.List {
		if step.Do != "" {
			method(step.Do, doDoc(step))
		}
		if step.Undo != "" {
			method(step.Undo, fmt.Sprintf("%s undoes %s.", step.Undo, step.Model.Name))
		}
	}
	return playing(doc, "saga").Line().Type().Id(g.Steps).Types(jen.Id("S").Any()).Interface(methods...)
}

// doDoc says also for what a step waits.
func doDoc(step *plan.SagaStep) string {
	doc := fmt.Sprintf("%s takes the step %s", step.Do, step.Model.Name)
	var names []string
	for _, a := range step.Await {
		names = append(names, a.Event.Name)
	}
	if len(names) > 0 {
		doc += ", which is complete when " + strings.Join(names, " or ") + " has come"
	}
	return doc + "."
}

func runType(g *plan.Saga) jen.Code {
	return comment(fmt.Sprintf("%s is one attempt of one step.", g.Run)).Line().
		Type().Id(g.Run).Types(jen.Id("S").Any()).Op("=").Add(sagaID("Attempt")).Types(eventType(g.Start), jen.Id("S"), jen.Id(g.Type))
}

func newSaga(g *plan.Saga) jen.Code {
	var steps []jen.Code
	for _, step := range g.List {
		steps = append(steps, jen.Values(entries(stepMembers(g, step)...)...))
	}
	members := []jen.Code{
		jen.Id("ID").Op(":").Lit(g.ID),
		jen.Id("Digest").Op(":").Lit(g.Digest),
		jen.Id("Start").Op(":").Add(typeOf(g.Start)),
		jen.Id("Key").Op(":").Add(keyLiteral(g.Start, g.Model.Correlate)),
	}
	if g.Model.Timeout > 0 {
		members = append(members, jen.Id("Timeout").Op(":").Add(durationLiteral(g.Model.Timeout)))
	}
	members = append(members, jen.Id("Steps").Op(":").Index().Add(sagaID("Step")).Values(entries(steps...)...))
	doc := sentence(fmt.Sprintf("%s returns the saga %s, for [saga.NewWorker]", g.New, g.Model.Name), g.Model.Doc)
	return comment(doc).Line().Func().Id(g.New).Types(jen.Id("S").Any()).Params(jen.Id("steps").Id(g.Steps).Types(jen.Id("S"))).
		Add(sagaID("Definition")).Block(jen.Return(sagaID("Definition").Values(entries(members...)...)))
}

func stepMembers(g *plan.Saga, step *plan.SagaStep) []jen.Code {
	members := []jen.Code{jen.Id("Name").Op(":").Lit(step.Model.Name)}
	typed := func(member, method string) {
		if method != "" {
			members = append(members, jen.Id(member).Op(":").Add(sagaID("Typed")).Call(jen.Id("steps").Dot(method), jen.Id(g.Type).Dot(g.Opener)))
		}
	}
	typed("Do", step.Do)
	typed("Compensate", step.Undo)
	if step.Model.Timeout > 0 {
		members = append(members, jen.Id("Timeout").Op(":").Add(durationLiteral(step.Model.Timeout)))
	}
	if retry := retryMembers(step.Model.Retry); retry != nil {
		members = append(members, jen.Id("Retry").Op(":").Add(sagaID("Retry")).Values(retry...))
	}
	members = append(members, awaitedMember("Await", step.Await)...)
	return append(members, awaitedMember("Refuse", step.Refuse)...)
}

func retryMembers(r model.Retry) []jen.Code {
	var out []jen.Code
	if r.Max > 0 {
		out = append(out, jen.Id("Attempts").Op(":").Lit(r.Max))
	}
	if r.Base > 0 {
		out = append(out, jen.Id("Base").Op(":").Add(durationLiteral(r.Base)))
	}
	if r.Cap > 0 {
		out = append(out, jen.Id("Max").Op(":").Add(durationLiteral(r.Cap)))
	}
	if r.Fixed {
		out = append(out, jen.Id("Backoff").Op(":").Add(sagaID("Fixed")))
	}
	return out
}

func awaitedMember(name string, list []*plan.Awaited) []jen.Code {
	if len(list) == 0 {
		return nil
	}
	var items []jen.Code
	for _, a := range list {
		items = append(items, jen.Values(
			jen.Id("Type").Op(":").Add(typeOf(a.Event)), jen.Id("Key").Op(":").Add(keyLiteral(a.Event, a.Model.Key)),
		))
	}
	return []jen.Code{jen.Id(name).Op(":").Index().Add(sagaID("Awaited")).Values(entries(items...)...)}
}

// keyLiteral is a function that reads a correlation key as text. The runtime calls it with the event that it is for.
func keyLiteral(e *plan.Event, o model.Operand) jen.Code {
	var value jen.Code
	if o.Envelope != 0 {
		value = envelopeText(o.Envelope)
	} else {
		w := &stepWriter{pkg: e.Package}
		key := w.follow(jen.Id("f").Dot("Data").Assert(eventType(e)), o.Field.Fields)
		value = deliver(key, textOf(key.ref), sink{form: always, goes: text})
	}
	return jen.Func().Params(param.Clone()).String().Block(jen.Return(value))
}

// units are those of durations, the longest first.
var units = []struct {
	name   string
	length time.Duration
}{{"Hour", time.Hour}, {"Minute", time.Minute}, {"Second", time.Second}, {"Millisecond", time.Millisecond}, {"Microsecond", time.Microsecond}}

// durationLiteral writes a duration in its longest whole unit.
func durationLiteral(d time.Duration) *jen.Statement {
	for _, u := range units {
		switch {
		case d == u.length:
			return jen.Qual("time", u.name)
		case d%u.length == 0:
			return jen.Lit(int(d/u.length)).Op("*").Qual("time", u.name)
		}
	}
	return jen.Lit(int(d)).Op("*").Qual("time", "Nanosecond")
}

func typeOf(e *plan.Event) *jen.Statement {
	return ident(plan.Ident{Path: e.Package.Path, Name: "Type" + e.Name})
}

func sagaID(name string) *jen.Statement { return jen.Qual(plan.SagaPath, name) }
