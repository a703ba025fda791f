// Package inclusiontest draws JSON Schemas and values for tests of what is said of them.
//
// In: rapid's source of chance. Out: schemas, and values that they are about: both are made of few names, numbers and
// texts, so that they meet. Production imports none of it.
package inclusiontest

import (
	"maps"
	"slices"

	"pgregory.net/rapid"
)

// Object is a JSON object.
type Object = map[string]any

var names = []string{"a", "b", "ab", "c"}

// Loosened draws a schema without one of its keywords.
func Loosened(t *rapid.T, s any) any {
	o, isObject := s.(Object)
	if !isObject || len(o) == 0 {
		return s
	}
	out, without := Object{}, rapid.SampledFrom(slices.Sorted(maps.Keys(o))).Draw(t, "without")
	for k, v := range o {
		if k != without {
			out[k] = v
		}
	}
	return out
}

// Value draws a value that is nested no deeper than depth.
func Value(t *rapid.T, depth int) any {
	kinds := 4
	if depth > 0 {
		kinds = 7
	}
	switch rapid.IntRange(0, kinds).Draw(t, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(t, "bool")
	case 2, 3:
		return float64(rapid.IntRange(-4, 12).Draw(t, "number")) / 2
	case 4:
		return rapid.SampledFrom([]string{"", "a", "b", "ab", "ba", "aab", "xyz"}).Draw(t, "text")
	case 5:
		out := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "elements") {
			out = append(out, Value(t, depth-1))
		}
		return out
	}
	out := Object{}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(append(names, "d")), 0, 3, rapid.ID).Draw(t, "names") {
		out[name] = Value(t, depth-1)
	}
	return out
}

// Schema draws a schema of a few keywords of draft 2020-12 that is nested no deeper than depth.
func Schema(t *rapid.T, depth int) any {
	if depth == 0 {
		return rapid.SampledFrom([]any{
			true, false, Object{"type": "string"}, Object{"type": "integer"}, Object{"type": "number"}, Object{"type": []string{"null", "boolean", "array"}},
			Object{"const": "a"}, Object{"enum": []any{1, 2, "b", nil}}, Object{"type": "object"},
		}).Draw(t, "leaf")
	}
	out := Object{}
	keywords := someKeywords()
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(sortedNames(keywords)), 0, 3, rapid.ID).Draw(t, "keywords") {
		out[name] = keywords[name](t, depth-1)
	}
	if rapid.IntRange(0, 2).Draw(t, "typed") == 0 {
		out["type"] = rapid.SampledFrom([]any{"object", "array", "string", "number", "integer", []string{"object", "null"}}).Draw(t, "type")
	}
	return out
}

type draw = func(t *rapid.T, depth int) any

func sortedNames(m map[string]draw) []string { return slices.Sorted(maps.Keys(m)) }

func someKeywords() map[string]draw {
	sub := func(t *rapid.T, depth int) any { return Schema(t, depth) }
	bound := func(t *rapid.T, _ int) any { return rapid.IntRange(-2, 5).Draw(t, "bound") }
	count := func(t *rapid.T, _ int) any { return rapid.IntRange(0, 3).Draw(t, "count") }
	list := func(t *rapid.T, depth int) any {
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any { return Schema(t, min(depth, 1)) }), 1, 3).Draw(t, "list")
	}
	by := func(keys []string) draw {
		return func(t *rapid.T, depth int) any {
			return rapid.MapOfN(rapid.SampledFrom(keys), rapid.Custom(func(t *rapid.T) any { return Schema(t, min(depth, 1)) }), 1, 2).Draw(t, "by")
		}
	}
	some := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 2, rapid.ID)
	return map[string]draw{
		"not": sub, "if": sub, "then": sub, "else": sub, "allOf": list, "anyOf": list, "oneOf": list,
		"minimum": bound, "maximum": bound, "exclusiveMinimum": bound, "exclusiveMaximum": bound,
		"multipleOf": func(t *rapid.T, _ int) any { return rapid.SampledFrom([]float64{0.5, 1, 2, 3}).Draw(t, "multiple") },
		"minLength":  count, "maxLength": count, "minItems": count, "maxItems": count, "minProperties": count, "maxProperties": count,
		"pattern":  func(t *rapid.T, _ int) any { return rapid.SampledFrom(patterns).Draw(t, "pattern") },
		"enum":     func(t *rapid.T, _ int) any { return []any{Value(t, 1), Value(t, 2)} },
		"const":    func(t *rapid.T, _ int) any { return Value(t, 2) },
		"required": func(t *rapid.T, _ int) any { return some.Draw(t, "required") },
		"dependentRequired": func(t *rapid.T, _ int) any {
			return rapid.MapOfN(rapid.SampledFrom(names), some, 1, 2).Draw(t, "dependent")
		},
		"properties": by(names), "patternProperties": by(patterns), "dependentSchemas": by(names),
		"additionalProperties": sub, "unevaluatedProperties": sub, "propertyNames": sub,
		"items": sub, "prefixItems": list, "unevaluatedItems": sub, "contains": sub, "minContains": count, "maxContains": count,
		"uniqueItems": func(t *rapid.T, _ int) any { return rapid.Bool().Draw(t, "unique") },
	}
}

var patterns = []string{"^a", "b$", "^a+b?$", "a|x", ".", "^$", "^(ab|b)*$", "[^a]"}
