package jsonschema

import "slices"

// readString reads a string: a constant, an enum, a format, or plain text.
func (r *reader) readString(u *use, v *view) {
	values, listed := r.listed(v, sortString)
	if listed && len(values) > 1 {
		u.shape.kind, u.shape.values = kindEnum, values
		return
	}
	u.shape.becomeScalar("string")
	if listed && len(values) == 1 {
		u.limits.constant = values[0].literal()
		return
	}
	u.limits = r.textLimits(v)
	r.applyFormat(u, v)
}

func (r *reader) readBool(u *use, v *view) {
	u.shape.becomeScalar("bool")
	if values, listed := r.listed(v, sortBool); listed && len(values) == 1 {
		u.limits.constant = values[0].literal()
	}
}

// readNumber reads a number that may have a fraction.
func (r *reader) readNumber(u *use, v *view) {
	u.shape.becomeScalar("float64")
	values, listed := r.listed(v, sortNumber)
	switch {
	case listed && len(values) == 1:
		u.limits.constant = values[0].literal()
	case listed && len(values) > 1:
		u.limits.oneOf = literals(values)
	default:
		u.limits = r.numberLimits(v)
		r.noteFormat(v)
	}
}

// readInteger reads an integral number: int64, unless its bounds call for another type.
func (r *reader) readInteger(u *use, v *view) {
	u.shape.becomeScalar("int64")
	values, listed := r.listed(v, sortNumber)
	switch {
	case listed && len(values) == 1:
		u.limits.constant = integral(values[0].literal())
		if !allFitInt(values) {
			u.limits.constant = nil
			r.losses.constrains(values[0].up, values[0].key, "larger than an int64; not checked")
		}
	case listed && len(values) > 1 && allFitInt(values):
		u.shape.kind, u.shape.values = kindEnum, values
	default:
		u.limits = r.numberLimits(v)
		u.shape.scalar = r.integerType(v, u.limits)
		r.noteBeyond(v, u.shape.scalar)
		u.limits.toIntegers(u.shape.scalar)
		r.dropEmpty(&u.limits, v)
	}
}

// noteBeyond reports bounds that allow what the chosen type cannot hold.
func (r *reader) noteBeyond(v *view, scalar string) {
	for _, n := range v.nodes {
		for _, keyword := range []string{"minimum", "maximum"} {
			if value := number(n, keyword); value != nil && !excludesBeyond(value, scalar, keyword) {
				r.losses.add(n, keyword, "values that "+scalar+" cannot hold are refused")
			}
		}
	}
}

func allFitInt(values []*node) bool {
	return !slices.ContainsFunc(values, func(n *node) bool { return !fitsInt64(string(integral(n.literal()))) })
}

// integral is the plain form of an integral literal; others stay.
func integral(literal []byte) []byte {
	if text, ok := integer(string(literal)); ok {
		return []byte(text)
	}
	return literal
}

// integerType is uint64 for what is never negative and may exceed an int64, int32 by format.
func (r *reader) integerType(v *view, l limits) string {
	for _, n := range v.nodes {
		switch n.str("format") {
		case "int32":
			return "int32"
		case "uint32":
			return "uint32"
		case "uint64":
			return "uint64"
		}
	}
	r.noteFormat(v)
	if l.max != nil && l.min != nil && !less(l.min, []byte("0")) && less([]byte("9223372036854775808"), l.max) {
		return "uint64"
	}
	return "int64"
}

// listed is the values of one sort that enum and const allow, each once.
// A false second result means that no value is excluded.
func (r *reader) listed(v *view, s sort) (values []*node, listed bool) {
	for _, n := range v.nodes {
		own, says := ownValues(n, s)
		if !says {
			continue
		}
		if n.get("const") != nil {
			r.losses.lost.markAll([]*node{n}, "enum") // only the constant is read
		}
		if !listed {
			values, listed = own, true
			continue
		}
		common := slices.DeleteFunc(slices.Clone(values), func(x *node) bool { return !containsValue(own, x) })
		if len(common) == 0 {
			r.losses.constrains(n, "enum", "has no value in common with the other schemas; not checked")
			continue
		}
		values = common
	}
	listed = listed && len(values) > 0
	if listed {
		r.losses.lost.markAll(v.nodes, besideValues...)
	}
	return values, listed
}

// besideValues are keywords that are not read where values are listed.
var besideValues = []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern"}

// noteListed reports arrays and objects among the values that are allowed: no type names them.
func (r *reader) noteListed(v *view, s sort, what string) {
	for _, n := range v.nodes {
		keyword := "enum"
		if n.get("const") != nil {
			keyword = "const"
		}
		if own, _ := ownValues(n, s); len(own) > 0 {
			r.losses.constrains(n, keyword, "whole "+what+" are not compared")
		}
	}
}

func ownValues(n *node, s sort) (values []*node, says bool) {
	if c := n.get("const"); c != nil {
		return ofSort([]*node{c}, s), true
	}
	if e := n.get("enum"); e != nil && e.sort == sortArray {
		return ofSort(e.elems, s), true
	}
	return nil, false
}

// ofSort is the values of one sort, without repetition.
func ofSort(values []*node, s sort) []*node {
	var out []*node
	for _, n := range values {
		if n.sort == s && !containsValue(out, n) {
			out = append(out, n)
		}
	}
	return out
}

func containsValue(values []*node, x *node) bool {
	return slices.ContainsFunc(values, func(n *node) bool {
		return n.sort == x.sort && string(integral(n.literal())) == string(integral(x.literal()))
	})
}

func literals(values []*node) []byte {
	out := []byte{'['}
	for i, n := range values {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, n.literal()...)
	}
	return append(out, ']')
}
