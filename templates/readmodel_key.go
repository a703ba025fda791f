package templates

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// keyFunc declares which row a fact is about.
func keyFunc(x *plan.Projection) jen.Code {
	f := jen.Func().Id("keyOf"+x.Name).Params(param.Clone()).Params(jen.Id("key").Add(keyType(x)), jen.Id("ok").Bool())
	w := &factWriter{x: x}
	if sameKey(x) {
		return f.Block(w.keyValue(x.Handlers[0])...)
	}
	for _, h := range x.Handlers {
		w.clause(h, w.keyValue(h)...)
	}
	return f.Block(w.statement(), jen.Return(jen.Id("key"), jen.False()))
}

// sameKey reports whether all events give the key from the envelope.
func sameKey(x *plan.Projection) bool {
	for _, h := range x.Handlers {
		for _, o := range h.Model.Key {
			if o.Envelope == 0 {
				return false
			}
		}
	}
	return len(x.Handlers) > 0
}

// keyValue returns the key that one event gives, or none where a part of it is missing.
func (w *factWriter) keyValue(h *plan.Handler) []jen.Code {
	var body, parts []jen.Code
	for i, o := range h.Model.Key {
		c := w.x.Columns[i]
		var value *jen.Statement
		if o.Missing() {
			from, name := w.field(h, o.Field), fmt.Sprintf("v%d", i+1)
			to := sink{ref: c.Model.Type, form: pointer, goes: c.Value}
			body = append(body, jen.Id(name).Op(":=").Add(viaPointer(from, w.fit(h, from.ref, c), to)),
				jen.If(jen.Id(name).Op("==").Nil()).Block(jen.Return(jen.Id("key"), jen.False())))
			value = jen.Op("*").Id(name)
		} else {
			value = w.value(h, o, c)
		}
		if w.x.Key != "" {
			value = jen.Id(c.Name).Op(":").Add(value)
		}
		parts = append(parts, value)
	}
	if w.x.Key == "" {
		return append(body, jen.Return(parts[0], jen.True()))
	}
	return append(body, jen.Return(keyType(w.x).Values(parts...), jen.True()))
}

// ordersByKey reports whether facts are ordered by something else than their stream. Where the key of a row is the
// stream of one aggregate, that says the same and costs nothing.
func ordersByKey(x *plan.Projection) bool {
	if x.Model.Partitioned || x.Model.Go {
		return x.Model.Partitioned
	}
	for _, h := range x.Handlers {
		same := len(h.Model.Key) == 1 && h.Model.Key[0].Envelope == model.EnvStreamID && h.Event.Model.Aggregate != nil &&
			h.Event.Model.Aggregate == x.Handlers[0].Event.Model.Aggregate
		if !same {
			return true
		}
	}
	return false
}

// orderFunc declares by what the order of facts is kept; nil if it is the stream.
func orderFunc(x *plan.Projection) jen.Code {
	if !ordersByKey(x) {
		return nil
	}
	f := jen.Func().Id("orderOf" + x.Name).Params(param.Clone()).String()
	if x.Model.Partitioned {
		return f.Block(partition(x)...)
	}
	var parts []jen.Code
	for _, c := range x.Columns[:x.Keys] {
		key := jen.Id("key")
		if x.Key != "" {
			key = key.Dot(c.Name)
		}
		parts = append(parts, keyText(c, key))
	}
	result := parts[0]
	if len(parts) > 1 {
		result = projection("JoinKey").Call(parts...)
	}
	return f.Block(
		jen.List(jen.Id("key"), jen.Id("ok")).Op(":=").Id("keyOf"+x.Name).Call(jen.Id("f")),
		jen.If(jen.Op("!").Id("ok")).Block(jen.Return(streamText())),
		jen.Return(result),
	)
}

func streamText() *jen.Statement { return jen.Id("f").Dot("Stream").Dot("String").Call() }

// keyText writes a column of a key as text.
func keyText(c *plan.Column, x *jen.Statement) jen.Code {
	if text := textOf(c.Model.Type); text != nil {
		return text(x)
	}
	return x
}

// partition is what `partition_by:` names, or the stream where it is absent.
func partition(x *plan.Projection) []jen.Code {
	w := &factWriter{x: x}
	for _, h := range x.Handlers {
		o := h.Model.Partition
		if o.Envelope != 0 {
			return []jen.Code{jen.Return(envelopeText(o.Envelope))}
		}
		from := w.field(h, o.Field)
		to := sink{form: always, goes: text}
		if from.form != always {
			to.fallback = streamText()
		}
		w.clause(h, jen.Return(deliver(from, textOf(from.ref), to)))
	}
	return []jen.Code{w.statement(), jen.Return(streamText())}
}

func envelopeText(e model.EnvelopeField) *jen.Statement {
	kind := model.String
	switch e {
	case model.EnvOccurredAt, model.EnvRecordedAt:
		kind = model.Timestamp
	case model.EnvEventID, model.EnvCorrelationID, model.EnvCausationID:
		kind = model.UUID
	}
	t := &model.TypeRef{Kind: kind}
	if text := textOf(t); text != nil {
		return text(envelopeMember(e, t))
	}
	return envelopeMember(e, t)
}
