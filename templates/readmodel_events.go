package templates

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// factWriter writes a switch over the events of a projection. It notes whether some case needs the event itself.
type factWriter struct {
	x       *plan.Projection
	needs   bool
	clauses []jen.Code
}

// steps reads fields of the event that a handler is for.
func (w *factWriter) steps(h *plan.Handler) *stepWriter {
	return &stepWriter{pkg: h.Event.Package, from: "e"}
}

// field reads a field of the event.
func (w *factWriter) field(h *plan.Handler, path *model.Path) flow {
	w.needs = true
	return w.steps(h).source(path)
}

func (w *factWriter) clause(h *plan.Handler, body ...jen.Code) {
	if len(body) > 0 {
		w.clauses = append(w.clauses, jen.Case(ident(plan.Ident{Path: h.Event.Package.Path, Name: h.Event.Name})).Block(body...))
	}
}

// statement is the switch, or nothing where no event has a case.
func (w *factWriter) statement() jen.Code {
	switch {
	case len(w.clauses) == 0:
		return jen.Null()
	case w.needs:
		return jen.Switch(jen.Id("e").Op(":=").Id("f").Dot("Data").Assert(jen.Type())).Block(w.clauses...)
	default:
		return jen.Switch(jen.Id("f").Dot("Data").Assert(jen.Type())).Block(w.clauses...)
	}
}

// param is the fact, for functions that may not need it.
var param = jen.Id("f").Op("*").Add(projection("Fact"))

// applyFunc declares what each event does to a row.
func applyFunc(x *plan.Projection) jen.Code {
	w := &factWriter{x: x}
	for _, h := range x.Handlers {
		w.clause(h, w.effect(h)...)
	}
	return jen.Func().Id("apply"+x.Name).
		Params(jen.Id("c").Op("*").Add(projection("Change")).Types(rowType(x)), param.Clone()).Block(w.statement())
}

func (w *factWriter) effect(h *plan.Handler) []jen.Code {
	if h.Model.Delete {
		return []jen.Code{jen.Id("c").Dot("Delete").Call()}
	}
	begin := "Update"
	if h.Model.Creates {
		begin = "Upsert"
	}
	if len(h.Model.Set)+len(h.Model.Add) == 0 {
		return []jen.Code{jen.Id("c").Dot(begin).Call()}
	}
	body := []jen.Code{jen.If(jen.Op("!").Id("c").Dot(begin).Call()).Block(jen.Return())}
	for _, a := range h.Model.Set {
		_, c := w.x.Column(a.Column)
		body = append(body, data(c).Op("=").Add(w.value(h, a.Value, c)))
	}
	body = append(append(body, w.mask("Set", h.Model.Set)...), w.subjects(h)...)
	for _, a := range h.Model.Add {
		bit, c := w.x.Column(a.Column)
		body = append(body, w.sum(h, a.Value, bit, c))
	}
	return append(body, w.mask("Added", slices.DeleteFunc(slices.Clone(h.Model.Add), w.isInt))...)
}

// isInt reports whether an assignment is to a column whose sum is checked, and which notes itself.
func (w *factWriter) isInt(a model.Assignment) bool {
	_, c := w.x.Column(a.Column)
	return c.Kind == "Int"
}

func data(c *plan.Column) *jen.Statement { return jen.Id("c").Dot("Data").Dot(c.Name) }

// mask notes which columns a change holds: bit by bit while that can be read.
func (w *factWriter) mask(name string, list []model.Assignment) []jen.Code {
	if len(list) == 0 {
		return nil
	}
	const readable = 5
	var mask uint64
	bits, names := jen.Null(), []string{}
	for i, a := range list {
		bit, c := w.x.Column(a.Column)
		if i > 0 {
			bits.Op("|")
		}
		bits.Lit(1).Op("<<").Lit(bit)
		names = append(names, c.Model.Name)
		mask |= 1 << bit
	}
	note := "// " + strings.Join(names, ", ")
	if len(list) > readable {
		bits = jen.Op(fmt.Sprintf("%#x", mask))
		note = fmt.Sprintf("// the %d columns above", len(list))
	}
	return []jen.Code{jen.Id("c").Dot(name).Op("|=").Add(bits).Comment(note)}
}

