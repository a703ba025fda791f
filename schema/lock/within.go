package lock

import (
	"slices"

	"github.com/evgen/evgen/schema/model"
)

// Within returns the part of a model that was released, without parsing the lock: its versions that the lock holds. It
// returns nil where a released version differs or is gone; then Model says what it was. Versions are shared with the
// model and point to its events.
func (l *Lock) Within(m *model.Model) *model.Model {
	if !unchanged(l, m) {
		return nil
	}
	held := map[string]bool{}
	for _, e := range l.Entries {
		if e.Kind == Event {
			held[e.ID()] = true
		}
	}
	part := &model.Model{}
	for _, p := range m.Packages {
		kept := *p
		kept.Events = nil
		for _, e := range p.Events {
			event := *e
			event.Versions = slices.DeleteFunc(slices.Clone(e.Versions), func(v *model.EventVersion) bool { return !held[eventID(v)] })
			if len(event.Versions) > 0 {
				kept.Events = append(kept.Events, &event)
			}
		}
		part.Packages = append(part.Packages, &kept)
	}
	return part
}
