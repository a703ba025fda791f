package jsonschema

import (
	"slices"
	"strconv"
	"strings"
)

// maxShapes bounds what alternatives of alternatives may unfold to.
const maxShapes = 500_000

// settle decides for every choice what it is: a nullable type, a sum of scalars, one_or_many, a tagged union, one
// struct, or a json leaf. Deciding makes further choices, which are settled too.
func (r *reader) settle() {
	for i := 0; i < len(r.shapes); i++ {
		r.settleOne(r.shapes[i])
	}
}

func (r *reader) settleOne(s *shape) {
	if s.kind != kindChoice || s.settling {
		return
	}
	s.settling = true
	if len(r.shapes) > maxShapes {
		r.giveUp(s, "too many alternatives")
		return
	}
	every := r.alternatives(s)
	alts := distinct(every)
	s.alts = nil
	if exclusive(s) && overlap(every) {
		r.noteChoice(s, "values that fit more than one alternative are accepted")
	}
	switch {
	case len(alts) == 0:
		r.giveUp(s, "alternatives that only refer to each other")
	case slices.ContainsFunc(alts, func(u *use) bool { return u.is("json") }):
		r.giveUp(s, "one alternative accepts anything")
	case len(alts) == 1:
		s.becomeAlias(alts[0])
	case all(alts, kindStruct):
		r.settleStructs(s, alts)
	case all(alts, kindScalar, kindEnum):
		r.settleScalars(s, alts)
	case all(alts, kindMap):
		s.kind, s.elem = kindMap, r.choiceOf(elements(alts), s.origin)
		r.noteWhole(s, "values of all alternatives may stand in one map")
	case slices.ContainsFunc(alts, func(u *use) bool { return u.shape.target().kind == kindList }):
		r.settleLists(s, alts)
	case all(alts, kindMap, kindStruct):
		s.kind, s.elem = kindMap, &use{shape: r.leaf()}
		r.noteChoice(s, "objects with and without declared properties; kept as a map of json")
	default:
		r.giveUp(s, "alternatives of different JSON types")
	}
}

func (s *shape) becomeAlias(u *use) { s.kind, s.elem = kindAlias, u }

func (r *reader) giveUp(s *shape, why string) {
	s.becomeScalar("json")
	s.alts, s.nullable = nil, false
	r.noteWhole(s, why+"; kept as json")
}

// noteWhole is noteChoice where what stands beside the alternatives is lost with them.
func (r *reader) noteWhole(s *shape, message string) {
	r.losses.lost.markWhole(s.nodes)
	r.noteChoice(s, message)
}

func (r *reader) noteChoice(s *shape, message string) {
	if s.origin == nil {
		return
	}
	r.losses.lost.markAll(s.nodes, "oneOf", "anyOf")
	keyword := "type"
	for _, k := range []string{"oneOf", "anyOf", "enum", "items"} {
		if s.origin.get(k) != nil {
			keyword = k
			break
		}
	}
	r.losses.add(s.origin, keyword, message)
}

func (r *reader) leaf() *shape {
	s := &shape{id: len(r.shapes) + 1}
	s.becomeScalar("json")
	r.shapes = append(r.shapes, s)
	return s
}

func all(alts []*use, kinds ...kind) bool {
	return !slices.ContainsFunc(alts, func(u *use) bool { return !slices.Contains(kinds, u.shape.target().kind) })
}

func elements(alts []*use) []*use {
	var out []*use
	for _, u := range alts {
		out = append(out, u.shape.target().elem)
	}
	return out
}

// alternatives flattens a choice: choices inside of it are settled first.
func (r *reader) alternatives(s *shape) []*use {
	var out []*use
	for _, u := range s.alts {
		r.settleOne(u.shape)
		s.nullable = s.nullable || u.isNullable()
		t := u.shape.target()
		r.settleOne(t)
		s.nullable = s.nullable || u.isNullable()
		t = t.target()
		switch t.kind {
		case kindChoice, kindPending: // it is inside of itself
		case kindSum:
			out = append(out, t.alts...)
		default:
			out = append(out, &use{shape: t, limits: u.effective(), doc: u.doc})
		}
	}
	return out
}

// exclusive reports whether a value may fit no more than one alternative of a choice.
func exclusive(s *shape) bool {
	return slices.ContainsFunc(s.nodes, func(n *node) bool { return n.get("oneOf") != nil })
}

