package compat

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/model"
)

// limits compares constraints, each by itself.
func (d *differ) limits(old, new *model.Limits, oldField, newField *model.Field) {
	if old == nil && new == nil {
		return
	}
	w := limitWalk{d: d, o: orNone(old), n: orNone(new), oldField: oldField, newField: newField}
	w.bounds()
	w.counts()
	w.sets()
	w.texts()
}

func orNone(l *model.Limits) *model.Limits {
	if l == nil {
		return &model.Limits{}
	}
	return l
}

type limitWalk struct {
	d                  *differ
	o, n               *model.Limits
	oldField, newField *model.Field
}

// order says which of two constraints allows more.
type order int

const (
	same order = iota
	tighter
	looser
	apart // each allows what the other does not
)

var constraintChanges = map[order]Kind{
	tighter: "constraint-tightened", looser: "constraint-loosened", apart: "constraint-changed",
}

func (w limitWalk) report(name string, o order, old, new string) {
	if o != same {
		w.as(constraintChanges[o], labelled(name, old), labelled(name, new))
	}
}

func labelled(name, text string) string {
	if text == "" {
		return ""
	}
	return name + " " + text
}

func (w limitWalk) as(k Kind, old, new string) {
	o, n := textAt(w.oldField, old), textAt(w.newField, new)
	if !w.o.Span.IsZero() {
		o.Span = w.o.Span
	}
	if !w.n.Span.IsZero() {
		n.Span = w.n.Span
	}
	w.d.report(k, o, n)
}

func (w limitWalk) bounds() {
	w.ends(lower(w.o, w.oldField), lower(w.n, w.newField))
	w.ends(upper(w.o, w.oldField), upper(w.n, w.newField))
	w.report("multiple_of", multiples(w.o.MultipleOf, w.n.MultipleOf), valueText(w.o.MultipleOf), valueText(w.n.MultipleOf))
}

func (w limitWalk) ends(old, new bound) {
	if o := old.to(new); o != same {
		w.as(constraintChanges[o], old.text, new.text)
	}
}

// bounded orders two bounds, of which a missing one allows everything.
func bounded(old, new *model.Value, sign int) order {
	switch {
	case old == nil && new == nil:
		return same
	case old == nil:
		return tighter
	case new == nil:
		return looser
	}
	return [...]order{looser, same, tighter}[1+sign*number(new).Cmp(number(old))]
}

func multiples(old, new *model.Value) order {
	if old == nil || new == nil {
		return bounded(old, new, 1)
	}
	a, b := number(old), number(new)
	switch {
	case a.Cmp(b) == 0:
		return same
	case a.Sign() != 0 && quotient(b, a).IsInt():
		return tighter
	case b.Sign() != 0 && quotient(a, b).IsInt():
		return looser
	}
	return apart
}

func quotient(a, b *big.Rat) *big.Rat { return new(big.Rat).Quo(a, b) }

// number reads a canonical number; decimals are text.
func number(v *model.Value) *big.Rat {
	n, ok := new(big.Rat).SetString(strings.Trim(string(v.JSON), `"`))
	if !ok {
		return new(big.Rat)
	}
	return n
}

func (w limitWalk) counts() {
	for _, c := range []struct {
		name     string
		old, new *int
		sign     int
	}{
		{"min_length", w.o.MinLength, w.n.MinLength, 1}, {"max_length", w.o.MaxLength, w.n.MaxLength, -1},
		{"min_items", w.o.MinItems, w.n.MinItems, 1}, {"max_items", w.o.MaxItems, w.n.MaxItems, -1},
	} {
		w.report(c.name, bounded(counted(c.old), counted(c.new), c.sign), countText(c.old), countText(c.new))
	}
	if countText(w.o.Scale) != countText(w.n.Scale) {
		w.as("decimal-scale-changed", labelled("scale", countText(w.o.Scale)), labelled("scale", countText(w.n.Scale)))
	}
}

func counted(n *int) *model.Value {
	if n == nil {
		return nil
	}
	return &model.Value{JSON: []byte(strconv.Itoa(*n))}
}

func countText(n *int) string { return valueText(counted(n)) }

// sets compares the constraints that list what is allowed.
func (w limitWalk) sets() {
	switch {
	case w.o.UniqueItems == w.n.UniqueItems:
	case w.n.UniqueItems:
		w.report("unique_items", tighter, "", "true")
	default:
		w.report("unique_items", looser, "true", "")
	}
	old, new := allowed(w.o), allowed(w.n)
	name := "one_of"
	if w.o.Const != nil || w.n.Const != nil {
		name = "const"
	}
	w.report(name, contained(old, new), strings.Join(old, ", "), strings.Join(new, ", "))
}

// allowed lists the values of const and one_of; nil where every value is allowed.
func allowed(l *model.Limits) []string {
	if l.Const != nil {
		return []string{valueText(l.Const)}
	}
	var out []string
	for _, v := range l.OneOf {
		out = append(out, valueText(v))
	}
	return out
}

func contained(old, new []string) order {
	switch {
	case len(old) == 0 && len(new) == 0:
		return same
	case len(old) == 0:
		return tighter
	case len(new) == 0:
		return looser
	}
	back, on := subset(old, new), subset(new, old)
	switch {
	case back && on:
		return same
	case on:
		return tighter
	case back:
		return looser
	}
	return apart
}

func subset(part, whole []string) bool {
	return !slices.ContainsFunc(part, func(s string) bool { return !slices.Contains(whole, s) })
}

func (w limitWalk) texts() {
	switch old, new := w.o.Pattern, w.n.Pattern; {
	case old == new:
	case old == "":
		w.as("pattern-added", "", quoted(new))
	case new == "":
		w.as("pattern-removed", quoted(old), "")
	default:
		w.as("pattern-changed", quoted(old), quoted(new))
	}
}

func quoted(s string) string {
	b, _ := json.Marshal(s) // a string always marshals
	return string(b)
}
