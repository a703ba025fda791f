package resolve

import (
	"slices"

	"github.com/evgen/evgen/schema/model"
)

// lossless lists the kinds that hold every value of a kind.
var lossless = map[model.Kind][]model.Kind{
	model.Int32:   {model.Int64, model.Float64},
	model.Uint32:  {model.Int64, model.Uint64, model.Float64},
	model.Float32: {model.Float64},
	model.URI:     {model.String},
	model.Email:   {model.String},
	model.String:  {model.URI, model.Email}, // all three are strings in Go, checked on write only
}

// widens reports whether every value of one type is a value of the other, so that it needs no rule.
// Encodings do not matter: upcasts work on decoded values.
func widens(from, to *model.TypeRef) bool {
	return (!from.Nullable || to.Nullable) && widensBare(from, to)
}

// widensBare leaves null aside.
func widensBare(from, to *model.TypeRef) bool {
	switch to.Kind {
	case model.Scalars:
		return widensToSum(from, to)
	case model.OneOrMany:
		if from.Kind != model.OneOrMany && from.Kind != model.List {
			return widens(from, to.Elem)
		}
		return widens(from.Elem, to.Elem)
	case model.List, model.Map:
		return from.Kind == to.Kind && widens(from.Elem, to.Elem)
	case model.Named:
		return from.Kind == model.Named && from.Named.Type == to.Named.Type && from.Named.Number <= to.Named.Number
	}
	if e, ok := enumOf(from); ok {
		return e.Kind == to.Kind
	}
	return from.Kind == to.Kind || slices.Contains(lossless[from.Kind], to.Kind)
}

func widensToSum(from, to *model.TypeRef) bool {
	if from.Kind != model.Scalars {
		return slices.ContainsFunc(to.Alts, func(alt *model.TypeRef) bool { return widensBare(from, alt) })
	}
	return !slices.ContainsFunc(from.Alts, func(alt *model.TypeRef) bool { return !widensToSum(alt, to) })
}

// mayLack reports whether a source may have nothing to give to a target that must have something.
// A null that reaches an optional field becomes absence.
func mayLack(o origin, f *model.Field) bool {
	return !f.Optional && (o.absent || o.typ.Nullable && !f.Type.Nullable)
}
