package jsonschema

import "strconv"

// tuple is what the schemas of a view say about the elements of an array.
type tuple struct {
	all       []*node // schemas for all elements, or for those behind the positions
	positions []*node // schemas for one position each
	ends      bool    // what stands behind the positions is limited
}

// readArray reads an array as a list; the positions of a tuple are not kept.
func (r *reader) readArray(u *use, v *view) {
	u.shape.kind = kindList
	u.limits = r.itemLimits(v)
	var t tuple
	for _, n := range v.nodes {
		items, prefix := n.get("items"), n.get("prefixItems")
		switch {
		case prefix != nil && prefix.sort == sortArray:
			t.add(prefix, items)
		case items != nil && items.sort == sortArray:
			t.add(items, n.get("additionalItems"))
		case items != nil && items.sort == sortObject:
			t.all = append(t.all, items)
		case items.isBool("false"):
			r.losses.constrains(n, "items", "elements are accepted")
		}
	}
	u.shape.elem = r.elements(u.limits, t)
}

// add notes the positions of a tuple and the schema of what stands behind them.
func (t *tuple) add(positions, rest *node) {
	t.positions = append(t.positions, positions.elems...)
	if rest == nil || rest.isBool("true") {
		return
	}
	t.ends = true
	if rest.sort == sortObject {
		t.all = append(t.all, rest)
	}
}

func (r *reader) elements(l limits, t tuple) *use {
	if len(t.positions) == 0 {
		return r.read(conj{seeds: t.all}) // no seed: anything
	}
	first := t.positions[0]
	r.losses.constrains(first.up.up, first.up.key, "a tuple; kept as a list whose elements may stand anywhere")
	r.losses.lost.markAll([]*node{first.up.up}, "items", "additionalItems")
	if !t.ends && !bounded(l, len(t.positions)) && len(t.all) == 0 {
		return r.read(conj{})
	}
	return r.anyOf(append(t.positions, t.all...))
}

// bounded reports whether no element can stand behind the positions of a tuple.
func bounded(l limits, positions int) bool {
	return l.maxItems != nil && !less([]byte(strconv.Itoa(positions)), l.maxItems)
}
