package jsonschema

import (
	"slices"
	"strconv"
)

// property is one name of an object and all schemas that stand under it.
type property struct {
	name     string
	schemas  []*node
	required bool
}

// readObject reads an object as a struct, or as a map when no name is declared.
func (r *reader) readObject(u *use, v *view) {
	properties := r.properties(v)
	required := r.required(v)
	if len(properties) == 0 && len(required) == 0 && (!r.closed(v) || len(patterns(v)) > 0) {
		r.readMap(u, v)
		return
	}
	s := u.shape
	s.kind, s.unknown = kindStruct, "keep"
	if r.closed(v) && len(patterns(v)) == 0 && len(extras(v)) == 0 {
		s.unknown = "reject"
	} else {
		r.noteExtras(v)
	}
	needed, declared := set(required...), map[string]bool{}
	for _, p := range properties {
		declared[p.name] = true
		p.required = needed[p.name]
		r.readField(s, p)
	}
	for _, name := range required {
		if !declared[name] {
			r.undeclared(s, v, name)
		}
	}
}

// properties lists the declared names in the order of reading.
func (r *reader) properties(v *view) []property {
	var out []property
	at := map[string]int{}
	for _, n := range v.nodes {
		list := n.get("properties")
		if list == nil {
			continue
		}
		for _, m := range list.members {
			if list.get(m.name) != m.node {
				continue // written twice
			}
			i, known := at[m.name]
			if !known {
				i = len(out)
				at[m.name] = i
				out = append(out, property{name: m.name})
			}
			out[i].schemas = append(out[i].schemas, m.node)
		}
	}
	return out
}

// required lists the names that must be present, in the order of reading.
func (r *reader) required(v *view) []string {
	var out []string
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	for _, n := range v.nodes {
		if list := n.get("required"); list != nil {
			for _, e := range list.elems {
				if e.sort == sortString {
					add(e.text)
				}
			}
		}
		if list := n.get("properties"); list != nil {
			for _, m := range list.members {
				if m.node.is("required", "true") { // draft 03
					add(m.name)
				}
			}
		}
	}
	return out
}

func (r *reader) readField(s *shape, p property) {
	if i := slices.IndexFunc(p.schemas, func(n *node) bool { return n.isBool("false") }); i >= 0 && !p.required {
		r.losses.add(p.schemas[i], "", "the property is forbidden, which is not checked")
		r.losses.lost.markProperty(p.schemas[i])
		return
	}
	s.fields = append(s.fields, &field{
		wire: p.name, optional: !p.required, origin: p.schemas[0], use: r.read(conj{seeds: p.schemas}),
	})
}

// undeclared is a field for a name that is required and declared nowhere: it holds anything.
func (r *reader) undeclared(s *shape, v *view, name string) {
	any := &use{shape: r.newShape(&view{})}
	any.shape.becomeScalar("json")
	for _, n := range v.nodes {
		if list := n.get("required"); list != nil {
			r.losses.add(n, "required", strconv.Quote(name)+" is required and declared nowhere; kept as json")
			break
		}
	}
	s.fields = append(s.fields, &field{wire: name, use: any, origin: v.nodes[0]})
}

// closed reports whether names that are not declared are refused.
func (r *reader) closed(v *view) bool {
	return slices.ContainsFunc(v.nodes, func(n *node) bool {
		return n.is("additionalProperties", "false") || n.is("unevaluatedProperties", "false")
	})
}

// extras are the schemas of values under names that are not declared.
func extras(v *view) []*node {
	var out []*node
	for _, n := range v.nodes {
		for _, keyword := range []string{"additionalProperties", "unevaluatedProperties"} {
			if m := n.get(keyword); m != nil && m.sort == sortObject && len(m.members) > 0 {
				out = append(out, m)
			}
		}
	}
	return out
}

// patterns are the entries of patternProperties.
func patterns(v *view) []*node {
	var out []*node
	for _, n := range v.nodes {
		if list := n.get("patternProperties"); list != nil {
			for _, m := range list.members {
				out = append(out, m.node)
			}
		}
	}
	return out
}

func (r *reader) noteExtras(v *view) {
	for _, n := range extras(v) {
		r.losses.constrains(n.up, n.key, "properties that are not declared are kept, and not checked")
	}
	for _, n := range patterns(v) {
		r.losses.lost.markAll(v.nodes, "additionalProperties", "unevaluatedProperties")
		r.losses.constrains(n.up.up, "patternProperties", "properties that match "+strconv.Quote(n.key)+" are kept, and not checked")
	}
}

// readMap reads an object without declared names.
func (r *reader) readMap(u *use, v *view) {
	u.shape.kind = kindMap
	named, others := patterns(v), extras(v)
	for _, n := range named {
		r.losses.lost.markAll(v.nodes, "additionalProperties", "unevaluatedProperties")
		r.losses.constrains(n.up.up, "patternProperties", "keys need not match "+strconv.Quote(n.key))
	}
	switch {
	case len(named) == 0 && len(others) > 0:
		u.shape.elem = r.read(conj{seeds: others})
	case len(named) > 0 && r.onlyPatterns(v):
		u.shape.elem = r.anyOf(named)
	default:
		u.shape.elem = &use{shape: r.newShape(&view{})}
		u.shape.elem.shape.becomeScalar("json")
	}
}

// onlyPatterns reports whether names must match a pattern. Real schemas forget to say so: an object that
// declares nothing but one pattern means it.
func (r *reader) onlyPatterns(v *view) bool {
	return r.closed(v) || len(extras(v)) == 0 && !slices.ContainsFunc(v.nodes, func(n *node) bool {
		return n.is("additionalProperties", "true")
	})
}

// anyOf is a choice among schemas that stand in different places.
func (r *reader) anyOf(schemas []*node) *use {
	if len(schemas) == 1 {
		return r.read(conj{seeds: schemas})
	}
	choice := r.newShape(&view{})
	choice.kind, choice.origin = kindChoice, schemas[0]
	for _, n := range schemas {
		choice.alts = append(choice.alts, r.read(conj{seeds: []*node{n}}))
	}
	return &use{shape: choice}
}
