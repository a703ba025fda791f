package compat

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	"github.com/evgen/evgen/generator/sample"
	"github.com/evgen/evgen/schema/model"
)

// wireEdges are values at the edges of what scalars hold on the wire.
var wireEdges = map[wire][]string{
	wireText: {`"not of any form"`, `""`, `"12"`}, wireURI: {`"https://example.com/1"`}, wireEmail: {`"user@example.com"`, `"a{b}@example.com"`},
	wireBytes: {`"AAH/"`}, wireUUID: {`"018f5c2e-7a10-7000-8000-000000000001"`}, wireStamp: {`"2024-02-29T12:00:00Z"`},
	wireDate: {`"2024-02-29"`}, wireTime: {`"12:00:00"`}, wireDuration: {`"PT1M"`}, wireDecimal: {`"12.5"`, `"12.345678"`},
	wireIntText: {`"1099511627776"`, `"-1"`}, wireUintText: {`"18446744073709551615"`, `"1"`}, wireBool: {`true`, `false`},
	wireInt32: {`2147483647`, `-1`, `0`}, wireInt64: {`1099511627776`, `-1`, `9223372036854775807`, `9007199254740993`, `0`},
	wireUint32: {`4294967295`, `0`}, wireUint64: {`18446744073709551615`, `1099511627776`, `0`},
	wireFloat32: {`1.5`, `3e38`, `-0.5`}, wireFloat64: {`1.5`, `1e300`, `-0.5`, `1e15`}, wireUnix: {`1709208000`, `1709208000000`, `99999999999`},
}

// edges are values of a type that readers of other types are likely to refuse.
func edges(t *model.TypeRef) []json.RawMessage {
	switch t.Kind {
	case model.List:
		return collections(t, "[]", "[", "]")
	case model.OneOrMany:
		return append([]json.RawMessage{anyOf(bare(t.Elem), sample.Fullest)}, collections(t, "[]", "[", "]")...)
	case model.Map:
		return collections(t, "{}", `{"key":`, "}")
	case model.JSON:
		return raws(`"text"`, `12`, `[]`, `{}`, `true`, `null`)
	case model.Scalars:
		var out []json.RawMessage
		for _, a := range alternatives(t) {
			out = append(out, edges(a)...)
		}
		return out
	case model.Named:
		return namedEdges(t)
	}
	return raws(wireEdges[wireOf(t)]...)
}

func raws(texts ...string) []json.RawMessage {
	out := make([]json.RawMessage, len(texts))
	for i, s := range texts {
		out[i] = json.RawMessage(s)
	}
	return out
}

// collections are a collection of two elements, of one, and an empty one.
func collections(t *model.TypeRef, empty, open, closing string) []json.RawMessage {
	one := string(anyOf(bare(t.Elem), sample.Smallest))
	out := []string{open + one + closing, empty}
	if open == "[" {
		out = append([]string{"[" + one + "," + string(anyOf(bare(t.Elem), sample.Fullest)) + "]"}, out...)
	}
	return raws(out...)
}

func namedEdges(t *model.TypeRef) []json.RawMessage {
	switch shape := t.Named.Shape.(type) {
	case *model.Enum:
		var out []json.RawMessage
		for _, v := range shape.Values {
			out = append(out, json.RawMessage(literal(shape, v)))
		}
		if shape.Kind == model.Int64 {
			return append(out, raws(`1099511627776`)...)
		}
		return append(out, raws(`"a value without a name"`)...)
	case *model.Union:
		var out []json.RawMessage
		for _, b := range shape.Branches {
			a := &aim{mode: sample.Fullest}
			v := a.structure(b.Type.Shape.(*model.Struct), nil, "")
			v[shape.Tag] = b.Tag
			payload, _ := json.Marshal(v) // made from JSON
			out = append(out, payload)
		}
		unknown, _ := json.Marshal(object{shape.Tag: unnamed}) // made of texts
		return append(out, unknown)
	}
	return []json.RawMessage{anyOf(bare(t), sample.Smallest), anyOf(bare(t), sample.Fullest)}
}