// sum adds to a column; what is absent adds nothing.
func (w *factWriter) sum(h *plan.Handler, o model.Operand, bit int, c *plan.Column) jen.Code {
	amount := w.value(h, o, c)
	switch c.Kind {
	case "Decimal":
		return data(c).Op("=").Add(data(c)).Dot("Add").Call(amount)
	case "Int":
		return projection("Sum").Call(jen.Id("c"), jen.Lit(bit), jen.Op("&").Add(data(c)), amount)
	default:
		return data(c).Op("+=").Add(amount)
	}
}

// value is an operand in the form of its column.
func (w *factWriter) value(h *plan.Handler, o model.Operand, c *plan.Column) *jen.Statement {
	form := always
	switch {
	case c.Model.Null && c.HasNil():
		form = nilable
	case c.Model.Null:
		form = pointer
	}
	switch {
	case o.Literal != nil:
		return w.literal(h, o.Literal.JSON, c, form)
	case o.Envelope != 0:
		return present(envelopeMember(o.Envelope, c.Model.Type), form)
	}
	from := w.field(h, o.Field)
	to := sink{ref: c.Model.Type, form: form, goes: c.Value}
	if form == always && from.form != always { // only sums have this
		to.fallback = zeroOf(c)
	}
	convert := w.fit(h, from.ref, c)
	if form == nilable && from.form != always && convert != nil {
		return up("OrZero").Call(viaPointer(from, convert, to))
	}
	return deliver(from, convert, to)
}

func zeroOf(c *plan.Column) *jen.Statement {
	if c.Kind == "Decimal" {
		return jen.Qual(plan.DecimalPath, "Decimal").Values()
	}
	return jen.Lit(0)
}

func (w *factWriter) literal(h *plan.Handler, raw []byte, c *plan.Column, form presentAs) *jen.Statement {
	switch {
	case string(raw) == "null":
		return jen.Nil()
	case c.Kind == "Text" && c.Model.Type.Named == nil:
		return present(rawLiteral(raw), form)
	case c.Kind == "Timestamp":
		return present(rt("Timestamp").Call(w.steps(h).literal(c.Model.Type, raw)), form)
	default:
		return w.steps(h).presentLiteral(c.Model.Type, raw, form)
	}
}

// envelopeMember reads the envelope of the fact f.
func envelopeMember(e model.EnvelopeField, t *model.TypeRef) *jen.Statement {
	f := jen.Id("f")
	switch {
	case e == model.EnvStreamID && t.Kind == model.UUID:
		return projection("StreamUUID").Call(f)
	case e == model.EnvStreamID && t.Kind == model.Int64:
		return projection("StreamInt").Call(f)
	case e == model.EnvStreamID:
		return f.Dot("Stream").Dot("ID").Call()
	case e == model.EnvTenant:
		return jen.String().Call(f.Dot("Tenant"))
	default:
		return f.Dot(envelopeMembers[e])
	}
}

// fit changes a field's value into its column's; nil if it is that already.
func (w *factWriter) fit(h *plan.Handler, from *model.TypeRef, c *plan.Column) change {
	switch c.Kind {
	case "Timestamp":
		return func(x *jen.Statement) *jen.Statement { return rt("Timestamp").Call(x) }
	case "JSON":
		if from.Kind == model.JSON {
			return nil
		}
		return func(x *jen.Statement) *jen.Statement { return codec("JSON").Call(w.encoded(h, from, x)) }
	case "Int", "Float":
		if from.Kind != c.Model.Type.Kind {
			return convertTo(goType(c.Value))
		}
	case "Text":
		if from.Kind == model.Named && c.Model.Type.Named == nil || from.Kind == model.Time || from.Kind == model.Duration {
			return scalarText(from)
		}
	}
	return nil
}

// encoded is the JSON of a value.
func (w *factWriter) encoded(h *plan.Handler, t *model.TypeRef, x *jen.Statement) *jen.Statement {
	name := "EncodeValue"
	if plan.IsObject(t) {
		name = "EncodeJSON"
	}
	return projection(name).Call(w.encoder(h, t, x))
}

// encoder is the method that appends the JSON of a value.
func (w *factWriter) encoder(h *plan.Handler, t *model.TypeRef, x *jen.Statement) *jen.Statement {
	if wrapper := w.x.Package.WrapperOf(h.Event.Package, t); wrapper != nil {
		x = jen.Id(wrapper.Name).Values(jen.Id("V").Op(":").Add(x))
	}
	return x.Dot("AppendJSON")
}
