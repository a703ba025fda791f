package compat

import "github.com/evgen/evgen/schema/model"

// uncheckedChanges name what became of keywords that both sides have.
var uncheckedChanges = map[order]Kind{
	same: "unchecked-respelled", tighter: "unchecked-tightened", looser: "unchecked-loosened", apart: "unchecked-changed",
}

// unchecked compares what a schema says without a check. What is not proved to allow no less is taken to allow less:
// the keywords are there because other validators enforce them.
func (d *differ) unchecked(old, new *model.Value, o, n Place) {
	o.Text, n.Text = valueText(old), valueText(new)
	if o.Text == n.Text {
		return
	}
	back, on := implies(old, new), implies(new, old)
	switch {
	case old == nil && !back:
		d.report("unchecked-added", o.at(old), n.at(new))
	case new == nil && !on:
		d.report("unchecked-removed", o.at(old), n.at(new))
	default:
		d.report(uncheckedChanges[orderOf(back, on)], o.at(old), n.at(new))
	}
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

// implies reports whether every value that satisfies some keywords is proved to satisfy others.
func implies(these, those *model.Value) bool {
	return schemaIncludes(keywordsOf(those), keywordsOf(these))
}
