package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// checkFunc declares which facts hold what no column takes; nil where all fit, or where the runtime says which do.
func checkFunc(x *plan.Projection) jen.Code {
	w := &factWriter{x: x}
	for _, h := range x.Handlers {
		w.clause(h, w.checks(h)...)
	}
	if len(w.clauses) == 0 {
		return nil
	}
	body := []jen.Code{w.statement(), jen.Return(jen.Nil())}
	if name := streamCheck(x); name != "" {
		body = append([]jen.Code{refuse(projection(name).Call(jen.Id("f")))}, body...)
	}
	return jen.Func().Id("check" + x.Name).Params(param.Clone()).Error().Block(body...)
}

// checkRef names the check of a projection's facts; nil if there is none.
func checkRef(x *plan.Projection) *jen.Statement {
	switch name := streamCheck(x); {
	case checkFunc(x) != nil:
		return jen.Id("check" + x.Name)
	case name != "":
		return projection(name)
	default:
		return nil
	}
}

// refuse returns an error if there is one.
func refuse(call *jen.Statement) jen.Code {
	return jen.If(jen.Err().Op(":=").Add(call), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))
}

// streamCheck is needed where the id of a stream stands in a column that holds no text.
func streamCheck(x *plan.Projection) string {
	for _, h := range x.Handlers {
		for _, a := range assignments(x, h) {
			if a.Value.Envelope != model.EnvStreamID {
				continue
			}
			switch _, c := x.Column(a.Column); c.Kind {
			case "UUID":
				return "CheckStreamUUID"
			case "Int":
				return "CheckStreamInt"
			}
		}
	}
	return ""
}

// assignments are all columns that an event gives, those of the key included.
func assignments(x *plan.Projection, h *plan.Handler) []model.Assignment {
	var all []model.Assignment
	for i, o := range h.Model.Key {
		all = append(all, model.Assignment{Column: x.Columns[i].Model.Name, Value: o})
	}
	return append(append(all, h.Model.Set...), h.Model.Add...)
}

func (w *factWriter) checks(h *plan.Handler) []jen.Code {
	var out []jen.Code
	for _, a := range assignments(w.x, h) {
		_, c := w.x.Column(a.Column)
		if a.Value.Field != nil && mayMisfit(a.Value.Field.Last().Type, c) {
			out = append(out, w.check(h, a.Value.Field, c))
		}
	}
	return out
}

func mayMisfit(t *model.TypeRef, c *plan.Column) bool {
	return t.Kind == model.Uint64 || c.Kind == "JSON" && t.Kind != model.JSON
}

// check looks at a value if it is there.
func (w *factWriter) check(h *plan.Handler, path *model.Path, c *plan.Column) jen.Code {
	from := w.field(h, path)
	test := func(x *jen.Statement) jen.Code {
		name := jen.Lit(c.Model.Name)
		if from.ref.Kind == model.Uint64 {
			return refuse(projection("CheckUint").Call(name, x))
		}
		return refuse(projection("CheckJSON").Call(name, w.encoder(h, from.ref, x)))
	}
	switch from.form {
	case always:
		return test(from.expr)
	case nilable:
		return jen.If(jen.Id("v").Op(":=").Add(from.expr), jen.Id("v").Op("!=").Nil()).Block(test(jen.Id("v")))
	case maybe:
		return jen.If(jen.List(jen.Id("v"), jen.Id("ok")).Op(":=").Add(from.expr).Dot("Get").Call(), jen.Id("ok")).Block(test(jen.Id("v")))
	default:
		return jen.If(jen.Id("v").Op(":=").Add(from.expr), jen.Id("v").Op("!=").Nil()).Block(test(jen.Parens(jen.Op("*").Id("v"))))
	}
}
