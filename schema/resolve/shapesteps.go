package resolve

import (
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax"
)

// planEnum makes the step between two versions of an enum: renamed values; the others carry themselves.
func (s *step) planEnum(old, target *model.Enum, d *syntax.UpcastDecl, into *model.Upcast) {
	if d == nil {
		d = &syntax.UpcastDecl{Span: s.span}
	}
	into.Span = d.Span
	if into.Go = d.Go.Value; into.Go {
		return
	}
	into.Enum = s.enumMaps(old, target, d.Enum, d.Span)
}

// planUnion makes the step between two versions of a union: each old branch must go on, under its tag,
// with the same struct or a later version of it.
func (s *step) planUnion(old, target *model.Union, d *syntax.UpcastDecl, into *model.Upcast) {
	if s.wholeGo(d, into) {
		return
	}
	for _, b := range old.Branches {
		if !branchGoesOn(b, target) {
			s.r.rep.Add(branchLost(s, b))
		}
	}
}

func branchGoesOn(b *model.Branch, target *model.Union) bool {
	for _, t := range target.Branches {
		if t.Tag == b.Tag {
			return t.Type.Type == b.Type.Type && t.Type.Number >= b.Type.Number
		}
	}
	return false
}

// planOtherShape is the step from a struct to an enum and the like: only Go can do that.
func (s *step) planOtherShape(previous *model.TypeVersion, d *syntax.UpcastDecl, v *model.TypeVersion) {
	if previous.Shape == nil || v.Shape == nil {
		return // a fault of its own
	}
	if !s.wholeGo(d, v.Upcast) {
		s.r.rep.Add(shapeChanged(s, v))
	}
}

// wholeGo takes `go: true` and refuses rules, which have no meaning for the shape.
func (s *step) wholeGo(d *syntax.UpcastDecl, into *model.Upcast) bool {
	if d == nil {
		return false
	}
	into.Span, into.Go = d.Span, d.Go.Value
	for _, rule := range d.Rules {
		s.r.rep.Add(rulesNotHere(rule))
	}
	return into.Go
}
