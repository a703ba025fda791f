package inclusion

import (
	"slices"
	"strconv"
	"strings"
)

// claim is that a node holds of a value, or that it does not.
type claim struct {
	node  *node
	holds bool
}

func (c claim) key() int {
	if c.holds {
		return c.node.id
	}
	return ^c.node.id
}

// prover looks for contradictions.
type prover struct {
	*compiler
	left  int             // steps
	known map[string]bool // goals that were tried
	open  map[string]int  // goals that are being tried, and how deep they are
	leans int             // the lowest goal that the proof of another one took for granted; above all where there is none
}

// step counts; false where the proof takes too long.
func (p *prover) step() bool {
	p.left--
	return p.left > 0
}

// impossible reports whether it is proved that no value satisfies all claims. A goal that comes back while it is being
// tried is one of a part of the value: values are finite, and of all that could satisfy it one is smallest.
func (p *prover) impossible(claims []claim) bool {
	key := goalKey(claims)
	if at, again := p.open[key]; again {
		p.leans = min(p.leans, at)
		return true
	}
	if result, tried := p.known[key]; tried {
		return result
	}
	depth, before := len(p.open), p.leans
	p.open[key], p.leans = depth, endless
	result := p.step() && p.refute(claims)
	delete(p.open, key)
	if !result || p.leans >= depth {
		p.known[key] = result
		p.leans = endless
	}
	p.leans = min(p.leans, before)
	return result
}

func goalKey(claims []claim) string {
	var keys []int
	for _, c := range claims {
		keys = append(keys, c.key())
	}
	slices.Sort(keys)
	var b strings.Builder
	for _, k := range slices.Compact(keys) {
		b.WriteString(strconv.Itoa(k))
		b.WriteByte(' ')
	}
	return b.String()
}

func (p *prover) refute(claims []claim) bool {
	for t := types(1); t <= allTypes; t <<= 1 {
		b := &branch{prover: p, of: t, said: map[int]bool{}}
		if b.addAll(claims) && !b.closed() {
			return false
		}
	}
	return true
}

// branch is what is known of a value of one type.
type branch struct {
	*prover
	of      types
	said    map[int]bool
	choices []claim // lists of which one part holds
	facts   []claim // atoms
}

// addAll adds claims; false where they contradict what is known.
func (b *branch) addAll(claims []claim) bool {
	for _, c := range claims {
		if !b.add(c) {
			return false
		}
	}
	return true
}

func (b *branch) add(c claim) bool {
	if b.said[claim{c.node, !c.holds}.key()] {
		return false
	}
	if b.said[c.key()] {
		return true
	}
	b.said[c.key()] = true
	n := c.node
	switch n.form {
	case always:
		return c.holds
	case ofType:
		return (n.types&b.of != 0) == c.holds
	case not:
		return b.add(claim{n.of[0], !c.holds})
	case all, any1:
		if (n.form == all) != c.holds {
			b.choices = append(b.choices, c)
			return true
		}
		return b.addAll(parts(c))
	case reference:
		target := b.target(n)
		return target == nil || b.add(claim{target, c.holds})
	case ofAtom:
		if n.types != b.of {
			return c.holds
		}
		b.facts = append(b.facts, c)
	}
	return true
}

// parts are the claims about the parts of a list.
func parts(c claim) []claim {
	out := make([]claim, len(c.node.of))
	for i, n := range c.node.of {
		out[i] = claim{n, c.holds}
	}
	return out
}

// closed reports whether no value is left.
func (b *branch) closed() bool {
	if !b.step() {
		return false
	}
	alternatives, ok := b.settle()
	switch {
	case !ok || b.contradicts():
		return true
	case alternatives == nil:
		return false
	}
	for _, c := range alternatives {
		if with := b.clone(); with.add(c) && !with.closed() {
			return false
		}
	}
	return true
}

func (b *branch) clone() *branch {
	said := make(map[int]bool, len(b.said)+8)
	for k := range b.said {
		said[k] = true
	}
	return &branch{b.prover, b.of, said, slices.Clone(b.choices), slices.Clone(b.facts)}
}

// settle drops choices that are made and makes those that are left with one part. It returns the smallest that remains;
// it is not ok where a choice is left with none.
func (b *branch) settle() (smallest []claim, ok bool) {
	for again := true; again; {
		again, smallest = false, nil
		pending := b.choices
		b.choices = nil
		for _, choice := range pending {
			alternatives, made := b.alternatives(choice)
			switch {
			case made:
				continue
			case len(alternatives) == 0:
				return nil, false
			case len(alternatives) == 1:
				if again = true; !b.add(alternatives[0]) {
					return nil, false
				}
				continue
			case smallest == nil || len(alternatives) < len(smallest):
				smallest = alternatives
			}
			b.choices = append(b.choices, choice)
		}
	}
	return smallest, true
}

// alternatives are the parts of a choice that may hold; the choice is made where one does.
func (b *branch) alternatives(choice claim) (open []claim, made bool) {
	for _, c := range parts(choice) {
		switch b.judge(c, 0) {
		case holds:
			return nil, true
		case undecided:
			open = append(open, c)
		}
	}
	return open, false
}

// truth is what is known of a claim.
type truth uint8

const (
	undecided truth = iota
	holds
	fails
)

func (t truth) inverse() truth { return [...]truth{undecided, fails, holds}[t] }

// maxLook bounds how deep claims are looked into before they are made.
const maxLook = 6

// judge says of a claim what is plain.
func (b *branch) judge(c claim, depth int) truth {
	switch {
	case b.said[c.key()]:
		return holds
	case b.said[claim{c.node, !c.holds}.key()]:
		return fails
	case !c.holds:
		return b.judge(claim{c.node, true}, depth).inverse()
	}
	n := c.node
	switch n.form {
	case always:
		return holds
	case ofType:
		return decided(n.types&b.of != 0)
	case ofAtom:
		if n.types != b.of {
			return holds
		}
	case not:
		return b.judge(claim{n.of[0], true}, depth).inverse()
	case all, any1:
		if depth < maxLook {
			return b.judgeList(n, depth+1)
		}
	}
	return undecided
}

func decided(b bool) truth {
	if b {
		return holds
	}
	return fails
}

func (b *branch) judgeList(n *node, depth int) truth {
	decisive, out := fails, holds
	if n.form == any1 {
		decisive, out = holds, fails
	}
	for _, part := range n.of {
		switch b.judge(claim{part, true}, depth) {
		case decisive:
			return decisive
		case undecided:
			out = undecided
		}
	}
	return out
}

// contradicts reports whether what is known of the value cannot all be so.
func (b *branch) contradicts() bool {
	switch b.of {
	case typeNumber:
		return b.noNumber()
	case typeString:
		return b.noText()
	case typeArray:
		return b.noArray()
	case typeObject:
		return b.noObject()
	}
	return false // said contradicts itself where a boolean is to be both
}
