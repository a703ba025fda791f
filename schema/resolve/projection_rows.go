package resolve

import (
	"slices"

	"github.com/evgen/evgen/schema/model"
)

// begin decides which events begin rows. An event only changes rows that are there if another one sets all that it
// sets and more, or gives the first value to what it adds to: a fact about a row that is gone does not bring half of
// it back. `creates:` decides otherwise.
func (t *table) begin() {
	begins, changes := false, false
	for _, h := range t.p.On {
		if h.Delete {
			continue
		}
		changes = true
		h.Creates = !slices.ContainsFunc(t.p.On, func(other *model.ProjectionHandler) bool { return other != h && presupposes(h, other) })
		if said := t.decls[h].Creates; said != nil {
			h.Creates = said.Value
		}
		begins = begins || h.Creates
	}
	if changes && !begins {
		t.r.rep.Add(nothingBeginsRows(t.p))
	}
}

// presupposes reports whether what h changes is there only after other.
func presupposes(h, other *model.ProjectionHandler) bool {
	if other.Delete {
		return false
	}
	for _, a := range h.Add {
		if sets(other, a.Column) {
			return true
		}
	}
	return len(h.Set) > 0 && len(other.Set) > len(h.Set) &&
		!slices.ContainsFunc(h.Set, func(a model.Assignment) bool { return !sets(other, a.Column) })
}

func sets(h *model.ProjectionHandler, name string) bool { return find(h.Set, name) != nil }

func find(list []model.Assignment, name string) *model.Assignment {
	i := slices.IndexFunc(list, func(a model.Assignment) bool { return a.Column == name })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// presence decides which columns may be NULL: those that some row has nothing for.
func (t *table) presence() {
	for _, c := range t.p.Columns {
		if keyColumn(t.p, c.Name) != nil {
			continue
		}
		c.Added = slices.ContainsFunc(t.p.On, func(h *model.ProjectionHandler) bool { return find(h.Add, c.Name) != nil })
		for _, h := range t.p.On {
			a := find(h.Set, c.Name)
			switch {
			case a != nil && a.Value.Missing() && c.Added:
				t.r.rep.Add(addsToNullable(*a, h))
			case a != nil && a.Value.Missing(), a == nil && h.Creates && !c.Added:
				c.Null = true
			}
		}
	}
}
