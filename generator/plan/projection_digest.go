package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/model"
)

// digestOf identifies what the rows of a projection follow from: its declaration, the types of the fields that it
// uses, and the upcasts by which old facts get them. It does not change with docs, with fields that are not used, nor
// with new versions that carry those that are. Indexes count, since the table has them; hand-written upcasts and
// handlers cannot be seen.
func digestOf(p *Projection, all *index) string {
	d := &digester{}
	d.line("table", p.Model.Table, p.Keys, p.Model.Go)
	for _, c := range p.Columns {
		d.line("column", c.Model.Name, c.Kind, c.Model.Null)
	}
	for _, i := range p.Model.Indexes {
		d.line("index", strings.Join(i, " "))
	}
	d.erasures(p)
	for _, h := range p.Handlers {
		d.handler(h.Model)
		d.line("becomes", h.Model.Event.Wire, strings.Join(all.sources(h.Event), " "))
	}
	return JoinDigests(d.String())
}

// sources are the wire types of events that become e, sorted.
func (x *index) sources(e *Event) []string {
	var out []string
	for _, p := range x.packages {
		for _, other := range p.Events {
			if into := other.Model.Into; into != nil && slices.ContainsFunc(into.Targets, func(t *model.IntoTarget) bool { return t.Version.Event == e.Model }) {
				out = append(out, other.Model.Wire)
			}
		}
	}
	slices.Sort(out)
	return out
}

// digester writes what counts, a line each.
type digester struct{ strings.Builder }

func (d *digester) line(parts ...any) {
	for _, part := range parts {
		fmt.Fprintf(d, "%q ", fmt.Sprint(part))
	}
	d.WriteByte('\n')
}

func (d *digester) handler(h *model.ProjectionHandler) {
	d.line("on", h.Event.Wire, h.Delete, h.Creates)
	for i, o := range h.Key {
		d.operand(fmt.Sprint("key", i), o)
	}
	d.operand("partition", h.Partition)
	for _, list := range []struct {
		what string
		of   []model.Assignment
	}{{"set", h.Set}, {"add", h.Add}} {
		for _, a := range list.of {
			d.operand(list.what+" "+a.Column, a.Value)
		}
	}
	d.fields(h)
}

func (d *digester) operand(what string, o model.Operand) {
	switch {
	case o.Field != nil:
		last := o.Field.Last()
		d.line(what, "field", o.Field.String(), last.Type.Kind, o.Missing())
		if columnKind(last.Type) == "JSON" {
			d.shape([]*model.Field{last})
		}
	case o.Literal != nil:
		d.line(what, "literal", string(o.Literal.JSON))
	case o.Envelope != 0:
		d.line(what, "envelope", o.Envelope.String())
	}
}

// fields follows the fields that a handler uses through the upcasts of old facts. Hand-written handlers use all.
func (d *digester) fields(h *model.ProjectionHandler) {
	newest := h.Event.Latest()
	used := usedFields(h)
	if len(h.Key) == 0 {
		used = newest.Struct.Fields
		d.shape(used)
	}
	for i := slices.Index(h.Event.Versions, newest); i > 0; i-- {
		used = d.step(h.Event.Versions[i], h.Event.Versions[i-1], used)
	}
}

// shape writes how fields look as JSON.
func (d *digester) shape(fields []*model.Field) {
	d.Write(model.AppendShape(nil, &model.EventVersion{Struct: &model.Struct{Fields: fields}}))
	d.WriteByte('\n')
}

// usedFields are the fields of the newest version from which a handler takes something, in the order of the schema.
func usedFields(h *model.ProjectionHandler) []*model.Field {
	var operands []model.Operand
	operands = append(append(operands, h.Key...), h.Partition)
	for _, a := range slices.Concat(h.Set, h.Add) {
		operands = append(operands, a.Value)
	}
	var used []*model.Field
	for _, f := range h.Event.Latest().Struct.Fields {
		if slices.ContainsFunc(operands, func(o model.Operand) bool { return o.Field != nil && o.Field.Fields[0] == f }) {
			used = append(used, f)
		}
	}
	return used
}

// step writes the rules that give fields of a version, and returns the fields of the version before that they use.
func (d *digester) step(v, old *model.EventVersion, fields []*model.Field) []*model.Field {
	if v.Upcast == nil {
		return fields
	}
	if v.Upcast.Go {
		d.line("step by hand", v.Number)
		return old.Struct.Fields
	}
	s := &sources{}
	for _, r := range v.Upcast.Rules {
		if slices.Contains(fields, r.Target) {
			d.rule(r, s)
		}
	}
	return slices.DeleteFunc(slices.Clone(old.Struct.Fields), func(f *model.Field) bool { return !slices.Contains(s.used, f) })
}

// sources are the fields that rules take something from.
type sources struct{ used []*model.Field }

func (d *digester) rule(r *model.Rule, s *sources) {
	from := func(p *model.Path) string {
		if p == nil {
			return ""
		}
		s.used = append(s.used, p.Fields[0])
		return p.String()
	}
	origin := from(r.From)
	if r.Op == model.OpCarry && r.From != nil && origin == r.Target.Name {
		return // nothing happens to it
	}
	d.line("rule", r.Target.Name, r.Op, origin, valueText(r.Value), r.Envelope)
	if r.Convert != nil {
		d.line("convert", r.Convert.Name, r.Convert.Layout)
	}
	for _, e := range r.Enum {
		d.line("enum", valueText(e.Old), valueText(e.New))
	}
	for _, part := range r.Template {
		d.line("template", part.Text, from(part.From))
	}
	for _, inner := range r.Rules {
		d.rule(inner, s)
	}
}

func valueText(v *model.Value) string {
	if v == nil {
		return ""
	}
	return string(v.JSON)
}
