package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/model"
)

// convertRule calls a conversion of the runtime: `upcast.StringToInt(x, 0)`.
func (w *stepWriter) convertRule(r *model.Rule) *jen.Statement {
	from, to := w.source(r.From), w.sinkOf(r)
	var otherwise *jen.Statement
	if r.Convert.CanFail && r.Value != nil {
		otherwise = w.literal(r.Target.Type, r.Value.JSON)
	}
	return deliver(from, w.conversion(r, from, otherwise), to)
}

// decimalConversions live where the decimal library is imported.
var decimalConversions = map[string]bool{
	"int_to_decimal": true, "string_to_decimal": true, "decimal_to_string": true, "float_to_decimal": true,
	"decimal_to_int": true, "decimal_to_float": true,
}

// typedConversions name the Go type of their result.
var typedConversions = map[string]bool{
	"string_to_int": true, "int_to_int": true, "float_to_int": true, "bool_to_int": true, "string_to_float": true,
	"timestamp_to_unix_s": true, "timestamp_to_unix_ms": true, "timestamp_to_unix_us": true,
	"decimal_to_int": true, "decimal_to_float": true,
}

// plainConversions are Go's own, where they cannot fail.
var plainConversions = map[string]bool{
	"enum_to_string": true, "string_to_enum": true, "int_to_enum": true, "int_to_float": true, "float_to_float": true,
}

// layoutConversions take a Go time layout.
var layoutConversions = map[string]bool{"string_to_timestamp": true, "timestamp_to_string": true}

func (w *stepWriter) conversion(r *model.Rule, from flow, otherwise *jen.Statement) change {
	name := r.Convert.Name
	result := goType(w.pkg.ValueType(r.Target.Type))
	if plainConversions[name] && otherwise == nil {
		return convertTo(result)
	}
	switch name {
	case "string_to_enum", "int_to_enum":
		return w.checkedEnum(r, otherwise)
	case "enum_to_int":
		return func(x *jen.Statement) *jen.Statement {
			return up("IntToInt").Types(result).Call(jen.Int64().Call(x), otherwise)
		}
	}
	call := up(goname.Exported(name))
	if decimalConversions[name] {
		call = jen.Qual(plan.DecimalPath, goname.Exported(name))
	}
	if typedConversions[name] {
		call = call.Types(result)
	}
	return func(x *jen.Statement) *jen.Statement {
		args := []jen.Code{x}
		if layoutConversions[name] {
			args = append(args, layout(r.Convert.Layout))
		}
		if otherwise != nil {
			args = append(args, otherwise)
		}
		return call.Clone().Call(args...)
	}
}

// layout is the layout that a rule names, or RFC 3339.
func layout(text string) jen.Code {
	if text == "" {
		return jen.Qual("time", "RFC3339Nano")
	}
	return jen.Lit(text)
}

// checkedEnum takes a value only if the enum names it.
func (w *stepWriter) checkedEnum(r *model.Rule, otherwise *jen.Statement) change {
	enum := w.pkg.EnumOf(r.Target.Type.Named.Shape.(*model.Enum))
	var values []jen.Code
	for _, v := range enum.Values {
		values = append(values, ident(plan.Ident{Path: enum.Package.Path, Name: v.Name}))
	}
	return func(x *jen.Statement) *jen.Statement {
		return up("OneOf").Call(append([]jen.Code{convertTo(goType(w.pkg.ValueType(r.Target.Type)))(x), otherwise}, values...)...)
	}
}

// templateRule joins texts and fields.
func (w *stepWriter) templateRule(r *model.Rule) *jen.Statement {
	joined := jen.Null()
	for i, part := range r.Template {
		if i > 0 {
			joined.Op("+")
		}
		joined.Add(w.templatePart(part))
	}
	if len(r.Template) == 0 {
		joined = jen.Lit("")
	}
	return present(w.asTarget(joined, r.Target.Type), formOf(r.Target.Type, r.Target.Optional))
}

// asTarget converts a text where the target is an enum.
func (w *stepWriter) asTarget(text *jen.Statement, t *model.TypeRef) *jen.Statement {
	if t.Kind == model.Named {
		return goType(w.pkg.ValueType(t)).Call(text)
	}
	return text
}

// text is the Go type of a string.
var text = &plan.Type{Ident: plan.Ident{Name: "string"}}

func (w *stepWriter) templatePart(part model.TemplatePart) *jen.Statement {
	if part.From == nil {
		return jen.Lit(part.Text)
	}
	from := w.source(part.From)
	return deliver(from, textOf(from.ref), sink{form: always, goes: text, fallback: missingText(from)})
}

// missingText stands in for a field that a template finds missing.
func missingText(from flow) *jen.Statement {
	if from.form == always {
		return nil
	}
	return jen.Lit("")
}

// textOf returns how a scalar is written in a text; nil if it is a string already.
func textOf(t *model.TypeRef) change {
	call := func(name string) change {
		return func(x *jen.Statement) *jen.Statement { return up(name).Call(x) }
	}
	switch t.Kind {
	case model.Int32, model.Int64, model.Uint32, model.Uint64:
		return call("IntToString")
	case model.Float32, model.Float64:
		return call("FloatToString")
	case model.Bool:
		return call("BoolToString")
	default:
		return scalarText(t)
	}
}

// envelopeMembers are the members of runtime.Meta that rules name.
var envelopeMembers = map[model.EnvelopeField]string{
	model.EnvOccurredAt: "OccurredAt", model.EnvRecordedAt: "RecordedAt", model.EnvEventID: "ID",
	model.EnvCorrelationID: "Correlation", model.EnvCausationID: "Causation", model.EnvActor: "Actor", model.EnvTenant: "Tenant",
}

// envelopeRule reads the envelope: ids become strings where the target is one.
func (w *stepWriter) envelopeRule(r *model.Rule) *jen.Statement {
	w.useStep()
	meta, t := jen.Id("step").Dot("Meta"), r.Target.Type
	var x *jen.Statement
	switch {
	case r.Envelope == model.EnvStreamID && t.Kind == model.UUID:
		x = jen.Id("step").Dot("StreamUUID").Call()
	case r.Envelope == model.EnvStreamID:
		x = meta.Dot("Stream").Dot("ID").Call()
	case r.Envelope == model.EnvTenant:
		x = jen.String().Call(meta.Dot("Tenant"))
	case (r.Envelope == model.EnvOccurredAt || r.Envelope == model.EnvRecordedAt) && t.Kind == model.String:
		x = up("TimestampToText").Call(meta.Dot(envelopeMembers[r.Envelope]))
	case t.Kind == model.String && r.Envelope != model.EnvActor:
		x = meta.Dot(envelopeMembers[r.Envelope]).Dot("String").Call()
	default:
		x = meta.Dot(envelopeMembers[r.Envelope])
	}
	return present(x, formOf(t, r.Target.Optional))
}
