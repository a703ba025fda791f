package jsonschema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// classes tells which shapes are the same type: by what they accept, or by all they say.
type classes struct {
	bare map[*shape]int // docs and examples do not count
	full map[*shape]int
}

func (c classes) same(a, b *shape) bool { return c.bare[a] == c.bare[b] }

// classify finds equal shapes, recursive ones included: shapes are taken for equal until something in them, or in
// what they refer to, differs (partition refinement, as for finite automata).
func classify(shapes []*shape, c carrier) classes {
	return classes{bare: refine(shapes, printer{carried: c}), full: refine(shapes, printer{docs: true, carried: c})}
}

// reachable lists the named shapes of all events, each once, in the order of reading.
func reachable(events []*event) []*shape {
	var out []*shape
	seen := map[*shape]bool{}
	var visit func(*shape)
	visit = func(s *shape) {
		s = s.target()
		if seen[s] {
			return
		}
		seen[s] = true
		if s.named() {
			out = append(out, s)
		}
		for _, u := range s.children() {
			visit(u.shape)
		}
	}
	for _, e := range events {
		for _, v := range e.versions {
			visit(v.root)
		}
	}
	return out
}

func refine(shapes []*shape, p printer) map[*shape]int {
	class := map[*shape]int{}
	for count := 0; ; {
		ids, next := map[string]int{}, map[*shape]int{}
		p.child = func(s *shape) string { return strconv.Itoa(class[s]) }
		for _, s := range shapes {
			key := strconv.Itoa(class[s]) + p.shape(s)
			if _, known := ids[key]; !known {
				ids[key] = len(ids) + 1
			}
			next[s] = ids[key]
		}
		class = next
		if len(ids) == count {
			return class
		}
		count = len(ids)
	}
}

// printer writes what a shape says, for comparison.
type printer struct {
	docs    bool
	carried carrier
	child   func(*shape) string
}

func (p printer) shape(s *shape) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s %q %q", s.kind, s.unknown, s.tag, s.salt)
	b.Write(p.carried.object(s).JSON)
	if p.docs {
		fmt.Fprintf(&b, " %q", s.doc)
	}
	b.WriteString(strings.Join(p.members(s), "\n"))
	return b.String()
}

// members lists what a shape consists of, sorted: order is not part of a type.
func (p printer) members(s *shape) []string {
	var out []string
	for _, f := range s.fields {
		out = append(out, fmt.Sprintf("%q %t %s", f.wire, f.optional, p.use(f.use)))
	}
	for _, v := range s.values {
		out = append(out, string(v.literal()))
	}
	for _, br := range s.branches {
		out = append(out, fmt.Sprintf("%q %s", br.tag, p.use(br.use)))
	}
	slices.Sort(out)
	return out
}

func (p printer) use(u *use) string {
	var b strings.Builder
	limits := u.effective()
	fmt.Fprintf(&b, "%t %q %t", u.isNullable(), limits.key(), u.deprecated)
	b.Write(p.carried.field(u).JSON)
	if u.deflt != nil {
		b.Write(u.deflt.literal())
	}
	if p.docs {
		fmt.Fprintf(&b, " %q", u.doc)
		if u.example != nil {
			b.Write(u.example.literal())
		}
	}
	t := u.shape.target()
	if t.named() {
		return b.String() + " #" + p.child(t)
	}
	fmt.Fprintf(&b, " %d%s", t.kind, t.scalar)
	for _, c := range t.children() {
		fmt.Fprintf(&b, "(%s)", p.use(c))
	}
	return b.String()
}
