package jsonschema

// tighter keeps the larger of two lower bounds, or the smaller of two upper ones.
type tighter func(a, b []byte) []byte

func larger(a, b []byte) []byte {
	if a == nil || less(a, b) {
		return b
	}
	return a
}

func smaller(a, b []byte) []byte {
	if a == nil || less(b, a) {
		return b
	}
	return a
}

// number is the literal of a keyword that holds a number in reach, or nil.
func number(n *node, keyword string) []byte {
	if m := n.get(keyword); m != nil && m.sort == sortNumber && exact(m.text) != nil {
		return []byte(m.text)
	}
	return nil
}

// count is the literal of a keyword that holds a number of things, or nil.
func count(n *node, keyword string) []byte {
	text, ok := integer(string(number(n, keyword)))
	if !ok || !fitsInt64(text) || text[0] == '-' || len(text) > 9 {
		return nil
	}
	return []byte(text)
}

func bound(into *[]byte, pick tighter, value []byte) {
	if value != nil {
		*into = pick(*into, value)
	}
}

func (r *reader) numberLimits(v *view) limits {
	var l limits
	for _, n := range v.nodes {
		lower, upper := &l.min, &l.max
		if n.is("exclusiveMinimum", "true") { // draft 04
			lower = &l.exclusiveMin
		}
		if n.is("exclusiveMaximum", "true") {
			upper = &l.exclusiveMax
		}
		bound(lower, larger, number(n, "minimum"))
		bound(upper, smaller, number(n, "maximum"))
		bound(&l.exclusiveMin, larger, number(n, "exclusiveMinimum"))
		bound(&l.exclusiveMax, smaller, number(n, "exclusiveMaximum"))
		r.multiple(&l, n)
	}
	r.noteOthers(v, "minLength", "maxLength", "pattern")
	l.dropWhatFollows()
	r.dropEmpty(&l, v)
	return l
}

// dropEmpty leaves out bounds between which there is no number.
func (r *reader) dropEmpty(l *limits, v *view) {
	low, high := l.min, l.max
	if l.exclusiveMin != nil {
		low = l.exclusiveMin
	}
	if l.exclusiveMax != nil {
		high = l.exclusiveMax
	}
	touching := (l.exclusiveMin != nil || l.exclusiveMax != nil) && !less(low, high)
	if low == nil || high == nil || !touching && !less(high, low) {
		return
	}
	l.min, l.max, l.exclusiveMin, l.exclusiveMax = nil, nil, nil, nil
	r.losses.add(v.nodes[0], "minimum", "is larger than the maximum; not checked")
	r.losses.lost.markAll(v.nodes, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
}

func (r *reader) multiple(l *limits, n *node) {
	value := number(n, "multipleOf")
	switch {
	case value == nil:
	case l.multipleOf == nil && less([]byte("0"), value):
		l.multipleOf = value
	case string(l.multipleOf) != string(value):
		r.losses.constrains(n, "multipleOf", "only one multiple is checked")
	}
}

// dropWhatFollows leaves out bounds that another one implies, and contradictions.
func (l *limits) dropWhatFollows() {
	if l.min != nil && l.exclusiveMin != nil {
		if less(l.exclusiveMin, l.min) {
			l.exclusiveMin = nil
		} else {
			l.min = nil
		}
	}
	if l.max != nil && l.exclusiveMax != nil {
		if less(l.max, l.exclusiveMax) {
			l.exclusiveMax = nil
		} else {
			l.max = nil
		}
	}
}

// toIntegers writes bounds as integers of the type and drops those that always hold. A bound between two integers
// excludes both it and what lies beyond, so that the next integer is the bound.
func (l *limits) toIntegers(scalar string) {
	l.min, l.exclusiveMax = ceiling(l.min), ceiling(l.exclusiveMax)
	l.max, l.exclusiveMin = floor(l.max), floor(l.exclusiveMin)
	l.multipleOf = numerator(l.multipleOf)
	for _, value := range []*[]byte{&l.min, &l.max, &l.exclusiveMin, &l.exclusiveMax, &l.multipleOf} {
		if *value == nil {
			continue
		}
		*value = integral(*value)
		if !fitsInteger(string(*value), scalar) {
			*value = nil
		}
	}
	if string(l.multipleOf) == "1" {
		l.multipleOf = nil
	}
}

// intRanges are the bounds of the integer types, as literals.
var intRanges = map[string][2]string{
	"int32":  {"-2147483648", "2147483647"},
	"uint32": {"0", "4294967295"},
	"int64":  {"-9223372036854775808", "9223372036854775807"},
	"uint64": {"0", "18446744073709551615"},
}

// excludesBeyond reports whether a bound excludes all values on its side that an integer type cannot hold.
func excludesBeyond(value []byte, scalar, keyword string) bool {
	r := intRanges[scalar]
	if keyword == "minimum" {
		return !less(value, []byte(r[0]))
	}
	return !less([]byte(r[1]), value)
}

func fitsInteger(text, scalar string) bool {
	r, known := intRanges[scalar]
	return known && !less([]byte(text), []byte(r[0])) && !less([]byte(r[1]), []byte(text)) && exact(text) != nil
}

func (r *reader) textLimits(v *view) limits {
	var l limits
	for _, n := range v.nodes {
		bound(&l.minLength, larger, count(n, "minLength"))
		bound(&l.maxLength, smaller, count(n, "maxLength"))
		r.pattern(&l, n)
	}
	if string(l.minLength) == "0" {
		l.minLength = nil
	}
	if l.minLength != nil && l.maxLength != nil && less(l.maxLength, l.minLength) {
		l.minLength, l.maxLength = nil, nil
		r.losses.add(v.nodes[0], "minLength", "is larger than maxLength; not checked")
		r.losses.lost.markAll(v.nodes, "minLength", "maxLength")
	}
	r.noteOthers(v, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
	return l
}

func (r *reader) pattern(l *limits, n *node) {
	text := n.str("pattern")
	if text == "" {
		return
	}
	if l.pattern != "" && l.pattern != text {
		r.losses.constrains(n, "pattern", "only one pattern is checked")
		return
	}
	translated, err := toRE2(text)
	if err != nil {
		r.losses.constrains(n, "pattern", "not a pattern that RE2 can match; not checked")
		return
	}
	l.pattern = translated
}

func (r *reader) itemLimits(v *view) limits {
	var l limits
	for _, n := range v.nodes {
		bound(&l.minItems, larger, count(n, "minItems"))
		bound(&l.maxItems, smaller, count(n, "maxItems"))
		l.unique = l.unique || n.is("uniqueItems", "true")
	}
	if string(l.minItems) == "0" {
		l.minItems = nil
	}
	if l.minItems != nil && l.maxItems != nil && less(l.maxItems, l.minItems) {
		l.minItems, l.maxItems = nil, nil
		r.losses.add(v.nodes[0], "minItems", "is larger than maxItems; not checked")
		r.losses.lost.markAll(v.nodes, "minItems", "maxItems")
	}
	return l
}

// noteOthers reports constraints that were written for another type than the schema has.
func (r *reader) noteOthers(v *view, keywords ...string) {
	for _, n := range v.nodes {
		if set, says := r.typesOfNode(n); !says || set == allTypes || len((set&^typeNull).values()) != 1 {
			continue
		}
		for _, keyword := range keywords {
			if n.get(keyword) != nil {
				r.losses.add(n, keyword, "has no effect on values of this type")
			}
		}
	}
}
