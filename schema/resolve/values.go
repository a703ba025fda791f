package resolve

import (
	"bytes"
	"encoding/json"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax"
)

// resolveValues checks what fields say in literals: defaults, examples and constraints.
func (r *resolver) resolveValues() {
	for _, w := range r.fields {
		d, f := w.decl, w.field
		f.Default = r.value(d.Default, f.Type, "default")
		f.Example = r.value(d.Example, f.Type, "example")
		f.Limits = r.limits(&d.Limits, f.Type)
		r.each(w)
		r.subject(w)
	}
}

// value checks a literal against a type. Nil: not written, or reported.
func (r *resolver) value(l syntax.Literal, t *model.TypeRef, what string) *model.Value {
	if l.JSON == nil || t == nil {
		return nil
	}
	b, bad := canonical(nil, decodeLiteral(l), t)
	if bad != "" {
		r.rep.Add(badValue(l, what, bad))
		return nil
	}
	return &model.Value{JSON: b, Span: l.Span}
}

// unchecked is what a schema says without asking for a check; nil if it says nothing.
func unchecked(l syntax.Literal) *model.Value {
	if l.JSON == nil || string(l.JSON) == "{}" {
		return nil
	}
	return &model.Value{JSON: canonicalJSON(nil, decodeLiteral(l)), Span: l.Span}
}

func decodeLiteral(l syntax.Literal) any {
	dec := json.NewDecoder(bytes.NewReader(l.JSON))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		panic("resolve: literal of the document is not JSON: " + err.Error())
	}
	return v
}

// subject binds the field that names whose data a sensitive field is.
func (r *resolver) subject(w fieldWork) {
	d := w.decl
	if d.Subject.Value == "" {
		return
	}
	if !d.Sensitive.Value {
		r.rep.Add(subjectWithoutSensitive(d))
		return
	}
	if d.Subject.Value == "$"+model.EnvStreamID.String() {
		w.field.OfStream = true
		return
	}
	path := r.path(w.owner, d.Subject, "the struct of "+quote(d.Name.Value))
	if path == nil {
		return
	}
	if o := sourceOf(path); !isKeyKind(o.typ) {
		r.rep.Add(badSubject(d, path))
		return
	}
	w.field.Subject = path
}
