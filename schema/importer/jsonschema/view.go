package jsonschema

import (
	"slices"
	"strconv"
	"strings"
)

// conj is a set of schemas that apply to the same value.
type conj struct {
	seeds []*node
	done  []*node // the oneOf and anyOf lists of which an alternative stands among the seeds
	only  types   // restriction to one JSON type; 0 for none
}

// with is the conjunction after one alternative of a list was chosen.
func (c conj) with(alternative, list *node) conj {
	return conj{
		seeds: append(slices.Clone(c.seeds), alternative),
		done:  append(slices.Clone(c.done), list),
		only:  c.only,
	}
}

// view is a conjunction with all $ref and allOf followed.
type view struct {
	conj  conj
	nodes []*node // every schema that applies, in the order of reading
	lists []*node // oneOf and anyOf lists that are still to be chosen from
	loop  *node   // a schema that refers to one that was visited before
	never *node   // a false schema, if one applies
	name  *node   // the schema that names the whole, because everything else only annotates it
	key   string  // equal for conjunctions that mean the same type
}

// flows are the keywords through which other schemas apply to the same value.
var refKeywords = []string{"$ref", "$dynamicRef", "$recursiveRef"}

// annotations say nothing about which values are valid.
var annotations = set("$schema", "$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$comment", "$vocabulary",
	"title", "description", "default", "examples", "example", "definitions", "$defs", "deprecated", "readOnly", "writeOnly",
	"nullable", "x-nullable", "$ref", "$dynamicRef", "$recursiveRef", "allOf")

func set(names ...string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

// view follows all references of a conjunction.
func (r *reader) view(c conj) *view {
	v := &view{conj: c}
	seen := map[*node]bool{}
	for _, n := range c.seeds {
		r.visit(v, n, seen)
	}
	v.name = r.namedBy(c)
	v.key = v.identity()
	return v
}

// all is every schema that applies, a false one included.
func (v *view) all() []*node {
	if v.never == nil {
		return v.nodes
	}
	return append(slices.Clip(v.nodes), v.never)
}

func (r *reader) visit(v *view, n *node, seen map[*node]bool) {
	switch {
	case n.isBool("true") || seen[n]:
		return
	case n.isBool("false"):
		v.never = n
		return
	case n.sort != sortObject:
		r.losses.add(n, "", "not a schema; anything is accepted")
		return
	}
	seen[n] = true
	v.nodes = append(v.nodes, n)
	for _, keyword := range refKeywords {
		if n.str(keyword) == "" {
			continue
		}
		if target := r.library.target(n, keyword); target != nil {
			if seen[target] {
				v.loop = n
			}
			r.visit(v, target, seen)
		}
	}
	for _, keyword := range []string{"oneOf", "anyOf"} {
		if list := n.get(keyword); list != nil && list.sort == sortArray && !slices.Contains(v.conj.done, list) {
			v.lists = append(v.lists, list)
		}
	}
	if all := n.get("allOf"); all != nil {
		for _, e := range all.elems {
			r.visit(v, e, seen)
		}
	}
}

// identity joins the ids of all schemas that constrain, and of the alternatives chosen in them.
func (v *view) identity() string {
	var ids []int
	for _, n := range v.nodes {
		if !v.constrains(n) {
			continue
		}
		ids = append(ids, n.id)
		for _, keyword := range []string{"oneOf", "anyOf"} {
			if list := n.get(keyword); list != nil && slices.Contains(v.conj.done, list) {
				ids = append(ids, -list.id)
			}
		}
	}
	slices.Sort(ids)
	var b strings.Builder
	for _, id := range ids {
		b.WriteString(strconv.Itoa(id))
		b.WriteByte(' ')
	}
	b.WriteString(v.conj.only.String())
	if v.never != nil {
		b.WriteString(" never")
	}
	return b.String()
}

// constrains reports whether a schema says anything itself, beyond alternatives that were chosen.
func (v *view) constrains(n *node) bool {
	return slices.ContainsFunc(n.members, func(m member) bool {
		if m.name == "oneOf" || m.name == "anyOf" {
			return slices.Contains(v.lists, m.node)
		}
		return !annotations[m.name] && vocabulary[m.name]
	})
}

// namedBy is the schema that all of a conjunction comes down to, reached by references alone; nil if none.
func (r *reader) namedBy(c conj) *node {
	var only *node
	for _, n := range c.seeds {
		if n.sort != sortObject || !r.adds(n, c) {
			continue
		}
		if only != nil {
			return nil
		}
		only = n
	}
	if only == nil {
		return nil
	}
	return r.followName(only, c)
}

// adds reports whether a schema holds anything but annotations and the lists chosen from.
func (r *reader) adds(n *node, c conj) bool {
	return slices.ContainsFunc(n.members, func(m member) bool {
		if slices.Contains(c.done, m.node) {
			return false
		}
		return !annotations[m.name] && vocabulary[m.name] || m.name == "allOf" || slices.Contains(refKeywords, m.name)
	})
}

func (r *reader) followName(n *node, c conj) *node {
	var name *node
	for range 100 {
		if slices.ContainsFunc(n.members, func(m member) bool {
			return m.name != "type" && !slices.Contains(c.done, m.node) && !annotations[m.name] && vocabulary[m.name]
		}) {
			return name
		}
		next, named := r.throughOne(n)
		if next == nil {
			return name
		}
		if named {
			name = next
		}
		n = next
	}
	return name
}

// throughOne follows the only reference of a schema, or the only element of its allOf.
func (r *reader) throughOne(n *node) (next *node, named bool) {
	all := n.get("allOf")
	ref := n.str("$ref")
	switch {
	case ref != "" && all == nil:
		return r.library.target(n, "$ref"), true
	case ref == "" && all != nil && len(all.elems) == 1 && all.elems[0].sort == sortObject:
		return all.elems[0], false
	}
	return nil, false
}
