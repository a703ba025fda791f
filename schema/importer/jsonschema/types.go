package jsonschema

import (
	"slices"
	"strings"
)

// types is a set of JSON types.
type types uint8

const (
	typeString types = 1 << iota
	typeInteger
	typeNumber
	typeBoolean
	typeObject
	typeArray
	typeNull
	allTypes = 1<<iota - 1
)

var typeNames = []struct {
	name string
	set  types
}{
	{"string", typeString}, {"integer", typeInteger}, {"number", typeNumber | typeInteger}, {"boolean", typeBoolean},
	{"object", typeObject}, {"array", typeArray}, {"null", typeNull}, {"any", allTypes},
}

func (t types) String() string {
	var names []string
	for _, n := range typeNames {
		if n.name != "any" && t&n.set == n.set {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, ",")
}

// values splits a set without null into the types that need a shape each.
func (t types) values() []types {
	var out []types
	for _, one := range []types{typeString, typeBoolean, typeNumber | typeInteger, typeInteger, typeObject, typeArray} {
		if t&one == one {
			out = append(out, one)
			t &^= one
		}
	}
	return out
}

// typesOf is the set of types that a value may have under all schemas of a view.
// constrained is false when no schema says anything.
func (r *reader) typesOf(v *view) (set types, constrained bool) {
	set = allTypes
	for _, n := range v.nodes {
		if own, says := r.typesOfNode(n); says {
			set, constrained = set&own, true
		}
	}
	if v.conj.only != 0 {
		set, constrained = set&(v.conj.only|typeNull), true
	}
	if set == typeNull {
		set = r.beyondNull(v)
	}
	if !constrained {
		return r.inferred(v)
	}
	return set, true
}

// beyondNull widens a value that is always null in this place to what it is in general.
func (r *reader) beyondNull(v *view) types {
	set := types(allTypes)
	var narrow *node
	for _, n := range v.nodes {
		if own, says := r.typesOfNode(n); says && own != typeNull {
			set &= own
		} else if says {
			narrow = n
		}
	}
	if set == allTypes || narrow == nil {
		return typeNull
	}
	r.losses.constrains(narrow, "type", "always null here; kept as null or "+(set&^typeNull).String())
	return set | typeNull
}

// typesOfNode is what one schema says by type, enum, const and nullable.
func (r *reader) typesOfNode(n *node) (set types, says bool) {
	set = allTypes
	if t := n.get("type"); t != nil {
		if own := r.typesNamed(n, t); own != 0 {
			set, says = own, own != allTypes
		}
	}
	if values := n.get("enum"); values != nil && values.sort == sortArray {
		set, says = set&typesOfValues(values.elems), true
	}
	if value := n.get("const"); value != nil {
		set, says = set&typesOfValues([]*node{value}), true
	}
	if says && saysNullable(n) {
		set |= typeNull
	}
	return set, says
}

func (r *reader) typesNamed(n, t *node) types {
	list := []*node{t}
	if t.sort == sortArray {
		list = t.elems
	}
	var set types
	for _, e := range list {
		set |= r.typeNamed(n, e)
	}
	return set
}

func (r *reader) typeNamed(n, e *node) types {
	for _, known := range typeNames {
		if e.sort == sortString && e.text == known.name {
			return known.set
		}
	}
	r.losses.add(n, "type", "unknown type "+string(e.literal())+"; anything is accepted")
	return allTypes
}

func typesOfValues(values []*node) types {
	var set types
	for _, v := range values {
		switch v.sort {
		case sortNull:
			set |= typeNull
		case sortBool:
			set |= typeBoolean
		case sortString:
			set |= typeString
		case sortArray:
			set |= typeArray
		case sortObject:
			set |= typeObject
		case sortNumber:
			set |= typeOfNumber(v.text)
		}
	}
	return set
}

func typeOfNumber(text string) types {
	if _, integral := integer(text); integral {
		return typeInteger
	}
	return typeNumber | typeInteger
}

// hints are keywords that only make sense for one type: a schema without `type` means it.
var hints = []struct {
	keyword string
	set     types
}{
	{"properties", typeObject}, {"additionalProperties", typeObject}, {"patternProperties", typeObject},
	{"required", typeObject}, {"unevaluatedProperties", typeObject}, {"propertyNames", typeObject},
	{"minProperties", typeObject}, {"maxProperties", typeObject},
	{"items", typeArray}, {"prefixItems", typeArray}, {"contains", typeArray}, {"minItems", typeArray},
	{"maxItems", typeArray}, {"uniqueItems", typeArray},
	{"minLength", typeString}, {"maxLength", typeString}, {"pattern", typeString}, {"format", typeString},
	{"contentEncoding", typeString},
	{"minimum", typeNumber | typeInteger}, {"maximum", typeNumber | typeInteger}, {"multipleOf", typeNumber | typeInteger},
}

// inferred is what schemas without a type mean by their keywords. One that lists all types means all.
func (r *reader) inferred(v *view) (set types, constrained bool) {
	if slices.ContainsFunc(v.nodes, func(n *node) bool { return n.get("type") != nil }) {
		return allTypes, false
	}
	for _, h := range hints {
		for _, n := range v.nodes {
			if n.get(h.keyword) != nil {
				r.losses.add(n, h.keyword, "the schema has no type; values of other types are refused")
				return h.set | nullIn(v), true
			}
		}
	}
	return allTypes, false
}

func nullIn(v *view) types {
	if slices.ContainsFunc(v.nodes, saysNullable) {
		return typeNull
	}
	return 0
}

// saysNullable reports whether a schema says in the way of OpenAPI 3.0 that null may stand for the value.
func saysNullable(n *node) bool { return n.is("nullable", "true") || n.is("x-nullable", "true") }

// wrapsNullable reports whether a schema says so beside others that it refers to. Those have no word of null, and a
// validator would refuse it; but OpenAPI 3.0 has no other spelling, and its tools write null there.
func wrapsNullable(n *node) bool {
	return saysNullable(n) && slices.ContainsFunc(n.members, func(m member) bool { return wrappers[m.name] })
}

var wrappers = set("$ref", "allOf", "oneOf", "anyOf")
