package jsonschema

// readArray reads an array as a list; the positions of a tuple are not kept.
func (r *reader) readArray(u *use, v *view) {
	u.shape.kind = kindList
	u.limits = r.itemLimits(v)
	var all, positions []*node
	open := true
	for _, n := range v.nodes {
		items, prefix := n.get("items"), n.get("prefixItems")
		switch {
		case prefix != nil && prefix.sort == sortArray:
			positions = append(positions, prefix.elems...)
			open = open && !rest(items, &all)
		case items != nil && items.sort == sortArray:
			positions = append(positions, items.elems...)
			open = open && !rest(n.get("additionalItems"), &all)
		case items != nil && items.sort == sortObject:
			all = append(all, items)
		}
	}
	u.shape.elem = r.elements(u, all, positions, open)
}

// rest reads what stands behind the positions of a tuple; it reports whether that is limited.
func rest(n *node, all *[]*node) bool {
	if n == nil || n.isBool("true") {
		return false
	}
	if n.sort == sortObject {
		*all = append(*all, n)
	}
	return true
}

func (r *reader) elements(u *use, all, positions []*node, open bool) *use {
	if len(positions) == 0 {
		return r.read(conj{seeds: all}) // no seed: anything
	}
	r.losses.add(positions[0].up.up, positions[0].up.key, "a tuple; kept as a list whose elements may stand anywhere")
	if open && !bounded(u.limits, len(positions)) && len(all) == 0 {
		return r.read(conj{})
	}
	return r.anyOf(append(positions, all...))
}

// bounded reports whether no element can stand behind the positions of a tuple.
func bounded(l limits, positions int) bool {
	return l.maxItems != nil && !less([]byte(itoa(positions)), l.maxItems)
}
