package jsonschema

import "slices"

// The scalars of a sum, in the order in which they are written. At most one of each can be told apart on the wire.
var sumOrder = []string{"string", "bool", "int64", "float64"}

// sumScalar is what a scalar becomes inside of a sum: a text keeps its form only as a string.
func sumScalar(scalar string) string {
	switch scalar {
	case "bool", "float64":
		return scalar
	case "int64", "int32", "uint32", "uint64":
		return "int64"
	}
	return "string"
}

// settleScalars decides on alternatives that are scalars or enums.
func (r *reader) settleScalars(s *shape, alts []*use) {
	if values, ok := enumerated(alts); ok {
		r.becomeEnum(s, values, alts)
		return
	}
	groups := map[string][]*use{}
	for _, u := range alts {
		name := "string"
		if t := u.shape.target(); t.kind == kindScalar {
			name = sumScalar(t.scalar)
		} else if t.values[0].sort == sortNumber {
			name = "int64"
		}
		groups[name] = append(groups[name], u)
	}
	if len(groups) == 1 {
		r.oneScalar(s, alts)
		return
	}
	r.becomeSum(s, groups)
}

// enumerated is the values of alternatives that all list theirs, when they are of one sort.
func enumerated(alts []*use) (values []*node, ok bool) {
	for _, u := range alts {
		own := u.shape.target().values
		l := u.effective()
		if len(own) == 0 && l.constant != nil && !u.is("bool") && !u.is("float64") {
			own = []*node{constantNode(l.constant, u.shape.target().origin)}
		}
		if len(own) == 0 || len(values) > 0 && values[0].sort != own[0].sort {
			return nil, false
		}
		for _, v := range own {
			if !containsValue(values, v) {
				values = append(values, v)
			}
		}
	}
	return values, true
}

// constantNode finds the node of a constant again: the value of const, or the only one of enum.
func constantNode(literal []byte, origin *node) *node {
	n := &node{file: origin.file, up: origin, key: "const", sort: sortNumber, text: string(literal)}
	if literal[0] == '"' {
		n.sort, n.text = sortString, unquote(literal)
	}
	return n
}

func (r *reader) becomeEnum(s *shape, values []*node, alts []*use) {
	s.kind, s.values = kindEnum, values
	for _, u := range alts {
		if t := u.shape.target(); s.hint == "" && t.hint != "" && len(t.values) == len(values) {
			s.hint = t.hint
		}
	}
}

// oneScalar decides on alternatives of one scalar that differ in constraints.
func (r *reader) oneScalar(s *shape, alts []*use) {
	first := alts[0]
	name := first.shape.target().scalar
	for _, u := range alts {
		t := u.shape.target()
		if t.kind == kindEnum {
			name = map[bool]string{true: "string", false: "int64"}[t.values[0].sort == sortString]
			break
		}
		if t.scalar != name {
			name = sumScalar(name)
		}
	}
	plain := r.leaf()
	plain.becomeScalar(name)
	s.becomeAlias(&use{shape: plain})
	r.noteWhole(s, "constraints of the alternatives are not checked")
}

func (r *reader) becomeSum(s *shape, groups map[string][]*use) {
	s.kind = kindSum
	for _, name := range sumOrder {
		if len(groups[name]) == 0 {
			continue
		}
		plain := r.leaf()
		plain.becomeScalar(name)
		s.alts = append(s.alts, &use{shape: plain})
		if slices.ContainsFunc(groups[name], func(u *use) bool {
			l := u.effective()
			return u.shape.target().kind == kindEnum || !l.empty() || u.shape.target().scalar != name
		}) {
			r.noteWhole(s, "constraints on the "+name+" are not checked")
		}
	}
}
