package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// subjects write, beside what an event sets, whose it is.
func (w *factWriter) subjects(h *plan.Handler) []jen.Code {
	var body []jen.Code
	var set []model.Assignment
	for _, s := range h.Subjects {
		body = append(body, data(s.Column).Op("=").Add(w.subject(h, s)))
		set = append(set, model.Assignment{Column: s.Column.Model.Name})
	}
	return append(body, w.mask("Set", set)...)
}

func (w *factWriter) subject(h *plan.Handler, s *plan.Whose) *jen.Statement {
	switch {
	case s.Stream:
		return projection("SubjectOf").Call(jen.Id("f"), jen.Id("f").Dot("Stream").Dot("ID").Call())
	case s.Path == nil:
		return jen.Nil()
	}
	from := w.field(h, s.Path)
	text := deliver(from, textOf(from.ref), sink{form: always, goes: text, fallback: missingText(from)})
	if from.ref.Kind == model.URI || from.ref.Kind == model.Email {
		text = jen.String().Call(text)
	}
	return projection("SubjectOf").Call(jen.Id("f"), text)
}

// erasureLiterals say which columns are cleared with which subject.
func erasureLiterals(x *plan.Projection) []jen.Code {
	var out []jen.Code
	for _, e := range x.Erasures {
		var columns []string
		for _, c := range e.Columns {
			columns = append(columns, c.Model.Name)
		}
		out = append(out, jen.Values(
			jen.Id("Subject").Op(":").Lit(e.Subject.Model.Name),
			jen.Id("Columns").Op(":").Index().String().Values(literals(columns)...),
		))
	}
	return out
}
