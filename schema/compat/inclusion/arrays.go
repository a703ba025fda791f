package inclusion

import "slices"

// array is what is known of an array.
type array struct {
	*branch
	least, most int
	every       []*node // elements that hold
	some        []*node // elements that do not: one of them is different
	starts      []int   // positions at which what is known of elements changes
}

// noArray reports whether there are no elements as claimed.
func (b *branch) noArray() bool {
	a := &array{branch: b, most: endless, starts: []int{0}}
	for _, c := range b.facts {
		a.take(c)
	}
	slices.Sort(a.starts)
	a.starts = slices.Compact(a.starts)
	for _, at := range a.starts {
		if at < a.most && b.impossible(a.at(at)) {
			a.most = at
		}
	}
	return a.least > a.most || a.contradictsUnique() || a.contradictsMany() ||
		slices.ContainsFunc(a.some, func(n *node) bool { return !a.place(n) })
}

func (a *array) take(c claim) {
	switch n := c.node; {
	case n.atom == minItems && c.holds:
		a.least = max(a.least, n.from)
	case n.atom == minItems:
		a.most = min(a.most, n.from-1)
	case n.atom == many && c.holds:
		a.least = max(a.least, n.from)
		a.some = append(a.some, a.compiler.every(0, endless, a.not(n.of[0])))
	case n.atom == elements:
		a.starts = append(a.starts, n.from)
		if n.to < endless {
			a.starts = append(a.starts, n.to)
		}
		if c.holds {
			a.every = append(a.every, n)
		} else {
			a.some = append(a.some, n)
			a.least = max(a.least, n.from+1)
		}
	}
}

// at is what is known of the element at a position, if there is one.
func (a *array) at(position int) []claim {
	var out []claim
	for _, n := range a.every {
		if n.from <= position && position < n.to {
			out = append(out, claim{n.of[0], true})
		}
	}
	return out
}

// place reports whether an element that is different may stand somewhere.
func (a *array) place(n *node) bool {
	for _, at := range a.starts {
		if at >= n.from && at < min(n.to, a.most) && !a.impossible(append(a.at(at), claim{n.of[0], false})) {
			return true
		}
	}
	return false
}

// contradictsUnique: an array with less than two elements is unique.
func (a *array) contradictsUnique() bool {
	return a.most < 2 && slices.ContainsFunc(a.facts, func(c claim) bool { return c.node.atom == unique && !c.holds })
}

// contradictsMany: who has many has fewer, and who has none has not many.
func (a *array) contradictsMany() bool {
	for _, c := range a.facts {
		for _, d := range a.facts {
			if c.node.atom == many && d.node.atom == many && c.holds && !d.holds && c.node.of[0] == d.node.of[0] && c.node.from >= d.node.from {
				return true
			}
		}
	}
	return false
}
