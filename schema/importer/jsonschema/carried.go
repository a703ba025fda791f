package jsonschema

import (
	"bytes"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/syntax"
)

// lostKeywords are the keywords of each schema that constrain values and that nothing checks any more.
type lostKeywords struct{ of map[*node]map[string]bool }

// whole stands for every keyword of a schema.
const whole = ""

// oneProperty begins the entry of a single property.
const oneProperty = "properties/"

func (l *lostKeywords) mark(n *node, keyword string) {
	if l.of == nil {
		l.of = map[*node]map[string]bool{}
	}
	if l.of[n] == nil {
		l.of[n] = map[string]bool{}
	}
	l.of[n][keyword] = true
}

// markAll marks keywords of all schemas that have them.
func (l *lostKeywords) markAll(nodes []*node, keywords ...string) {
	for _, n := range nodes {
		for _, k := range keywords {
			if n.get(k) != nil {
				l.mark(n, k)
			}
		}
	}
}

func (l *lostKeywords) markWhole(nodes []*node) {
	for _, n := range nodes {
		l.mark(n, whole)
	}
}

func (l *lostKeywords) markProperty(schema *node) { l.mark(schema.up.up, oneProperty+schema.key) }

// carrier writes what schemas say unchecked: at structs what is said of the object, at fields all else.
type carrier struct {
	lost    *lostKeywords
	library *library
}

func (r *reader) carrier() carrier { return carrier{&r.losses.lost, r.library} }

// maxCarried bounds what is carried at one place: references are followed only as far as that.
const maxCarried = 16 << 10

// maxCarriedDepth bounds its nesting, far below what a schema file may have.
const maxCarriedDepth = 60

func (c carrier) object(s *shape) syntax.Literal {
	if s.kind != kindStruct {
		return syntax.Literal{}
	}
	return together(c.parts(s.nodes))
}

func (c carrier) field(u *use) syntax.Literal { return together(c.use(u, 0)) }

// use is what is carried at a use, and at the elements of lists and maps.
func (c carrier) use(u *use, depth int) [][]byte {
	t := u.shape.target()
	if t.kind == kindStruct || depth > maxNesting {
		return nil
	}
	parts := c.chain(u)
	keyword := map[kind]string{kindList: "items", kindOneOrMany: "items", kindMap: "additionalProperties"}[t.kind]
	if keyword == "" {
		return parts
	}
	if of := together(c.use(t.elem, depth+1)); of.JSON != nil {
		parts = append(parts, []byte(`{"`+keyword+`":`+string(of.JSON)+`}`))
	}
	return parts
}

// chain is what is lost of a use and of all that it is an alias of. What the one alternative beside null says does not
// hold of null.
func (c carrier) chain(u *use) [][]byte {
	nodes := slices.Clone(u.nodes)
	for s := u.shape; ; s = s.elem.shape {
		nodes = append(nodes, s.nodes...)
		if s.kind != kindAlias {
			return c.parts(nodes)
		}
		if s.orNull {
			inner := c.parts(slices.DeleteFunc(slices.Concat(s.elem.nodes, s.elem.shape.target().nodes), func(n *node) bool { return slices.Contains(nodes, n) }))
			return append(c.parts(nodes), orNull(inner)...)
		}
	}
}

func orNull(parts [][]byte) [][]byte {
	if len(parts) == 0 {
		return nil
	}
	return [][]byte{[]byte(`{"anyOf":[` + string(together(parts).JSON) + `,{"type":"null"}]}`)}
}

// parts is what is lost of several schemas, as a schema each.
func (c carrier) parts(nodes []*node) [][]byte {
	var out [][]byte
	seen := map[*node]bool{}
	for _, n := range nodes {
		if lost := c.lost.of[n]; lost != nil && !seen[n] {
			seen[n] = true
			w := inliner{library: c.library}
			if part := w.lostOf(n, lost); !w.tooDeep && string(part) != "{}" {
				out = append(out, part)
			}
		}
	}
	return out
}

// together is one schema that says what several say; the zero Literal if they say nothing.
func together(parts [][]byte) syntax.Literal {
	slices.SortFunc(parts, bytes.Compare)
	parts = slices.CompactFunc(parts, bytes.Equal)
	switch len(parts) {
	case 0:
		return syntax.Literal{}
	case 1:
		return syntax.Literal{JSON: parts[0]}
	}
	return syntax.Literal{JSON: []byte(`{"allOf":[` + string(bytes.Join(parts, []byte(","))) + `]}`)}
}

