package resolve

import (
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax"
)

func (r *resolver) resolveEvents() {
	for _, w := range r.events {
		r.checkEventChain(w.into)
		r.bindEvent(w)
		for _, vd := range w.decl.Versions {
			v := w.into.Version(vd.Number)
			if vd.Struct != nil {
				r.resolveStruct(user{w.scope, vd.Draft.Value}, vd.Struct, v.Struct)
			}
		}
		r.bindKey(w)
	}
}

func (r *resolver) bindEvent(w eventWork) {
	e, d := w.into, w.decl
	if e.Owner == "" {
		e.Owner = w.scope.pkg.Owner
	}
	e.Wire = w.scope.pkg.Name + "." + e.Name
	if d.Wire.Value != "" {
		r.checkWireType(d.Wire)
		e.Wire = d.Wire.Value
	}
	for _, was := range d.Was {
		r.checkWireType(was)
		e.Was = append(e.Was, formerWire(w, was))
	}
	if d.Aggregate.Value == "" {
		return
	}
	a := w.scope.aggregates[d.Aggregate.Value]
	if a == nil {
		r.rep.Add(unknownAggregate(w.scope, d.Aggregate))
		return
	}
	e.Aggregate = a
	a.Events = append(a.Events, e)
}

// formerWire takes `OldName` for the default wire type of an event of that name in this package,
// unless the event sets its wire type itself: then former ones are literal too.
func formerWire(w eventWork, was syntax.Text) string {
	if w.decl.Wire.Value == "" && declaredName.MatchString(was.Value) {
		return w.scope.pkg.Name + "." + was.Value
	}
	return was.Value
}

func (r *resolver) bindKey(w eventWork) {
	key := w.decl.Key
	if key.Value == "" || len(w.into.Versions) == 0 {
		return
	}
	if w.decl.Aggregate.Value != "" {
		r.rep.Add(keyBesideAggregate(key, w.decl.Aggregate))
		return
	}
	path := r.path(w.into.Latest().Struct, key, "version "+label(w.into.Latest()))
	if path == nil {
		return
	}
	if src := sourceOf(path); src.absent || src.typ.Nullable || !isKeyKind(src.typ) {
		r.rep.Add(badKey(key, path))
		return
	}
	w.into.Key = path
}

// isKeyKind reports whether values of the type can order events: texts, whole numbers and enums.
func isKeyKind(t *model.TypeRef) bool {
	_, isEnum := enumOf(t)
	return idKinds[t.Kind] || isEnum || t.Kind == model.URI || t.Kind == model.Email
}

// wireUse is a wire type and who claims it.
type wireUse struct {
	name  syntax.Text
	event *model.Event
}

// checkWireTypes refuses that two events share a wire type, former ones included: a stored fact must have one decoder.
func (r *resolver) checkWireTypes() {
	taken := map[string]wireUse{}
	for _, w := range r.events {
		claim := func(wire string, at syntax.Text) {
			first, known := taken[wire]
			if known {
				r.rep.Add(wireTypeTwice(wire, at, first))
				return
			}
			taken[wire] = wireUse{at, w.into}
		}
		at := w.decl.Wire
		if at.Value == "" {
			at = w.decl.Name
		}
		claim(w.into.Wire, at)
		for i, was := range w.into.Was {
			claim(was, w.decl.Was[i])
		}
	}
}
