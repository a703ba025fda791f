package templates

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// Envelope declares the typed envelope, the streams of aggregates, and the loaders.
func Envelope(p *plan.Package) []Unit {
	if len(p.Events) == 0 {
		return nil
	}
	decls := []jen.Code{
		comment("Envelope is an event of this package with what is known about it.").Line().
			Type().Id("Envelope").Op("=").Add(rt("Envelope").Types(jen.Id("Event"))),
	}
	for _, a := range p.Aggregates {
		decls = append(decls, categoryDecl(a), streamDecl(a))
	}
	for _, e := range p.Events {
		if e.Stream != "" {
			decls = append(decls, keyStreamDecl(p, e))
		}
	}
	return file("envelope.gen.go", append(decls, loadDecl(), decodeDecl()))
}

func categoryDecl(a *plan.Aggregate) jen.Code {
	doc := sentence(fmt.Sprintf("Category%s is the category of the streams of %s", a.Name, a.Model.Name), a.Model.Doc)
	return comment(doc).Line().Const().Id("Category" + a.Name).Op("=").Lit(a.Model.Name)
}

// streamDecl declares the constructor of an aggregate's stream ids.
func streamDecl(a *plan.Aggregate) jen.Code {
	return comment(fmt.Sprintf("%s names the stream of one %s.", a.Stream, a.Model.Name)).Line().
		Func().Id(a.Stream).Params(jen.Id("id").Add(goType(a.ID))).Add(rt("StreamID")).
		Block(jen.Return(streamCall(a)))
}

func streamCall(a *plan.Aggregate) jen.Code {
	category, id := jen.Id("Category"+a.Name), jen.Id("id")
	switch a.Model.ID.Kind {
	case model.UUID:
		return rt("StreamOfUUID").Call(category, id)
	case model.Int32, model.Int64:
		return rt("StreamOf").Call(category, jen.Qual("strconv", "FormatInt").Call(jen.Int64().Call(id), jen.Lit(10)))
	case model.Uint32, model.Uint64:
		return rt("StreamOf").Call(category, jen.Qual("strconv", "FormatUint").Call(jen.Uint64().Call(id), jen.Lit(10)))
	default:
		return rt("StreamOf").Call(category, jen.String().Call(id))
	}
}

// keyStreamDecl declares the function that names the stream of an event without an aggregate, by its ordering key.
func keyStreamDecl(p *plan.Package, e *plan.Event) jen.Code {
	w := &stepWriter{pkg: p}
	key := w.follow(jen.Id("event"), e.Model.Key.Fields)
	text := deliver(key, textOf(key.ref), sink{form: always, goes: text, fallback: missingText(key)})
	doc := fmt.Sprintf("%s names the stream of an event by its ordering key, %s: order holds among the events of one key.", e.Stream, e.Model.Key)
	return comment(doc).Line().Func().Id(e.Stream).Params(jen.Id("event").Id(e.Name)).Add(rt("StreamID")).
		Block(jen.Return(rt("StreamOf").Call(jen.Lit(e.Name), text)))
}

func loadDecl() jen.Code {
	return comment("Load yields the events of one stream, upcast to their newest versions; for the errors see [runtime.Decode].").Line().
		Func().Id("Load").Params(
		jen.Id("ctx").Qual("context", "Context"), jen.Id("store").Add(rt("Loader")), jen.Id("stream").Add(rt("StreamID")),
		jen.Id("opts").Op("...").Add(rt("LoadOption")),
	).Add(envelopes()).Block(
		jen.Return(rt("LoadAs").Types(jen.Id("Event")).Call(jen.Id("ctx"), jen.Id("store"), jen.Op("&").Id("schema"), jen.Id("stream"), jen.Id("opts").Op("..."))),
	)
}

func decodeDecl() jen.Code {
	records := jen.Qual("iter", "Seq2").Types(rt("Record"), jen.Error())
	return comment("Decode turns records, all of this package, into events of their newest versions; for the errors see [runtime.Decode].").Line().
		Func().Id("Decode").Params(jen.Id("records").Add(records)).Add(envelopes()).Block(
		jen.Return(rt("Decode").Types(jen.Id("Event")).Call(jen.Op("&").Id("schema"), jen.Id("records"))),
	)
}

func envelopes() *jen.Statement {
	return jen.Qual("iter", "Seq2").Types(jen.Id("Envelope"), jen.Error())
}