// inliner writes schemas in canonical form: keys sorted, annotations left out, references replaced by what they refer
// to, unless that contains itself or becomes too long.
type inliner struct {
	library *library
	within  []*node // schemas that are being written
	written int
	tooDeep bool
}

// lostOf is a schema with its lost keywords alone.
func (w *inliner) lostOf(n *node, lost map[string]bool) []byte {
	if n.isBool("false") {
		return []byte(`{"not":{}}`)
	}
	var members []member
	forbidden := &node{file: n.file, up: n, key: "properties", sort: sortObject}
	for _, m := range n.members {
		if n.get(m.name) != m.node || annotations[m.name] || !vocabulary[m.name] {
			continue
		}
		if lost[whole] || lost[m.name] {
			members = append(members, m)
		} else if m.name == "properties" {
			for _, p := range m.node.members {
				if lost[oneProperty+p.name] {
					forbidden.members = append(forbidden.members, p)
				}
			}
		}
	}
	if len(forbidden.members) > 0 {
		members = append(members, member{"properties", forbidden})
	}
	w.within = append(w.within, n)
	return w.object(members, w.keyword)
}

// object writes members in the order of their names.
func (w *inliner) object(members []member, value func(member) []byte) []byte {
	members = slices.Clone(members)
	slices.SortStableFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	out := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, quote(m.name)...), ':'), value(m)...)
	}
	return append(out, '}')
}

// schemaMaps are keywords whose members are schemas by name.
var schemaMaps = set("properties", "patternProperties", "dependentSchemas", "dependencies")

// keyword writes the value of a keyword.
func (w *inliner) keyword(m member) []byte {
	switch {
	case m.name == "enum" || m.name == "const" || m.name == "required" || m.name == "dependentRequired":
		return w.plain(m.node)
	case schemaMaps[m.name] && m.node.sort == sortObject:
		return w.object(distinctMembers(m.node), func(m member) []byte { return w.schema(m.node) })
	}
	return w.schema(m.node)
}

// plain writes a value that is no schema.
func (w *inliner) plain(n *node) []byte {
	w.tooDeep = w.tooDeep || depthOf(n) > maxCarriedDepth
	switch n.sort {
	case sortObject:
		return w.object(distinctMembers(n), func(m member) []byte { return w.plain(m.node) })
	case sortArray:
		return w.array(n, w.plain)
	}
	return n.literal()
}

func (w *inliner) array(n *node, value func(*node) []byte) []byte {
	out := []byte{'['}
	for i, e := range n.elems {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, value(e)...)
	}
	return append(out, ']')
}

// schema writes a schema, a list of schemas, or what else a keyword may hold.
func (w *inliner) schema(n *node) []byte {
	if len(w.within) > maxCarriedDepth {
		w.tooDeep = true
	}
	if w.tooDeep {
		return []byte("{}")
	}
	switch n.sort {
	case sortArray:
		return w.array(n, w.schema)
	case sortObject:
	default:
		return n.literal()
	}
	w.within = append(w.within, n)
	defer func() { w.within = w.within[:len(w.within)-1] }()
	own := slices.DeleteFunc(distinctMembers(n), func(m member) bool {
		return !vocabulary[m.name] || annotations[m.name] && m.name != "allOf" && m.name != "$ref"
	})
	var target *node
	if n.str("$ref") != "" {
		target = w.library.target(n, "$ref")
	}
	if target == nil || slices.Contains(w.within, target) || w.written > maxCarried {
		return w.count(w.object(own, w.keyword))
	}
	own = slices.DeleteFunc(own, func(m member) bool { return m.name == "$ref" })
	parts := [][]byte{w.schema(target)}
	if len(own) > 0 {
		parts = append(parts, w.object(own, w.keyword))
	}
	return w.count(together(parts).JSON)
}

func (w *inliner) count(out []byte) []byte {
	w.written += len(out)
	return out
}

func distinctMembers(n *node) []member {
	return slices.DeleteFunc(slices.Clone(n.members), func(m member) bool { return n.get(m.name) != m.node })
}

// depthOf is how deep a value is nested.
func depthOf(n *node) int {
	deepest := 0
	for _, m := range n.members {
		deepest = max(deepest, depthOf(m.node)+1)
	}
	for _, e := range n.elems {
		deepest = max(deepest, depthOf(e)+1)
	}
	return deepest
}
