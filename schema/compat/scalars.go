package compat

import (
	"slices"

	"github.com/evgen/evgen/schema/model"
)

// wire is how a scalar stands in JSON.
type wire uint8

const (
	noWire wire = iota
	wireText
	wireURI
	wireEmail
	wireBytes
	wireUUID
	wireStamp
	wireDate
	wireTime
	wireDuration
	wireDecimal
	wireIntText  // an int64 in a string
	wireUintText // a uint64 in a string
	wireBool
	wireInt32
	wireInt64
	wireUint32
	wireUint64
	wireFloat32
	wireFloat64
	wireUnix // a timestamp as a number
)

var wires = map[model.Kind]wire{
	model.String: wireText, model.URI: wireURI, model.Email: wireEmail, model.Bytes: wireBytes, model.UUID: wireUUID,
	model.Timestamp: wireStamp, model.Date: wireDate, model.Time: wireTime, model.Duration: wireDuration, model.Decimal: wireDecimal,
	model.Bool: wireBool, model.Int32: wireInt32, model.Int64: wireInt64, model.Uint32: wireUint32, model.Uint64: wireUint64,
	model.Float32: wireFloat32, model.Float64: wireFloat64,
}

func wireOf(t *model.TypeRef) wire {
	switch {
	case t.Encoding == model.EncodingString && t.Kind == model.Int64:
		return wireIntText
	case t.Encoding == model.EncodingString:
		return wireUintText
	case t.Encoding != model.EncodingDefault:
		return wireUnix
	}
	return wires[t.Kind]
}

var (
	formats   = []wire{wireUUID, wireStamp, wireDate, wireTime, wireDuration, wireDecimal, wireIntText, wireUintText}
	narrow    = []wire{wireInt32, wireUint32}
	whole     = []wire{wireInt32, wireInt64, wireUint32, wireUint64}
	fractions = []wire{wireFloat32, wireFloat64}
)

// scalarChanges names the change from any of the first to any of the second; the first row that fits is taken.
var scalarChanges = []struct {
	from, to []wire
	kind     Kind
}{
	{[]wire{wireInt32}, []wire{wireInt64}, "integer-widened"},
	{[]wire{wireUint32}, []wire{wireInt64, wireUint64}, "integer-widened"},
	{[]wire{wireInt64}, []wire{wireInt32, wireUint32}, "integer-narrowed"},
	{[]wire{wireUint64}, []wire{wireUint32}, "integer-narrowed"},
	{whole, whole, "sign-changed"},
	{narrow, []wire{wireFloat64}, "integer-to-float"},
	{[]wire{wireFloat64}, narrow, "float-to-integer"},
	{whole, fractions, "wide-integer-to-float"},
	{fractions, whole, "float-to-wide-integer"},
	{[]wire{wireFloat32}, []wire{wireFloat64}, "float-widened"},
	{[]wire{wireFloat64}, []wire{wireFloat32}, "float-narrowed"},
	{[]wire{wireText}, []wire{wireURI, wireEmail}, "string-to-checked-string"},
	{[]wire{wireURI, wireEmail}, []wire{wireText}, "checked-string-to-string"},
	{[]wire{wireURI, wireEmail}, []wire{wireURI, wireEmail}, "string-check-changed"},
	{[]wire{wireText}, []wire{wireBytes}, "string-to-bytes"},
	{[]wire{wireBytes}, []wire{wireText}, "bytes-to-string"},
	{[]wire{wireText}, formats, "string-to-format"},
	{formats, []wire{wireText}, "format-to-string"},
	{[]wire{wireIntText, wireUintText}, []wire{wireDecimal}, "type-widened"},
	{[]wire{wireDecimal}, []wire{wireIntText, wireUintText}, "type-narrowed"},
	{[]wire{wireIntText}, []wire{wireUintText}, "sign-changed"},
	{[]wire{wireUintText}, []wire{wireIntText}, "sign-changed"},
	{[]wire{wireUnix}, []wire{wireInt64}, "type-widened"},
	{[]wire{wireInt64}, []wire{wireUnix}, "type-narrowed"},
}

// scalarChange names the change from one scalar to another; "" where both look the same on the wire.
func scalarChange(old, new *model.TypeRef) Kind {
	from, to := wireOf(old), wireOf(new)
	switch {
	case old.Kind == new.Kind && old.Encoding == new.Encoding:
		return ""
	case old.Kind == new.Kind && old.Kind == model.Timestamp:
		return "timestamp-encoding-changed"
	case old.Kind == new.Kind:
		return "integer-encoding-changed"
	}
	for _, row := range scalarChanges {
		if slices.Contains(row.from, from) && slices.Contains(row.to, to) {
			return row.kind
		}
	}
	return "scalar-changed"
}

func (d *differ) scalars(old, new *model.TypeRef, o, n Place) {
	if formOf(old) == single && formOf(new) == single {
		if k := scalarChange(old, new); k != "" {
			d.report(k, o, n)
		}
		return
	}
	if k, changed := choiceChange(old, new); changed {
		d.report(k, o, n)
	}
}

// scalarsOf compares two scalars, or sums of them, that stand for something else: the values of an enum.
func (d *differ) scalarsOf(old, new *model.TypeRef) {
	d.scalars(old, new, Place{Span: old.Span, Text: old.String()}, Place{Span: new.Span, Text: new.String()})
}

// choiceChange compares sums of scalars by what they read of each other.
func choiceChange(old, new *model.TypeRef) (Kind, bool) {
	backward, forward := reads(new, old), reads(old, new)
	switch {
	case backward && forward:
		return "type-respelled", bareText(old) != bareText(new)
	case backward && sums(old, new):
		return "alternatives-added", true
	case forward && sums(old, new):
		return "alternatives-removed", true
	case backward:
		return "type-widened", true
	case forward:
		return "type-narrowed", true
	}
	return "type-changed", true
}

func bareText(t *model.TypeRef) string { return bare(t).String() }

func sums(old, new *model.TypeRef) bool { return formOf(old) == choice && formOf(new) == choice }

// reads reports whether a reader of scalars takes everything that a writer of scalars writes.
func reads(reader, writer *model.TypeRef) bool {
	for _, w := range alternatives(writer) {
		if !slices.ContainsFunc(alternatives(reader), func(r *model.TypeRef) bool { return readsScalar(r, w) }) {
			return false
		}
	}
	return true
}

// alternatives of a sum are read and written in its widest forms; a scalar is its only one.
func alternatives(t *model.TypeRef) []*model.TypeRef {
	if t.Kind != model.Scalars {
		return []*model.TypeRef{t}
	}
	out := make([]*model.TypeRef, len(t.Alts))
	for i, a := range t.Alts {
		out[i] = &model.TypeRef{Kind: widest(a.Kind), Span: a.Span}
	}
	return out
}

// widest is what a sum of scalars holds for a kind.
func widest(k model.Kind) model.Kind {
	switch k {
	case model.Int32, model.Uint32, model.Uint64:
		return model.Int64
	case model.Float32:
		return model.Float64
	case model.Bool, model.Int64, model.Float64:
		return k
	}
	return model.String
}

func readsScalar(reader, writer *model.TypeRef) bool {
	k := scalarChange(writer, reader)
	return k == "" || ruleOf(k).cells.backward.never()
}
