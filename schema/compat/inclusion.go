package compat

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/evgen/evgen/schema/model"
)

// keywordsOf reads keywords of JSON Schema; none allow everything.
func keywordsOf(v *model.Value) any {
	if v == nil {
		return map[string]any{}
	}
	dec := json.NewDecoder(bytes.NewReader(v.JSON))
	dec.UseNumber()
	var out any
	if dec.Decode(&out) != nil {
		return nil
	}
	return out
}

// schemaIncludes reports whether a schema is proved to allow all that another one allows. It looks at keywords one by
// one, and says no of whatever takes more than that.
func schemaIncludes(wide, narrow any) bool {
	w, n := keywordsIn(wide), keywordsIn(narrow)
	if w == nil || n == nil {
		return false
	}
	if reflect.DeepEqual(w, n) || reflect.DeepEqual(n["not"], object{}) {
		return true
	}
	for keyword := range w {
		if !keywordHolds(keyword, w, n) {
			return false
		}
	}
	return true
}

// keywordsIn is a schema as an object; nil where it is no schema.
func keywordsIn(schema any) object {
	switch s := schema.(type) {
	case nil:
		return object{}
	case object:
		return s
	case bool:
		if s {
			return object{}
		}
		return object{"not": object{}}
	}
	return nil
}

// keywordHolds reports whether a schema is proved to satisfy one keyword of another: by itself, by one of the schemas
// that all apply, or by each of its alternatives.
func keywordHolds(keyword string, w, n object) bool {
	if inclusionOf(keyword)(keyword, w, n) {
		return true
	}
	holds := func(part any) bool {
		p := keywordsIn(part)
		return p != nil && keywordHolds(keyword, w, p)
	}
	if slices.ContainsFunc(elementsOf(n["allOf"]), holds) {
		return true
	}
	for _, list := range [...]string{"anyOf", "oneOf"} {
		branches := elementsOf(n[list])
		if len(branches) > 0 && !slices.ContainsFunc(branches, func(b any) bool { return !holds(b) }) {
			return true
		}
	}
	return false
}

func elementsOf(v any) []any {
	list, _ := v.([]any)
	return list
}

// inclusion proves that what a narrow schema says implies a keyword of a wide one.
type inclusion func(keyword string, w, n object) bool

// inclusionOf is the proof for a keyword. One that has none is implied by an equal one only.
func inclusionOf(keyword string) inclusion {
	switch keyword {
	case "if", "$comment":
		return func(string, object, object) bool { return true } // says nothing by itself
	case "minProperties", "minItems", "minLength", "minimum", "exclusiveMinimum":
		return atLeast
	case "maxProperties", "maxItems", "maxLength", "maximum", "exclusiveMaximum":
		return atMost
	case "required":
		return requires
	case "type":
		return typed
	case "enum", "const":
		return listed
	case "properties":
		return propertiesHold
	case "patternProperties", "dependencies", "dependentRequired", "dependentSchemas":
		return entriesHold
	case "items", "prefixItems", "additionalItems":
		return elementsHold
	case "additionalProperties", "contains", "then", "else", "propertyNames", "unevaluatedProperties", "unevaluatedItems":
		return partHolds
	case "not":
		return func(_ string, w, n object) bool { return n["not"] != nil && schemaIncludes(n["not"], w["not"]) }
	case "anyOf", "oneOf":
		return oneHolds
	case "allOf":
		return func(_ string, w, n object) bool {
			return !slices.ContainsFunc(elementsOf(w["allOf"]), func(p any) bool { return !schemaIncludes(p, n) })
		}
	}
	return func(keyword string, w, n object) bool {
		return n[keyword] != nil && reflect.DeepEqual(w[keyword], n[keyword])
	}
}
