package compat

import (
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/model"
)

// unknownChanges names the changes of the policy for unknown fields.
var unknownChanges = map[[2]model.Unknown]Kind{
	{model.UnknownSkip, model.UnknownKeep}:   "unknown-fields-kept",
	{model.UnknownKeep, model.UnknownSkip}:   "unknown-fields-dropped",
	{model.UnknownSkip, model.UnknownReject}: "object-closed",
	{model.UnknownKeep, model.UnknownReject}: "object-closed",
	{model.UnknownReject, model.UnknownSkip}: "object-opened",
	{model.UnknownReject, model.UnknownKeep}: "object-opened",
}

func (d *differ) structs(old, new *model.Struct, a aliases) {
	d.old.rejects, d.new.rejects = old.Unknown == model.UnknownReject, new.Unknown == model.UnknownReject
	if k, changed := unknownChanges[[2]model.Unknown{old.Unknown, new.Unknown}]; changed {
		d.report(k, Place{Text: old.Unknown.String()}, Place{Text: new.Unknown.String()})
	}
	d.uncheckedOfStructs(old, new)
	rejects := [2]bool{d.old.rejects, d.new.rejects}
	m := match(old, new, a)
	for _, f := range new.Fields {
		if o := m.old[f]; o != nil {
			d.within(hop{kind: intoField, old: o, new: f}, func() { d.fields(o, f, a) })
		} else {
			d.within(hop{kind: intoField, new: f}, func() { d.added(f, a.moved[f.JSON], absent(old, f)) })
		}
		d.old.rejects, d.new.rejects = rejects[0], rejects[1]
	}
	for _, f := range old.Fields {
		if !m.kept[f] {
			d.within(hop{kind: intoField, old: f}, func() { d.removed(f, absent(new, f)) })
		}
	}
	if reordered(old.Fields, new.Fields, m) {
		d.report("field-reordered", Place{Text: names(old.Fields)}, Place{Text: names(new.Fields)})
	}
}

// matching pairs the fields of two structs.
type matching struct {
	old  map[*model.Field]*model.Field // new to old
	kept map[*model.Field]bool         // old fields that have a partner
}

// match pairs fields: by wire name, then by what the upcasts say, then by declared name, then by the letters of the
// name alone.
func match(old, new *model.Struct, a aliases) matching {
	m := matching{map[*model.Field]*model.Field{}, map[*model.Field]bool{}}
	m.by(old, new, func(o, n *model.Field) bool { return o.JSON == n.JSON })
	m.by(old, new, func(o, n *model.Field) bool { return a.from[n.JSON] == o.JSON })
	m.by(old, new, func(o, n *model.Field) bool { return o.Name == n.Name && a.moved[n.JSON] == nil })
	m.by(old, new, func(o, n *model.Field) bool { return letters(o.JSON) == letters(n.JSON) && a.moved[n.JSON] == nil })
	return m
}

func (m matching) by(old, new *model.Struct, same func(o, n *model.Field) bool) {
	for _, n := range new.Fields {
		if m.old[n] != nil {
			continue
		}
		for _, o := range old.Fields {
			if !m.kept[o] && same(o, n) {
				m.old[n], m.kept[o] = o, true
				break
			}
		}
	}
}

// letters is a name without what spellings differ in: userId, user_id and UserID are one.
func letters(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
}

func reordered(old, new []*model.Field, m matching) bool {
	at := -1
	for _, f := range new {
		if m.old[f] == nil {
			continue
		}
		i := slices.Index(old, m.old[f])
		if i < at {
			return true
		}
		at = i
	}
	return false
}

func names(fields []*model.Field) string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Name
	}
	return strings.Join(out, ", ")
}

// absent is a field as the side of a change whose struct does not have it.
func absent(s *model.Struct, f *model.Field) Place {
	free := f.Type.Kind == model.JSON && f.Limits == nil && f.Unchecked == nil
	return Place{Claimed: s.Unknown == model.UnknownKeep && !free}
}

func (d *differ) added(f *model.Field, from *model.Path, before Place) {
	k := Kind("required-field-added")
	switch {
	case from != nil:
		d.report("field-moved", Place{Span: from.Last().Span, Text: from.String(), Optional: true}, placeOf(f))
		return
	case f.Optional:
		k = "optional-field-added"
	case f.Default != nil:
		k = "defaulted-field-added"
	}
	d.report(k, before, placeOf(f))
}

func (d *differ) removed(f *model.Field, after Place) {
	k := Kind("required-field-removed")
	switch {
	case f.Optional:
		k = "optional-field-removed"
	case f.Default != nil:
		k = "defaulted-field-removed"
	}
	d.report(k, placeOf(f), after)
}

// placeOf is a field as one side of a change.
func placeOf(f *model.Field) Place {
	return Place{Span: f.Span, Text: typeText(f), Optional: f.Optional}
}

// typeText is the type of a field as a schema writes it.
func typeText(f *model.Field) string {
	s := f.Type.String()
	switch {
	case f.Optional && f.Type.Nullable:
		return strings.TrimSuffix(s, " | null") + "? | null"
	case f.Optional:
		return s + "?"
	}
	return s
}