// overlap reports whether scalars among some alternatives have values in common.
func overlap(alts []*use) bool {
	var values []*node
	numbers := map[string]bool{}
	for _, u := range alts {
		t := u.shape.target()
		for _, v := range t.values {
			if containsValue(values, v) {
				return true
			}
			values = append(values, v)
		}
		if t.kind == kindScalar {
			numbers[sumScalar(t.scalar)] = true
		}
	}
	return len(distinct(alts)) < len(alts) || numbers["int64"] && numbers["float64"]
}

// effective is the constraints of a use, or of what it stands for.
func (u *use) effective() limits {
	for i := 0; i < 1000 && u.shape.kind == kindAlias && u.limits.empty(); i++ {
		u = u.shape.elem
	}
	switch t := u.shape.target(); {
	case t.kind == kindScalar && t.scalar != "json":
		return u.limits
	case t.kind == kindScalar && string(u.limits.constant) == "null":
		return limits{constant: u.limits.constant}
	case t.kind == kindList || t.kind == kindOneOrMany:
		return limits{minItems: u.limits.minItems, maxItems: u.limits.maxItems, unique: u.limits.unique}
	}
	return limits{} // what was meant for a type that the shape did not become
}

func (l *limits) empty() bool { return l.key() == (&limits{}).key() }

// key is equal for equal constraints.
func (l *limits) key() string {
	parts := []string{l.pattern, strconv.FormatBool(l.unique)}
	for _, b := range [][]byte{
		l.min, l.max, l.exclusiveMin, l.exclusiveMax, l.multipleOf, l.minLength, l.maxLength, l.minItems, l.maxItems, l.constant, l.oneOf,
	} {
		parts = append(parts, string(b))
	}
	return strings.Join(parts, "\x00")
}

func distinct(alts []*use) []*use {
	var out []*use
	seen := map[string]bool{}
	for _, u := range alts {
		if key := u.key(); !seen[key] {
			seen[key] = true
			out = append(out, u)
		}
	}
	return out
}

// key is equal for uses of equal scalars and for uses of the same shape.
func (u *use) key() string {
	t, l := u.shape.target(), u.effective()
	if t.kind == kindScalar {
		return t.scalar + "\x00" + l.key()
	}
	return strconv.Itoa(t.id) + "\x00" + l.key()
}

// choiceOf is a use of any of several uses. The same set gives the same shape, which ends recursion.
func (r *reader) choiceOf(uses []*use, origin *node) *use {
	nullable := slices.ContainsFunc(uses, (*use).isNullable)
	uses = distinct(uses)
	if len(uses) == 1 {
		one := *uses[0]
		one.nullable = nullable
		return &one
	}
	keys := make([]string, len(uses))
	for i, u := range uses {
		keys[i] = u.key()
	}
	slices.Sort(keys)
	key := "choice\x01" + strings.Join(keys, "\x01")
	s := r.joins[key]
	if s == nil {
		s = &shape{id: len(r.shapes) + 1, kind: kindChoice, alts: uses, origin: origin}
		r.shapes = append(r.shapes, s)
		r.joins[key] = s
	}
	return &use{shape: s, nullable: nullable}
}

// settleLists decides on alternatives of which one is a list.
func (r *reader) settleLists(s *shape, alts []*use) {
	var lists, others []*use
	for _, u := range alts {
		if u.shape.target().kind == kindList {
			lists = append(lists, u)
		} else {
			others = append(others, u)
		}
	}
	elem := r.choiceOf(elements(lists), s.origin)
	if len(others) == 0 {
		s.kind, s.elem = kindList, elem
		r.noteWhole(s, "elements of all alternatives may stand in one list")
		return
	}
	bare := r.choiceOf(others, s.origin)
	r.settleOne(elem.shape)
	r.settleOne(bare.shape)
	e, b := elem.shape.target(), bare.shape.target()
	if elem.isNullable() || !sameType(e, b) {
		r.giveUp(s, "a list or something else than its element")
		return
	}
	if elem.key() != bare.key() {
		elem = &use{shape: e, doc: elem.doc}
		r.noteWhole(s, "constraints of the alternatives are not checked")
	}
	s.kind, s.elem = kindOneOrMany, elem
}

// sameType reports whether two shapes are the same type, as far as it can be told before types have names.
func sameType(a, b *shape) bool {
	switch {
	case a == b:
		return true
	case a.kind != b.kind:
		return false
	case a.kind == kindScalar:
		return a.scalar == b.scalar && a.scalar != "json"
	case a.kind == kindSum:
		return slices.EqualFunc(a.alts, b.alts, func(x, y *use) bool { return x.shape.scalar == y.shape.scalar })
	}
	return false
}
