package compat

import (
	"math/big"

	"github.com/evgen/evgen/schema/model"
)

// bound is where a range of numbers ends. A schema has two ways to write one, with and without the number itself; they
// are compared as one, by the numbers that are left.
type bound struct {
	at   *big.Rat // nil: the range has no end
	open bool     // the number itself is not in the range
	text string   // as a schema writes it
}

// lower is the end below.
func lower(l *model.Limits, f *model.Field) bound {
	return tightest(ending("min", l.Min, 1), ending("exclusive_min", l.ExclusiveMin, 1).without(f))
}

// upper is the end above, mirrored at zero: of both ends, the greater one is the tighter.
func upper(l *model.Limits, f *model.Field) bound {
	return tightest(ending("max", l.Max, -1), ending("exclusive_max", l.ExclusiveMax, -1).without(f))
}

func ending(name string, v *model.Value, sign int64) bound {
	if v == nil {
		return bound{}
	}
	return bound{at: new(big.Rat).Mul(number(v), big.NewRat(sign, 1)), text: labelled(name, valueText(v))}
}

// without is the bound less its own number. Among integers, that is the next integer.
func (b bound) without(f *model.Field) bound {
	switch {
	case b.at == nil:
	case integers(f.Type) && b.at.IsInt():
		b.at.Add(b.at, big.NewRat(1, 1))
	default:
		b.open = true
	}
	return b
}

// integers reports whether a type, or that of its elements, holds integers only.
func integers(t *model.TypeRef) bool {
	for t.Elem != nil {
		t = t.Elem
	}
	switch t.Kind {
	case model.Int32, model.Int64, model.Uint32, model.Uint64:
		return true
	}
	return false
}

func tightest(a, b bound) bound {
	if a.to(b) == tighter {
		return b
	}
	return a
}

// to says what it does to a range when b becomes c.
func (b bound) to(c bound) order {
	switch {
	case b.at == nil && c.at == nil:
		return same
	case b.at == nil:
		return tighter
	case c.at == nil:
		return looser
	case b.at.Cmp(c.at) != 0:
		return [...]order{tighter, same, looser}[1+b.at.Cmp(c.at)]
	case b.open == c.open:
		return same
	case c.open:
		return tighter
	}
	return looser
}
