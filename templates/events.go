package templates

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/goname"
)

// Events declares the struct of every version of every event, and the sealed interface of the newest ones.
func Events(p *plan.Package) []Unit {
	if len(p.Events) == 0 {
		return nil
	}
	decls := []jen.Code{eventInterface(p), wireTypes(p)}
	for _, e := range p.Events {
		decls = append(decls, eventDecls(e)...)
	}
	return file("events.gen.go", decls)
}

// marker is the method that seals the interface Event of a package.
func marker(p *plan.Package) string { return "is" + goname.Exported(p.Name) + "Event" }

func eventInterface(p *plan.Package) jen.Code {
	return comment("Event is an event of this package in its newest version: one of "+currentEvents(p)+".").Line().
		Type().Id("Event").Interface(rt("Event"), jen.Id(marker(p)).Params())
}

// currentEvents names the events that decoding may yield.
func currentEvents(p *plan.Package) string {
	var names []string
	for _, e := range p.Events {
		if e.Into == nil {
			names = append(names, "["+e.Name+"]")
		}
	}
	return strings.Join(names, ", ")
}

func wireTypes(p *plan.Package) jen.Code {
	var defs []jen.Code
	for _, e := range p.Events {
		defs = append(defs, jen.Id("Type"+e.Name).Op("=").Lit(e.Model.Wire))
	}
	return comment("Wire types of this package.").Line().Const().Defs(defs...)
}

func eventDecls(e *plan.Event) []jen.Code {
	alias := deprecated(sentence(e.Name+" is the newest version of the event", e.Model.Doc), deprecation(e))
	decls := []jen.Code{comment(alias).Line().Type().Id(e.Name).Op("=").Id(e.Latest.Struct.Name)}
	for _, v := range e.Versions {
		decls = append(decls, structDecl(v.Struct, versionDoc(v))...)
		decls = append(decls, eventMethods(v)...)
	}
	return decls
}

// deprecation is the reason not to produce an event.
func deprecation(e *plan.Event) string {
	switch {
	case e.Into != nil && len(e.Into.Targets) == 0:
		return "its facts mean nothing today; they are read as no event."
	case e.Into != nil:
		var names []string
		for _, t := range e.Into.Targets {
			names = append(names, t.Event.Name)
		}
		return "it is read as " + strings.Join(names, " and ") + "."
	case e.Model.Deprecated != "":
		return e.Model.Deprecated
	case e.Model.Retired:
		return "retired: it is still read and can no longer be produced."
	}
	return ""
}

func versionDoc(v *plan.EventVersion) string {
	lead := fmt.Sprintf("%s is version %d of %s", v.Struct.Name, v.Model.Number, v.Event.Model.Name)
	if v.Model.Draft {
		lead = fmt.Sprintf("%s is the draft of version %d of %s, which stored facts do not have yet", v.Struct.Name, v.Model.Number, v.Event.Model.Name)
	}
	return sentence(lead, v.Struct.Doc())
}

// eventMethods tell the runtime what a struct is; the newest version also belongs to the package's Event.
func eventMethods(v *plan.EventVersion) []jen.Code {
	wire := fmt.Sprintf("%q", v.Event.Model.Wire)
	decls := []jen.Code{
		comment("EventType returns " + wire + ".").Line().
			Func().Params(jen.Id(v.Struct.Name)).Id("EventType").Params().String().Block(jen.Return(jen.Id("Type" + v.Event.Name))),
		comment(fmt.Sprintf("EventVersion returns %d.", v.Model.Number)).Line().
			Func().Params(jen.Id(v.Struct.Name)).Id("EventVersion").Params().Int().Block(jen.Return(jen.Lit(v.Model.Number))),
	}
	if v == v.Event.Latest && v.Event.Into == nil {
		decls = append(decls, jen.Func().Params(jen.Id(v.Struct.Name)).Id(marker(v.Event.Package)).Params().Block())
	}
	return decls
}
