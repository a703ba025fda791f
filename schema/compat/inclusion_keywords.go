package compat

import (
	"encoding/json"
	"math/big"
	"reflect"
	"slices"
)

func atLeast(keyword string, w, n object) bool {
	c, ok := compared(w[keyword], n[keyword])
	return ok && c <= 0
}

func atMost(keyword string, w, n object) bool {
	c, ok := compared(w[keyword], n[keyword])
	return ok && c >= 0
}

// compared orders two numbers.
func compared(a, b any) (order int, ok bool) {
	x, isNumber := a.(json.Number)
	y, areNumbers := b.(json.Number)
	if !isNumber || !areNumbers {
		return 0, false
	}
	p, readable := new(big.Rat).SetString(x.String())
	q, areReadable := new(big.Rat).SetString(y.String())
	if !readable || !areReadable {
		return 0, false
	}
	return p.Cmp(q), true
}

// holdsAll reports whether a list has every element of another.
func holdsAll(list, elements []any) bool {
	return !slices.ContainsFunc(elements, func(e any) bool {
		return !slices.ContainsFunc(list, func(x any) bool { return reflect.DeepEqual(x, e) })
	})
}

func requires(keyword string, w, n object) bool {
	return holdsAll(elementsOf(n[keyword]), elementsOf(w[keyword]))
}

func typed(_ string, w, n object) bool {
	allowed := typesIn(w)
	for _, t := range typesIn(n) {
		if !slices.Contains(allowed, t) && (t != "integer" || !slices.Contains(allowed, "number")) {
			return false
		}
	}
	return true
}

// typesIn lists the types that a schema allows, by type, enum and const. Without those it allows all.
func typesIn(s object) []string {
	switch t := s["type"].(type) {
	case string:
		return []string{t}
	case []any:
		var out []string
		for _, e := range t {
			name, _ := e.(string)
			out = append(out, name)
		}
		return out
	}
	var out []string
	for _, v := range valuesIn(s) {
		out = append(out, typeOfValue(v))
	}
	if out != nil {
		return out
	}
	return []string{"null", "boolean", "string", "number", "array", "object"}
}

func typeOfValue(v any) string {
	switch v.(type) {
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		return "number"
	case []any:
		return "array"
	case object:
		return "object"
	}
	return "null"
}

// valuesIn lists the only values that a schema allows; nil where it lists none.
func valuesIn(s object) []any {
	if v, says := s["const"]; says {
		return []any{v}
	}
	return elementsOf(s["enum"])
}

func listed(_ string, w, n object) bool {
	values := valuesIn(n)
	return values != nil && holdsAll(valuesIn(w), values)
}

func propertiesHold(keyword string, w, n object) bool {
	wide, narrow := keywordsIn(w[keyword]), keywordsIn(n[keyword])
	for name, schema := range wide {
		if own, says := narrow[name]; says && schemaIncludes(schema, own) || schemaIncludes(schema, object{}) {
			continue
		}
		return false
	}
	return true
}

// entriesHold compares maps of schemas, or of lists of required names.
func entriesHold(keyword string, w, n object) bool {
	wide, narrow := keywordsIn(w[keyword]), keywordsIn(n[keyword])
	for name, entry := range wide {
		names, isList := entry.([]any)
		own, says := narrow[name]
		switch {
		case isList && holdsAll(elementsOf(own), names):
		case !isList && says && schemaIncludes(entry, own):
		default:
			return false
		}
	}
	return true
}

// elementsHold compares the schemas of elements, position by position where they have positions.
func elementsHold(_ string, w, n object) bool {
	wide, rest := elementSchemas(w)
	narrow, narrowRest := elementSchemas(n)
	for i := range max(len(wide), len(narrow)) {
		if !schemaIncludes(elementSchema(wide, rest, i), elementSchema(narrow, narrowRest, i)) {
			return false
		}
	}
	return schemaIncludes(rest, narrowRest)
}

// elementSchemas are the schemas of single positions, and that of the elements behind them.
func elementSchemas(s object) (positions []any, rest any) {
	if list, ok := s["prefixItems"].([]any); ok {
		return list, s["items"]
	}
	if list, ok := s["items"].([]any); ok {
		return list, s["additionalItems"]
	}
	return nil, s["items"]
}

func elementSchema(positions []any, rest any, i int) any {
	if i < len(positions) {
		return positions[i]
	}
	return rest
}

// beside are the keywords that say what another one is about: where they differ, nothing is proved.
var beside = map[string][]string{
	"additionalProperties": {"properties", "patternProperties"}, "unevaluatedProperties": {"properties", "patternProperties", "allOf", "anyOf", "oneOf", "if"},
	"unevaluatedItems": {"items", "prefixItems", "contains"}, "contains": {"minContains", "maxContains"}, "then": {"if"}, "else": {"if"},
}

// partHolds compares keywords whose value is a schema.
func partHolds(keyword string, w, n object) bool {
	for _, other := range beside[keyword] {
		named := other == "properties" || other == "patternProperties"
		if !reflect.DeepEqual(w[other], n[other]) && !(named && sameNames(keywordsIn(w[other]), keywordsIn(n[other]))) {
			return false
		}
	}
	own, says := n[keyword]
	return (says || keyword != "contains") && schemaIncludes(w[keyword], own)
}

// sameNames reports whether two objects have the same members, which is all that matters to names in neither.
func sameNames(a, b object) bool {
	for name := range a {
		if _, there := b[name]; !there {
			return false
		}
	}
	return len(a) == len(b)
}

// oneHolds reports whether a schema lies in one of several alternatives. Where just one may hold, the others have to be
// excluded: by type, or because the narrow schema excludes them in the same way.
func oneHolds(keyword string, w, n object) bool {
	branches := elementsOf(w[keyword])
	for i, b := range branches {
		if schemaIncludes(b, n) && (keyword == "anyOf" || disjointFrom(n, slices.Delete(slices.Clone(branches), i, i+1))) {
			return true
		}
	}
	own := elementsOf(n[keyword])
	return keyword == "oneOf" && len(own) > 0 && len(own) <= len(branches) && matched(own, branches)
}

// matched reports whether each of some exclusive alternatives is the same among others, and what is left over of those
// is disjoint from all.
func matched(narrow, wide []any) bool {
	left := slices.Clone(wide)
	for _, b := range narrow {
		i := slices.IndexFunc(left, func(x any) bool { return schemaIncludes(x, b) && schemaIncludes(b, x) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return !slices.ContainsFunc(narrow, func(b any) bool { return !disjointFrom(keywordsIn(b), left) })
}

// disjointFrom reports whether no type and no listed value is common to a schema and any of others.
func disjointFrom(s object, others []any) bool {
	return !slices.ContainsFunc(others, func(o any) bool { return !disjoint(s, keywordsIn(o)) })
}

func disjoint(a, b object) bool {
	x, y := valuesIn(a), valuesIn(b)
	if x != nil && y != nil {
		return !slices.ContainsFunc(x, func(v any) bool { return holdsAll(y, []any{v}) })
	}
	for _, t := range typesIn(a) {
		for _, u := range typesIn(b) {
			if t == u || t == "integer" && u == "number" || t == "number" && u == "integer" {
				return false
			}
		}
	}
	return true
}
