// Package downcast inverts upcasts: how a value of a version is written for a reader of the version before.
//
// In: a resolved version with its upcast. Out: rules of the same language that lead back, and what they lose; or the
// obstacles, each with the rule that cannot be inverted and why. It changes nothing.
package downcast

import (
	"fmt"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

// Plan leads from a version to the one before.
type Plan struct {
	Rules  []*model.Rule    // of a struct: one for each field of the old version, in its order
	Enum   []*model.EnumMap // of an enum: renamed values, from new to old
	Losses []Loss
	// Inexact is why down(up(x)) may differ from x: what the upcast itself lost. Empty where it holds for every x.
	Inexact []Loss
}

// Loss is something of the new version that a reader of the old one does not see.
type Loss struct {
	Field string // path in the new version
	What  string // "is left out", "null becomes absent"
	Span  source.Span
}

// Obstacle is why there is no downcast.
type Obstacle struct {
	Field string // path in the old version, or in the new one for what the old one cannot hold
	Why   string
	Span  source.Span
}

// OfEvent inverts the step to an event version. It returns obstacles or a plan; both are nil for a first version.
func OfEvent(v *model.EventVersion) (*Plan, []Obstacle) {
	if v.Upcast == nil {
		return nil, nil
	}
	return newInverter().structure(v.Upcast, v.Upcast.From.Event.Struct, v.Struct)
}

// OfType inverts the step to a version of a named type.
func OfType(v *model.TypeVersion) (*Plan, []Obstacle) {
	if v.Upcast == nil {
		return nil, nil
	}
	return newInverter().typeStep(v)
}

// inverter remembers which types it is in, since types may refer to themselves.
type inverter struct {
	under map[*model.TypeVersion]bool
}

func newInverter() *inverter { return &inverter{map[*model.TypeVersion]bool{}} }

// typeStep inverts one step of a named type.
func (in *inverter) typeStep(v *model.TypeVersion) (*Plan, []Obstacle) {
	in.under[v] = true
	defer delete(in.under, v)
	if v.Upcast.Go {
		return nil, []Obstacle{{v.Type.Name, "its upcast is written by hand", v.Upcast.Span}}
	}
	switch old := v.Upcast.From.Type.Shape.(type) {
	case *model.Struct:
		return in.structure(v.Upcast, old, v.Shape.(*model.Struct))
	case *model.Enum:
		return in.enum(v, old, v.Shape.(*model.Enum))
	default:
		return in.union(v, old.(*model.Union), v.Shape.(*model.Union))
	}
}

// leadsBack reports whether a chain of steps of a named type can be inverted.
func (in *inverter) leadsBack(from, to *model.TypeVersion) bool {
	for _, v := range from.Type.Versions {
		if v.Number <= to.Number || v.Number > from.Number || in.under[v] {
			continue
		}
		if _, obstacles := in.typeStep(v); len(obstacles) > 0 {
			return false
		}
	}
	return true
}

// union inverts a union: each branch goes back to the branch of its tag.
func (in *inverter) union(v *model.TypeVersion, old, next *model.Union) (*Plan, []Obstacle) {
	var obstacles []Obstacle
	for _, b := range next.Branches {
		was := branch(old, b.Tag)
		switch {
		case was == nil:
			obstacles = append(obstacles, Obstacle{v.Type.Name, fmt.Sprintf("the old version has no branch %q", b.Tag), b.Span})
		case was.Type != b.Type && !in.leadsBack(b.Type, was.Type):
			obstacles = append(obstacles, Obstacle{v.Type.Name, fmt.Sprintf("branch %q has no downcast", b.Tag), b.Span})
		}
	}
	if len(obstacles) > 0 {
		return nil, obstacles
	}
	return &Plan{}, nil
}

func branch(u *model.Union, tag string) *model.Branch {
	for _, b := range u.Branches {
		if b.Tag == tag {
			return b
		}
	}
	return nil
}
