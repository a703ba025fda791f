package inclusion

import (
	"maps"
	"slices"
)

type keyword = func(w words, v any) *node

func keywordTable() map[string]keyword {
	return map[string]keyword{
		"type": words.typesOf, "enum": words.listed, "const": words.equal, "$ref": words.referred,
		"allOf": words.allOf, "anyOf": words.anyOf, "oneOf": words.oneOf,
		"not": func(w words, v any) *node { return w.compiler.not(w.sub(v)) },
		"if":  words.conditional,

		"minimum": words.minimum, "maximum": words.maximum, "multipleOf": words.multiple,
		"exclusiveMinimum": limit(above), "exclusiveMaximum": limit(below),

		"minLength": func(w words, v any) *node { return w.counted(longerThan, typeString, v, 0) },
		"maxLength": func(w words, v any) *node { return w.fewer(longerThan, typeString, v) },
		"pattern":   words.pattern,

		"minItems":    func(w words, v any) *node { return w.counted(minItems, typeArray, v, 0) },
		"maxItems":    func(w words, v any) *node { return w.fewer(minItems, typeArray, v) },
		"uniqueItems": words.uniqueItems, "items": words.items, "prefixItems": words.prefixItems,
		"additionalItems": words.additionalItems, "unevaluatedItems": words.unevaluatedItems, "contains": words.contains,

		"minProperties": func(w words, v any) *node { return w.counted(minProperty, typeObject, v, 0) },
		"maxProperties": func(w words, v any) *node { return w.fewer(minProperty, typeObject, v) },
		"required":      words.requires, "properties": words.properties, "patternProperties": words.patternProperties,
		"additionalProperties": words.additionalProperties, "unevaluatedProperties": words.unevaluatedProperties,
		"propertyNames": words.propertyNames, "dependentRequired": words.dependencies, "dependentSchemas": words.dependencies,
		"dependencies": words.dependencies,
	}
}

func (w words) typesOf(v any) *node {
	if name, single := v.(string); single {
		v = []any{name}
	}
	list, isList := v.([]any)
	var set types
	var alternatives []*node
	for _, e := range list {
		name, _ := e.(string)
		switch {
		case name == "integer":
			alternatives = append(alternatives, w.all(w.typed(typeNumber), w.integral()))
		case typeNames[name] == 0:
			return nil
		default:
			set |= typeNames[name]
		}
	}
	if set != 0 || len(alternatives) == 0 {
		alternatives = append(alternatives, w.typed(set))
	}
	if !isList {
		return nil
	}
	return w.any(alternatives...)
}

func (w words) integral() *node { return w.number(multipleOf, one) }

func (w words) referred(v any) *node {
	text, isText := v.(string)
	if !isText || w.in == nil {
		return nil
	}
	return w.intern("ref "+w.in.id+" "+text, node{form: reference, text: text, scope: w.in})
}

func (w words) allOf(v any) *node { return w.joinedList(v, w.all) }

func (w words) anyOf(v any) *node { return w.joinedList(v, w.any) }

func (w words) joinedList(v any, join func(...*node) *node) *node {
	parts, isList := w.list(v)
	if !isList || len(parts) == 0 {
		return nil
	}
	return join(parts...)
}

// oneOf is that one part holds and the others do not.
func (w words) oneOf(v any) *node {
	parts, isList := w.list(v)
	if !isList || len(parts) == 0 {
		return nil
	}
	together := []*node{w.any(parts...)}
	for i, a := range parts {
		for _, b := range parts[:i] {
			together = append(together, w.any(w.not(a), w.not(b)))
		}
	}
	return w.all(together...)
}

func (w words) conditional(v any) *node {
	condition, parts := w.sub(v), []*node{}
	if then, says := w.of["then"]; says {
		parts = append(parts, w.any(w.not(condition), w.sub(then)))
	}
	if otherwise, says := w.of["else"]; says {
		parts = append(parts, w.any(condition, w.sub(otherwise)))
	}
	return w.all(parts...)
}

func limit(a atom) keyword {
	return func(w words, v any) *node {
		if _, draft4 := v.(bool); draft4 {
			return w.yes() // said by the bound
		}
		if at := rat(v); at != nil {
			return w.number(a, at)
		}
		return nil
	}
}

func (w words) minimum(v any) *node {
	if w.of["exclusiveMinimum"] == true {
		return limit(above)(w, v)
	}
	return limit(atLeast)(w, v)
}

func (w words) maximum(v any) *node {
	if w.of["exclusiveMaximum"] == true {
		return limit(below)(w, v)
	}
	return limit(atMost)(w, v)
}

func (w words) multiple(v any) *node {
	at := rat(v)
	if at == nil || at.Sign() <= 0 {
		return nil
	}
	return w.number(multipleOf, at)
}

func (w words) counted(a atom, t types, v any, more int) *node {
	n, ok := whole(v)
	switch {
	case !ok:
		return nil
	case n+more == 0:
		return w.yes()
	}
	return w.count(a, t, n+more)
}

// fewer is that there are no more than so many.
func (w words) fewer(a atom, t types, v any) *node {
	if n := w.counted(a, t, v, 1); n != nil {
		return w.denied(t, n)
	}
	return nil
}

func (w words) pattern(v any) *node {
	text, isText := v.(string)
	if !isText {
		return nil
	}
	return w.says(typeString, node{atom: matches, text: text})
}

