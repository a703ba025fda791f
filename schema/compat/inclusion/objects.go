package inclusion

import (
	"maps"
	"slices"
)

// thing is what is known of an object.
type thing struct {
	*branch
	least, most int
	present     map[string]bool    // names that are there, or are not
	under       map[string][]claim // the value under a name, if it is there
	general     []*node            // properties that hold
	some        []*node            // properties that do not: there is a name under which they do not
}

// noObject reports whether there are no properties as claimed.
func (b *branch) noObject() bool {
	o := &thing{branch: b, most: endless, present: map[string]bool{}, under: map[string][]claim{}}
	for _, c := range b.facts {
		if !o.take(c) {
			return true
		}
	}
	return o.least > o.most || o.noValue() || o.tooFew() ||
		slices.ContainsFunc(o.some, func(n *node) bool { return !o.place(n) })
}

func (o *thing) take(c claim) bool {
	switch n := c.node; n.atom {
	case minProperty:
		if c.holds {
			o.least = max(o.least, n.from)
		} else {
			o.most = min(o.most, n.from-1)
		}
	case required:
		return o.has(n.text, c.holds)
	case property:
		o.under[n.text] = append(o.under[n.text], claim{n.of[0], c.holds})
		return c.holds || o.has(n.text, true)
	case properties:
		if c.holds {
			o.general = append(o.general, n)
		} else {
			o.some = append(o.some, n)
		}
	}
	return true
}

// has notes that a name is there, or is not; false where the opposite is known.
func (o *thing) has(name string, there bool) bool {
	was, known := o.present[name]
	o.present[name] = there
	return !known || was == there
}

// names are those of which something is known in particular.
func (o *thing) names() []string {
	all := maps.Clone(o.under)
	for name := range o.present {
		all[name] = nil
	}
	return slices.Sorted(maps.Keys(all))
}

// value is what is known of the value under a name.
func (o *thing) value(name string) []claim {
	out := slices.Clone(o.under[name])
	for _, n := range o.general {
		if o.judgeName(n.of[0], name) == holds {
			out = append(out, claim{n.of[1], true})
		}
	}
	return out
}

// noValue reports whether a name has to be there under which no value can stand. Names under which none can stand are
// not there.
func (o *thing) noValue() bool {
	names, there := o.names(), 0
	for _, name := range names {
		is, known := o.present[name]
		if known && !is || !o.impossible(o.value(name)) {
			if is {
				there++
			}
			continue
		}
		if is {
			return true
		}
		o.present[name] = false
	}
	o.least = max(o.least, there)
	return o.least > o.most
}

// tooFew reports whether fewer names may be there than have to.
func (o *thing) tooFew() bool {
	if o.least == 0 || len(o.general) == 0 || !o.noOther(nil, nil) {
		return false
	}
	possible := 0
	for _, name := range o.names() {
		if is, known := o.present[name]; is || !known {
			possible++
		}
	}
	return possible < o.least
}

// place reports whether there may be a name that satisfies a schema and under which a value does not satisfy another.
func (o *thing) place(n *node) bool {
	refused := claim{n.of[1], false}
	for _, name := range o.names() {
		is, known := o.present[name]
		if (is || !known) && o.judgeName(n.of[0], name) != fails && !o.impossible(append(o.value(name), refused)) {
			return true
		}
	}
	return !o.noOther([]claim{{n.of[0], true}}, []claim{refused})
}

// noOther reports whether no name of which nothing is known can satisfy some claims, with a value that satisfies others.
func (o *thing) noOther(name, value []claim) bool {
	name = append(slices.Clone(name), claim{o.typed(typeString), true})
	for _, known := range o.names() {
		name = append(name, claim{o.is(known), false})
	}
	return o.noOtherBy(o.general, name, value)
}

// noOtherBy looks at both cases of each schema of names: that the name satisfies it, and that it does not.
func (o *thing) noOtherBy(general []*node, name, value []claim) bool {
	if !o.step() {
		return false
	}
	if o.impossible(name) {
		return true
	}
	if len(general) == 0 {
		return o.impossible(value)
	}
	n := general[0]
	with := append(slices.Clip(name), claim{n.of[0], true})
	without := append(slices.Clip(name), claim{n.of[0], false})
	return o.noOtherBy(general[1:], with, append(slices.Clip(value), claim{n.of[1], true})) &&
		o.noOtherBy(general[1:], without, value)
}
