package compat

import (
	"encoding/json"
	"strconv"

	"github.com/evgen/evgen/schema/model"
)

// enums compares two enums. Renamed says which old value became which new one.
func (d *differ) enums(old, new *model.Enum, renamed map[string]string) {
	if old.Kind != new.Kind {
		d.report("enum-kind-changed", Place{Text: old.Kind.String(), Closed: old.Closed}, Place{Text: new.Kind.String(), Closed: new.Closed})
		return
	}
	w := enumWalk{d: d, old: old, new: new, renamed: renamed}
	w.values()
	w.policy()
}

type enumWalk struct {
	d        *differ
	old, new *model.Enum
	renamed  map[string]string
}

func (w enumWalk) values() {
	oldAt, newAt := indexOf(w.old), indexOf(w.new)
	arrived, last, shuffled := map[string]bool{}, -1, false
	for _, v := range w.old.Values {
		text := literal(w.old, v)
		to, isRenamed := w.renamed[text]
		at, stays := newAt[text]
		switch {
		case isRenamed && to != text && !stays:
			arrived[to] = true
			w.report("enum-value-renamed", v, w.new.Values[newAt[to]])
		case !stays:
			w.report("enum-value-removed", v, nil)
		case at < last:
			shuffled = true
		default:
			last = at
		}
	}
	for _, v := range w.new.Values {
		text := literal(w.new, v)
		if _, known := oldAt[text]; !known && !arrived[text] {
			w.report("enum-value-added", nil, v)
		}
	}
	if shuffled {
		w.report("enum-reordered", nil, nil)
	}
}

// policy compares what holds for values that the enum does not name.
func (w enumWalk) policy() {
	switch {
	case !w.old.Closed && w.new.Closed:
		w.report("enum-was-closed", nil, nil)
	case w.old.Closed && !w.new.Closed:
		w.report("enum-opened", nil, nil)
	}
	if enumText(w.old, w.old.Fallback) != enumText(w.new, w.new.Fallback) {
		w.report("enum-fallback-changed", w.old.Fallback, w.new.Fallback)
	}
}

func (w enumWalk) report(k Kind, old, new *model.EnumValue) {
	o, n := Place{Text: enumText(w.old, old), Closed: w.old.Closed}, Place{Text: enumText(w.new, new), Closed: w.new.Closed}
	if old != nil {
		o.Span = old.Span
	}
	if new != nil {
		n.Span = new.Span
	}
	w.d.report(k, o, n)
}

func indexOf(e *model.Enum) map[string]int {
	out := make(map[string]int, len(e.Values))
	for i, v := range e.Values {
		out[literal(e, v)] = i
	}
	return out
}

// literal is a value as JSON.
func literal(e *model.Enum, v *model.EnumValue) string {
	if e.Kind == model.Int64 {
		return strconv.FormatInt(v.Int, 10)
	}
	b, _ := json.Marshal(v.Text) // a string always marshals
	return string(b)
}

// enumText is a value as people write it; "" for none.
func enumText(e *model.Enum, v *model.EnumValue) string {
	switch {
	case v == nil:
		return ""
	case e.Kind == model.Int64:
		return strconv.FormatInt(v.Int, 10)
	}
	return v.Text
}
