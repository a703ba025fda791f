package compat

import (
	"slices"

	"github.com/evgen/evgen/schema/model"
)

func (d *differ) unions(old, new *model.Union) {
	o, n := Place{Text: old.Tag, Closed: old.Closed}, Place{Text: new.Tag, Closed: new.Closed}
	if old.Tag != new.Tag {
		d.report("union-tag-changed", o, n)
	}
	switch {
	case !old.Closed && new.Closed:
		d.report("union-closed", o, n)
	case old.Closed && !new.Closed:
		d.report("union-opened", o, n)
	}
	w := unionWalk{d, old, new}
	w.branches()
	if w.shuffled() {
		d.report("union-branches-reordered", o, n)
	}
}

type unionWalk struct {
	d        *differ
	old, new *model.Union
}

func (w unionWalk) branches() {
	for _, b := range w.old.Branches {
		next := byTag(w.new, b.Tag)
		switch {
		case next != nil:
			w.d.within(hop{kind: intoBranch, tag: b.Tag}, func() { w.d.named(b.Type, next.Type) })
		case w.retagged(b) != nil:
			w.report("union-branch-retagged", b, w.retagged(b))
		default:
			w.report("union-branch-removed", b, nil)
		}
	}
	for _, b := range w.new.Branches {
		if byTag(w.old, b.Tag) == nil && w.formerly(b) == nil {
			w.report("union-branch-added", nil, b)
		}
	}
}

func (w unionWalk) report(k Kind, old, new *model.Branch) {
	o, n := Place{Closed: w.old.Closed}, Place{Closed: w.new.Closed}
	if old != nil {
		o.Span, o.Text = old.Span, old.Tag
	}
	if new != nil {
		n.Span, n.Text = new.Span, new.Tag
	}
	w.d.report(k, o, n)
}

// retagged finds the branch that holds the same type under a tag that is new.
func (w unionWalk) retagged(b *model.Branch) *model.Branch {
	for _, n := range w.new.Branches {
		if qualified(n.Type) == qualified(b.Type) && byTag(w.old, n.Tag) == nil {
			return n
		}
	}
	return nil
}

// formerly is retagged the other way round.
func (w unionWalk) formerly(n *model.Branch) *model.Branch {
	for _, b := range w.old.Branches {
		if qualified(b.Type) == qualified(n.Type) && byTag(w.new, b.Tag) == nil {
			return b
		}
	}
	return nil
}

func (w unionWalk) shuffled() bool {
	last := -1
	for _, b := range w.old.Branches {
		at := slices.IndexFunc(w.new.Branches, func(n *model.Branch) bool { return n.Tag == b.Tag })
		if at < 0 {
			continue
		}
		if at < last {
			return true
		}
		last = at
	}
	return false
}

func byTag(u *model.Union, tag string) *model.Branch {
	for _, b := range u.Branches {
		if b.Tag == tag {
			return b
		}
	}
	return nil
}
