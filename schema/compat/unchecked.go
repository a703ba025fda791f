package compat

import (
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/compat/inclusion"
	"github.com/evgen/evgen/schema/model"
)

// uncheckedChanges name what became of keywords that both sides have.
var uncheckedChanges = map[order]Kind{
	same: "unchecked-respelled", tighter: "unchecked-tightened", looser: "unchecked-loosened", apart: "unchecked-changed",
}

// said is what a schema says without a check, at one place, and all that it says there.
type said struct {
	place Place
	value *model.Value // nil: nothing
	names string       // that are declared beside it
	part  func() any   // what is not checked, as a schema
	whole func() any   // with all else that holds of values there
}

func (d *differ) uncheckedOfStructs(old, new *model.Struct) {
	of := func(s *model.Struct) said {
		return said{value: s.Unchecked, names: wireNames(s), part: func() any { return carried(s) }, whole: func() any { return structSchema(s) }}
	}
	d.unchecked(of(old), of(new))
}

func (d *differ) uncheckedOfFields(old, new *model.Field) {
	of := func(f *model.Field) said {
		return said{value: f.Unchecked, place: placeOf(f), part: func() any { return keywordsOf(f.Unchecked) }, whole: func() any { return fieldSchema(f) }}
	}
	d.unchecked(of(old), of(new))
}

// unchecked compares what schemas say without a check. What is not proved to allow no less is taken to allow less: the
// keywords are there because other validators enforce them.
func (d *differ) unchecked(old, new said) {
	o, n := old.place, new.place
	o.Text, n.Text = valueText(old.value), valueText(new.value)
	if o.Text == n.Text && (old.value == nil || old.names == new.names) {
		return
	}
	back, on := inclusion.Proved(new.part(), old.whole()), inclusion.Proved(old.part(), new.whole())
	switch {
	case old.value == nil && !back:
		d.report("unchecked-added", o.at(old.value), n.at(new.value))
	case new.value == nil && !on:
		d.report("unchecked-removed", o.at(old.value), n.at(new.value))
	case o.Text != n.Text || !back || !on:
		d.report(uncheckedChanges[orderOf(back, on)], o.at(old.value), n.at(new.value))
	}
}

// wireNames are the declared names, whatever their order.
func wireNames(s *model.Struct) string {
	names := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		names[i] = quoted(f.JSON)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func (p Place) at(v *model.Value) Place {
	if v != nil {
		p.Span = v.Span
	}
	return p
}

// orderOf is the order of two constraints of which the old implies the new, or the new the old.
func orderOf(back, on bool) order {
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