func (w words) uniqueItems(v any) *node {
	switch v {
	case true:
		return w.says(typeArray, node{atom: unique})
	case false:
		return w.yes()
	}
	return nil
}

func (w words) items(v any) *node {
	if list, tuple := v.([]any); tuple {
		return w.positions(list)
	}
	return w.every(len(w.prefix()), endless, w.sub(v))
}

func (w words) prefixItems(v any) *node {
	list, isList := v.([]any)
	if !isList {
		return nil
	}
	return w.positions(list)
}

func (w words) positions(list []any) *node {
	var parts []*node
	for i, e := range list {
		parts = append(parts, w.every(i, i+1, w.sub(e)))
	}
	return w.all(parts...)
}

// prefix is the schemas of single positions.
func (w words) prefix() []any {
	list, _ := w.of["prefixItems"].([]any)
	return list
}

// additionalItems says something behind a tuple only.
func (w words) additionalItems(v any) *node {
	if tuple, isTuple := w.of["items"].([]any); isTuple {
		return w.every(len(tuple), endless, w.sub(v))
	}
	return w.yes()
}

// applies are keywords through which other schemas speak of the same value.
var applies = []string{"$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf", "if", "dependentSchemas", "dependencies"}

// alone reports whether no other schema speaks of the same value: else it is not seen here what is left unevaluated.
func (w words) alone(besides ...string) bool {
	return !slices.ContainsFunc(append(besides, applies...), func(k string) bool { return w.of[k] != nil })
}

func (w words) unevaluatedItems(v any) *node {
	if !w.alone("contains") {
		return w.asWritten()
	}
	from := len(w.prefix())
	switch items := w.of["items"].(type) {
	case nil:
	case []any:
		from = len(items)
		if w.of["additionalItems"] != nil {
			return w.yes()
		}
	default:
		return w.yes()
	}
	return w.every(from, endless, w.sub(v))
}

// asWritten is a schema whose meaning is its text.
func (w words) asWritten() *node {
	if w.in != nil {
		return w.unknown(canonical(w.of) + " in " + w.in.id)
	}
	return w.unknown(canonical(w.of))
}

func (w words) contains(v any) *node {
	least, most := 1, endless
	for name, count := range map[string]*int{"minContains": &least, "maxContains": &most} {
		if limit, says := w.of[name]; says {
			n, ok := whole(limit)
			if !ok {
				return nil
			}
			*count = n
		}
	}
	n := w.sub(v)
	parts := []*node{w.atLeastSo(least, n)}
	if most < endless {
		parts = append(parts, w.denied(typeArray, w.atLeastSo(most+1, n)))
	}
	return w.all(parts...)
}

// atLeastSo is that so many elements satisfy a schema.
func (w words) atLeastSo(n int, value *node) *node {
	switch n {
	case 0:
		return w.yes()
	case 1:
		return w.denied(typeArray, w.every(0, endless, w.not(value)))
	}
	return w.says(typeArray, node{atom: many, from: n, of: []*node{value}})
}

func (w words) requires(v any) *node {
	if _, draft3 := v.(bool); draft3 {
		return w.yes()
	}
	names, isList := v.([]any)
	var parts []*node
	for _, e := range names {
		name, isText := e.(string)
		if !isText {
			return nil
		}
		parts = append(parts, w.needs(name))
	}
	if !isList {
		return nil
	}
	return w.all(parts...)
}

// entries compiles the members of an object, in the order of their names.
func (w words) entries(v any, compile func(name string, v any) *node) *node {
	members, isObject := v.(Object)
	if !isObject {
		return nil
	}
	var parts []*node
	for _, name := range slices.Sorted(maps.Keys(members)) {
		n := compile(name, members[name])
		if n == nil {
			return nil
		}
		parts = append(parts, n)
	}
	return w.all(parts...)
}

func (w words) properties(v any) *node {
	return w.entries(v, func(name string, v any) *node { return w.under(name, w.sub(v)) })
}

func (w words) patternProperties(v any) *node {
	return w.entries(v, func(p string, v any) *node { return w.whose(w.pattern(p), w.sub(v)) })
}

// additionalProperties is about names that neither properties nor patternProperties speak of.
func (w words) additionalProperties(v any) *node {
	var others []*node
	declared, _ := w.of["properties"].(Object)
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		others = append(others, w.not(w.is(name)))
	}
	patterns, _ := w.of["patternProperties"].(Object)
	for _, p := range slices.Sorted(maps.Keys(patterns)) {
		others = append(others, w.not(w.pattern(p)))
	}
	return w.whose(w.all(others...), w.sub(v))
}

func (w words) unevaluatedProperties(v any) *node {
	switch {
	case w.of["additionalProperties"] != nil:
		return w.yes()
	case !w.alone():
		return w.asWritten()
	}
	return w.additionalProperties(v)
}

// propertyNames is that no value may stand under another name.
func (w words) propertyNames(v any) *node { return w.whose(w.not(w.sub(v)), w.no()) }

// dependencies are what follows from the presence of a name: other names, or a schema.
func (w words) dependencies(v any) *node {
	return w.entries(v, func(name string, v any) *node {
		then := w.sub
		if _, names := v.([]any); names {
			then = w.requires
		}
		what := then(v)
		if what == nil {
			return nil
		}
		return w.any(w.not(w.typed(typeObject)), w.not(w.needs(name)), what)
	})
}