// limitEdges are values just inside and just outside of the constraints of both sides.
func limitEdges(tr trail, t *model.TypeRef) []json.RawMessage {
	last := len(tr) - 1
	each := false
	for last >= 0 && tr[last].kind != intoField {
		each = true
		last--
	}
	if last < 0 {
		return nil
	}
	var out []json.RawMessage
	for _, f := range []*model.Field{tr[last].old, tr[last].new} {
		if f == nil {
			continue
		}
		l := f.Limits
		if each {
			l = f.Each
		}
		if l != nil {
			out = append(out, edgesOf(l, t)...)
		}
	}
	return out
}

func edgesOf(l *model.Limits, t *model.TypeRef) []json.RawMessage {
	var out []json.RawMessage
	for _, b := range []*model.Value{l.Min, l.Max, l.ExclusiveMin, l.ExclusiveMax, l.MultipleOf} {
		if b == nil {
			continue
		}
		for _, d := range []int64{0, 1, -1} {
			n := new(big.Rat).Add(number(b), big.NewRat(d, 1))
			out = append(out, numeral(n, t))
		}
	}
	for _, n := range []*int{l.MinLength, l.MaxLength} {
		if n != nil {
			out = append(out, texts(*n)...)
		}
	}
	for _, n := range []*int{l.MinItems, l.MaxItems} {
		if n != nil && t.Elem != nil {
			out = append(out, repeated(t, *n), repeated(t, *n+1), repeated(t, max(*n-1, 0)))
		}
	}
	if l.Scale != nil {
		out = append(out, json.RawMessage(`"1.`+strings.Repeat("1", *l.Scale)+`"`), json.RawMessage(`"1.`+strings.Repeat("1", *l.Scale+1)+`"`))
	}
	for _, v := range append(l.OneOf, l.Const) {
		if v != nil {
			out = append(out, json.RawMessage(v.JSON))
		}
	}
	if l.Pattern != "" {
		alone := &model.Field{Type: &model.TypeRef{Kind: model.String}, Limits: &model.Limits{Pattern: l.Pattern, MinLength: l.MinLength, MaxLength: l.MaxLength}}
		out = append(out, ofField(alone, sample.Fullest))
	}
	if l.UniqueItems && t.Elem != nil {
		out = append(out, twice(t))
	}
	return out
}

// numeral writes a number as values of the type are written.
func numeral(n *big.Rat, t *model.TypeRef) json.RawMessage {
	text := strings.TrimSuffix(strings.TrimRight(n.FloatString(12), "0"), ".")
	if t.Kind == model.Decimal || t.Encoding == model.EncodingString {
		return json.RawMessage(strconv.Quote(text))
	}
	return json.RawMessage(text)
}

// maxEdge bounds payloads that are made to reach a limit.
const maxEdge = 100_000

func texts(n int) []json.RawMessage {
	var out []json.RawMessage
	for _, length := range []int{n, n + 1, n - 1} {
		if length >= 0 && length <= maxEdge {
			out = append(out, json.RawMessage(`"`+strings.Repeat("x", length)+`"`))
		}
	}
	return out
}

// repeated is a collection of n different elements, as far as samples differ.
func repeated(t *model.TypeRef, n int) json.RawMessage {
	if n > maxEdge {
		return json.RawMessage("null")
	}
	wanted := &model.Field{Type: bare(t), Limits: &model.Limits{MinItems: &n, MaxItems: &n}}
	return ofField(wanted, sample.Fullest)
}

// twice is a list whose elements are equal.
func twice(t *model.TypeRef) json.RawMessage {
	one := string(anyOf(bare(t.Elem), sample.Smallest))
	return json.RawMessage("[" + one + "," + one + "]")
}
