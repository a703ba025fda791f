package compat

import (
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

// pair is two versions of a named type that stand at one place.
type pair struct{ old, new *model.TypeVersion }

// differ walks two shapes side by side.
type differ struct {
	unchanged map[pair]bool // pairs of earlier walks in which nothing was found; kept between walks

	seen  map[pair]bool // pairs of this walk: a shared type is reported once, and recursion ends
	found []Change
	trail trail
	via   string
	types [2]*model.TypeVersion // of via
	old   side
	new   side
}

// side is what is known of the old or of the new while walking.
type side struct {
	span    source.Span // of the event version or named type that is being read
	rejects bool        // of the struct that is being read
}

func newDiffer() *differ { return &differ{unchanged: map[pair]bool{}} }

// versions finds what differs between two versions of an event. The chain of upcasts between them tells renames
// from removals; it is empty where both stand for the same version.
func (d *differ) versions(old, new *model.EventVersion, chain []*model.Upcast) []Change {
	d.seen, d.found, d.trail, d.via = map[pair]bool{}, nil, nil, ""
	d.types = [2]*model.TypeVersion{}
	d.old, d.new = side{span: old.Span}, side{span: new.Span}
	d.structs(old.Struct, new.Struct, aliasesOf(chain))
	if len(d.found) == 0 {
		for p := range d.seen {
			d.unchanged[p] = true
		}
	}
	for i := range d.found {
		d.found[i].Element, d.found[i].From, d.found[i].To = new.Event.Wire, old.Number, new.Number
	}
	return d.found
}

// report adds a change at the place where the walk is.
func (d *differ) report(k Kind, old, new Place) {
	if old.Span.IsZero() {
		old.Span = d.old.span
	}
	if new.Span.IsZero() {
		new.Span = d.new.span
	}
	old.Rejects, new.Rejects = d.old.rejects, d.new.rejects
	d.found = append(d.found, Change{Kind: k, Path: d.trail.String(), Via: d.via, Old: old, New: new, trail: d.trail, types: d.types})
}

// within walks what lies one hop further.
func (d *differ) within(h hop, walk func()) {
	before := d.trail
	d.trail = before.with(h)
	walk()
	d.trail = before
}

// named walks two named types, once a walk.
func (d *differ) named(old, new *model.TypeVersion) {
	p := pair{old, new}
	if old == new || d.seen[p] || d.unchanged[p] {
		return
	}
	d.seen[p] = true
	d.inType(old, new, func() { d.shapes(old, new) })
}

// inType walks what lies in a named type.
func (d *differ) inType(old, new *model.TypeVersion, walk func()) {
	oldSide, newSide, via, types := d.old, d.new, d.via, d.types
	d.old, d.new, d.via, d.types = side{span: old.Span}, side{span: new.Span}, qualified(new), [2]*model.TypeVersion{old, new}
	walk()
	d.old, d.new, d.via, d.types = oldSide, newSide, via, types
}

func (d *differ) shapes(old, new *model.TypeVersion) {
	a := aliasesOf(typeChain(old, new))
	switch n := new.Shape.(type) {
	case *model.Struct:
		if o, ok := old.Shape.(*model.Struct); ok {
			d.structs(o, n, a)
		}
	case *model.Enum:
		if o, ok := old.Shape.(*model.Enum); ok {
			d.enums(o, n, a.values)
		}
	case *model.Union:
		if o, ok := old.Shape.(*model.Union); ok {
			d.unions(o, n)
		}
	}
}

// typeChain lists the upcasts from a version of a type to a later one of the same type, oldest first.
func typeChain(old, new *model.TypeVersion) []*model.Upcast {
	if old.Type.Name != new.Type.Name || old.Type.Package.Name != new.Type.Package.Name {
		return nil
	}
	var chain []*model.Upcast
	for _, v := range new.Type.Versions {
		if v.Number > old.Number && v.Number <= new.Number && v.Upcast != nil {
			chain = append(chain, v.Upcast)
		}
	}
	return chain
}

// eventChain is typeChain for events. The upcasts are those of the new version's model.
func eventChain(old, new *model.EventVersion) []*model.Upcast {
	var chain []*model.Upcast
	for _, v := range new.Event.Versions {
		if v.Number > old.Number && v.Number <= new.Number && v.Upcast != nil {
			chain = append(chain, v.Upcast)
		}
	}
	return chain
}

func qualified(v *model.TypeVersion) string { return v.Type.Package.Name + "." + v.Type.Name }
