package resolve

import (
	"slices"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

// checkSealed refuses to need what may be erased: sealed fields name no subjects, streams or rows, and columns show
// them in a form that can be cleared.
func (r *resolver) checkSealed() {
	for _, w := range r.fields {
		if w.field.Subject != nil && throughSealed(w.field.Subject) {
			r.rep.Add(sealedMisplaced(w.field.Subject, "names a subject", "name the subject in a field that is not sealed"))
		}
	}
	for _, s := range r.order {
		for _, e := range s.pkg.Events {
			if e.Key != nil && throughSealed(e.Key) {
				r.rep.Add(sealedMisplaced(e.Key, "is an ordering key", "order by a field that is not sealed: streams keep their names for ever"))
			}
		}
		for _, p := range s.pkg.Projections {
			for _, h := range p.On {
				r.checkSealedColumns(h)
			}
		}
		for _, x := range s.pkg.Sagas {
			r.checkSealedOperand(x.Correlate, "correlates a saga", "correlate by a field that is not sealed")
		}
	}
}

func (r *resolver) checkSealedColumns(h *model.ProjectionHandler) {
	for _, o := range append(slices.Clone(h.Key), h.Partition) {
		r.checkSealedOperand(o, "is the key of a row", "find rows by a field that is not sealed")
	}
	for _, a := range h.Add {
		r.checkSealedOperand(a.Value, "is added up", "a sum cannot forget a part of it: set a column, or seal nothing")
	}
	for _, a := range h.Set {
		if f := a.Value.Field; f != nil && holdsSealed(f.Last().Type, map[model.Shape]bool{}) {
			r.rep.Add(sealedMisplaced(f, "goes into one column with fields of several subjects", "set a column for each field, or leave them out"))
		}
	}
}

func (r *resolver) checkSealedOperand(o model.Operand, role, help string) {
	if o.Field != nil && throughSealed(o.Field) {
		r.rep.Add(sealedMisplaced(o.Field, role, help))
	}
}

// throughSealed reports whether a value on the way, or the last one, is sealed.
func throughSealed(p *model.Path) bool {
	return slices.ContainsFunc(p.Fields, (*model.Field).Sealed)
}

// holdsSealed reports whether something in values of a type is sealed.
func holdsSealed(t *model.TypeRef, seen map[model.Shape]bool) bool {
	for t.Elem != nil {
		t = t.Elem
	}
	if t.Named == nil || seen[t.Named.Shape] {
		return false
	}
	seen[t.Named.Shape] = true
	switch s := t.Named.Shape.(type) {
	case *model.Struct:
		return slices.ContainsFunc(s.Fields, func(f *model.Field) bool { return f.Sealed() || holdsSealed(f.Type, seen) })
	case *model.Union:
		return slices.ContainsFunc(s.Branches, func(b *model.Branch) bool {
			return holdsSealed(&model.TypeRef{Kind: model.Named, Named: b.Type}, seen)
		})
	}
	return false
}

// sealedMisplaced: what may be erased is not needed to find something.
func sealedMisplaced(p *model.Path, role, help string) diag.Diagnostic {
	return fault("sealed-misplaced", p.Span, help, "%q is sealed, or holds what is, and %s", p.String(), role)
}
