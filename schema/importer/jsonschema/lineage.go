package jsonschema

import "slices"

// lineage is the versions of one nested type within one event: v1's `meta` and v2's `meta`.
type lineage struct {
	event    *event
	versions []lineVersion // version 1 first
	path     []string      // wire names that lead to it
	decl     *decl
}

// lineVersion is one shape of a lineage, and the newest version of the event that has it.
type lineVersion struct {
	shape *shape
	in    *eventVersion
}

// place says that a shape, in a version of an event, is a version of a lineage.
type place struct {
	line   *lineage
	number int
}

// tracer follows the nested types of an event through its versions.
type tracer struct {
	event   *event
	classes classes
	lines   []*lineage
}

// trace gives every named shape of every version of an event its place.
func trace(e *event, c classes) []*lineage {
	t := &tracer{event: e, classes: c}
	for i, v := range e.versions {
		if i > 0 {
			t.pairFields(e.versions[i-1], v, e.versions[i-1].root, v.root, map[[2]*shape]bool{})
		}
		seen := map[*shape]bool{}
		for _, f := range v.root.fields {
			t.found(v, f.use, []string{f.wire}, seen)
		}
	}
	return t.lines
}

// found starts a lineage for every shape that has no place yet.
func (t *tracer) found(v *eventVersion, u *use, path []string, seen map[*shape]bool) {
	s := u.shape.target()
	if seen[s] {
		return
	}
	seen[s] = true
	if _, placed := v.places[s]; s.named() && !placed {
		line := &lineage{event: t.event, versions: []lineVersion{{s, v}}, path: path}
		t.lines = append(t.lines, line)
		v.places[s] = place{line, 1}
	}
	if s.elem != nil {
		t.found(v, s.elem, append(slices.Clone(path[:len(path)-1]), singular(path[len(path)-1])), seen)
	}
	for _, f := range s.fields {
		t.found(v, f.use, append(slices.Clone(path), f.wire), seen)
	}
	for _, b := range s.branches {
		t.found(v, b.use, append(slices.Clone(path), b.tag), seen)
	}
}

// pair continues the lineage of an old shape with the shape that stands in the same place in the next version.
func (t *tracer) pair(before, after *eventVersion, o, n *use, done map[[2]*shape]bool) {
	old, new := innermost(o), innermost(n)
	if old.kind != new.kind || !old.named() || done[[2]*shape{old, new}] {
		return
	}
	done[[2]*shape{old, new}] = true
	t.follow(before, after, old, new)
	t.pairFields(before, after, old, new, done)
}

func (t *tracer) follow(before, after *eventVersion, old, new *shape) {
	from, known := before.places[old]
	if _, placed := after.places[new]; placed || !known || !t.comparable(old, new) {
		return
	}
	line := from.line
	for number := from.number; number <= len(line.versions); number++ {
		if t.classes.same(line.versions[number-1].shape, new) {
			after.places[new] = place{line, number}
			line.versions[number-1] = lineVersion{new, after}
			return
		}
	}
	if from.number == len(line.versions) {
		line.versions = append(line.versions, lineVersion{new, after})
		after.places[new] = place{line, len(line.versions)}
	}
}

// comparable: an enum of texts does not become one of numbers.
func (t *tracer) comparable(old, new *shape) bool {
	return old.kind != kindEnum || old.values[0].sort == new.values[0].sort
}

func (t *tracer) pairFields(before, after *eventVersion, old, new *shape, done map[[2]*shape]bool) {
	for _, f := range new.fields {
		if o := old.field(f.wire); o != nil {
			t.pair(before, after, o.use, f.use, done)
		}
	}
	for _, b := range new.branches {
		for _, o := range old.branches {
			if o.tag == b.tag {
				t.pair(before, after, o.use, b.use, done)
			}
		}
	}
}

// innermost looks into lists and maps: their elements are the same type even if the collection changed.
func innermost(u *use) *shape {
	s := u.shape.target()
	for s.elem != nil {
		s = s.elem.shape.target()
	}
	return s
}
