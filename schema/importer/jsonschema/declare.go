package jsonschema

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// decl is one declared type: all lineages that say the same in all their versions.
type decl struct {
	name   string
	lines  []*lineage // sorted by event and path; the first one is written
	fields fieldNames
}

// declare finds the types of all events. A type that several events use in the same versions is declared once.
func declare(events []*event, c carrier) []*decl {
	classes := classify(reachable(events), c)
	var lines []*lineage
	for _, e := range events {
		lines = append(lines, trace(e, classes)...)
	}
	groups := group(lines, classes)
	decls := map[int]*decl{}
	var out []*decl
	for _, line := range lines {
		id := groups[line]
		if decls[id] == nil {
			decls[id] = &decl{}
			out = append(out, decls[id])
		}
		decls[id].lines = append(decls[id].lines, line)
		line.decl = decls[id]
	}
	for _, d := range out {
		slices.SortStableFunc(d.lines, compareLines)
	}
	slices.SortStableFunc(out, func(a, b *decl) int { return compareLines(a.lines[0], b.lines[0]) })
	return out
}

func compareLines(a, b *lineage) int {
	return cmp.Or(strings.Compare(a.event.id.key, b.event.id.key), cmp.Compare(len(a.path), len(b.path)), slices.Compare(a.path, b.path))
}

// group finds lineages whose versions are equal one by one, and refer to equal versions of equal lineages.
func group(lines []*lineage, c classes) map[*lineage]int {
	class := map[*lineage]int{}
	for count := 0; ; {
		ids, next := map[string]int{}, map[*lineage]int{}
		for _, line := range lines {
			key := strconv.Itoa(class[line]) + lineKey(line, c, class)
			if _, known := ids[key]; !known {
				ids[key] = len(ids) + 1
			}
			next[line] = ids[key]
		}
		class = next
		if len(ids) == count {
			return class
		}
		count = len(ids)
	}
}

func lineKey(line *lineage, c classes, class map[*lineage]int) string {
	var b strings.Builder
	for _, v := range line.versions {
		b.WriteString("|" + strconv.Itoa(c.full[v.shape]))
		for _, u := range v.shape.children() {
			for _, s := range namedIn(u) {
				at := v.in.places[s]
				b.WriteString(" " + strconv.Itoa(class[at.line]) + "@" + strconv.Itoa(at.number))
			}
		}
	}
	return b.String()
}

// namedIn is the named shapes that a type expression refers to.
func namedIn(u *use) []*shape {
	s := u.shape.target()
	if s.named() {
		return []*shape{s}
	}
	var out []*shape
	for _, c := range s.children() {
		out = append(out, namedIn(c)...)
	}
	return out
}

// newest is the last version of a type.
func (d *decl) newest() *shape {
	versions := d.lines[0].versions
	return versions[len(versions)-1].shape
}

// hint is the name that the schema gives the type; "" if none.
func (d *decl) hint() string {
	for _, line := range d.lines {
		for _, v := range slices.Backward(line.versions) {
			if v.shape.hint != "" {
				return v.shape.hint
			}
		}
	}
	return ""
}

// events is the events that use the type, each once.
func (d *decl) events() []*event {
	var out []*event
	for _, line := range d.lines {
		if !slices.Contains(out, line.event) {
			out = append(out, line.event)
		}
	}
	return out
}
