package inclusion

import (
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// compiler turns schemas into nodes.
type compiler struct {
	shop
	known  map[string]keyword
	scopes map[string]*scope
}

// scope is the definitions that references in a schema refer to. A schema with `$defs` is one, for all that is in it.
type scope struct {
	id      string
	outer   *scope
	defs    Object
	targets map[string]*node
}

func newCompiler() *compiler {
	return &compiler{shop: shop{nodes: map[string]*node{}}, known: keywordTable(), scopes: map[string]*scope{}}
}

func (c *compiler) within(defs Object, outer *scope) *scope {
	id := canonical(defs)
	if outer != nil {
		id = outer.id + " " + id
	}
	if c.scopes[id] == nil {
		c.scopes[id] = &scope{id: id, outer: outer, defs: defs, targets: map[string]*node{}}
	}
	return c.scopes[id]
}

func canonical(v any) string {
	b, _ := json.Marshal(v) // made from JSON; keys are sorted
	return string(b)
}

// target is what a reference refers to; nil where it is not known.
func (c *compiler) target(n *node) *node {
	name := strings.TrimPrefix(n.text, "#/$defs/")
	name = strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
	for s := n.scope; s != nil && name != n.text; s = s.outer {
		if def, there := s.defs[name]; there {
			if s.targets[name] == nil {
				s.targets[name] = c.schema(def, s)
			}
			return s.targets[name]
		}
	}
	return nil
}

// silent are keywords that no value is refused for.
var silent = map[string]bool{
	"$comment": true, "$defs": true, "definitions": true, "$schema": true, "$id": true, "id": true, "$anchor": true, "$vocabulary": true,
	"title": true, "description": true, "default": true, "examples": true, "example": true, "deprecated": true, "readOnly": true,
	"writeOnly": true, "contentEncoding": true, "contentMediaType": true, "contentSchema": true, "then": true, "else": true,
	"minContains": true, "maxContains": true, // said with what they belong to
}

// schema is the logical form of a schema.
func (c *compiler) schema(v any, in *scope) *node {
	switch v := v.(type) {
	case bool:
		if v {
			return c.yes()
		}
		return c.no()
	case Object:
		if defs, says := v["$defs"].(Object); says {
			in = c.within(defs, in)
		}
		w := words{c, v, in}
		var parts []*node
		for _, keyword := range slices.Sorted(maps.Keys(v)) {
			if !silent[keyword] {
				parts = append(parts, w.keyword(keyword))
			}
		}
		return c.all(parts...)
	}
	return c.meaningless()
}

// words is the keywords of a schema.
type words struct {
	*compiler
	of Object
	in *scope
}

// keyword is what one keyword says; those that stand beside it are at hand.
func (w words) keyword(name string) *node {
	compile := w.known[name]
	if compile == nil {
		return w.unknown(name + " " + canonical(w.of[name]))
	}
	if n := compile(w, w.of[name]); n != nil {
		return n
	}
	return w.meaningless()
}

func (w words) sub(v any) *node { return w.schema(v, w.in) }

func (w words) list(v any) ([]*node, bool) {
	list, isList := v.([]any)
	var out []*node
	for _, e := range list {
		out = append(out, w.sub(e))
	}
	return out, isList
}

func (w words) listed(v any) *node {
	values, isList := v.([]any)
	if !isList {
		return nil
	}
	var out []*node
	for _, e := range values {
		out = append(out, w.equal(e))
	}
	return w.any(out...)
}

// equal is that a value is a certain one.
func (w words) equal(v any) *node {
	switch v := v.(type) {
	case nil:
		return w.typed(typeNull)
	case bool:
		is := w.says(typeBoolean, node{atom: isTrue})
		if !v {
			is = w.not(is)
		}
		return w.all(w.typed(typeBoolean), is)
	case string:
		return w.all(w.typed(typeString), w.is(v))
	case []any:
		parts := []*node{w.typed(typeArray), w.count(minItems, typeArray, len(v)), w.not(w.count(minItems, typeArray, len(v)+1))}
		for i, e := range v {
			parts = append(parts, w.every(i, i+1, w.equal(e)))
		}
		return w.all(parts...)
	case Object:
		parts := []*node{w.typed(typeObject), w.not(w.count(minProperty, typeObject, len(v)+1))}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, w.needs(name), w.under(name, w.equal(v[name])))
		}
		return w.all(parts...)
	}
	if at := rat(v); at != nil {
		return w.all(w.typed(typeNumber), w.number(atLeast, at), w.number(atMost, at))
	}
	return w.meaningless()
}

func (c *compiler) number(a atom, at *big.Rat) *node {
	return c.says(typeNumber, node{atom: a, at: at})
}

func (c *compiler) is(text string) *node { return c.says(typeString, node{atom: isText, text: text}) }

func (c *compiler) count(a atom, t types, n int) *node { return c.says(t, node{atom: a, from: n}) }

func (c *compiler) needs(name string) *node {
	return c.says(typeObject, node{atom: required, text: name})
}

func (c *compiler) under(name string, value *node) *node {
	return c.says(typeObject, node{atom: property, text: name, of: []*node{value}})
}

// whose is that all values under names that satisfy a schema satisfy another one.
func (c *compiler) whose(name, value *node) *node {
	return c.says(typeObject, node{atom: properties, of: []*node{name, value}})
}

// every is that the elements of some positions satisfy a schema.
func (c *compiler) every(from, to int, value *node) *node {
	return c.says(typeArray, node{atom: elements, from: from, to: to, of: []*node{value}})
}

// maxDigits bounds numbers, whose exponent may make them as long as memory.
const maxDigits = 400

func rat(v any) *big.Rat {
	n, isNumber := v.(json.Number)
	_, exponent, scientific := strings.Cut(strings.ToLower(n.String()), "e")
	if e, err := strconv.Atoi(exponent); !isNumber || len(n) > maxDigits || scientific && (err != nil || e > maxDigits || e < -maxDigits) {
		return nil
	}
	r, ok := new(big.Rat).SetString(n.String())
	if !ok {
		return nil
	}
	return r
}

// whole reads a count.
func whole(v any) (int, bool) {
	r := rat(v)
	if r == nil || !r.IsInt() || r.Sign() < 0 || !r.Num().IsInt64() || r.Num().Int64() >= endless {
		return 0, false
	}
	return int(r.Num().Int64()), true
}
