package compat

import (
	"github.com/evgen/evgen/schema/model"
)

// Diff lists what changed between two models, in the order of the new one; what is gone comes last. Each version of
// an event is compared with the same version of the old model or, if that has none, with the version before it. It
// neither judges nor blocks; time and memory grow with the size of the models.
func Diff(old, new *model.Model) []Change {
	d := newDiffer()
	var out []Change
	for _, p := range pairEvents(old, new) {
		out = append(out, d.event(p)...)
		if p.old == nil || p.new == nil {
			continue
		}
		for _, v := range p.new.Versions {
			if was := p.old.Version(v.Number); was != nil {
				out = append(out, d.versions(was, v, nil)...)
			} else if before := p.new.Version(v.Number - 1); before != nil {
				out = append(out, d.versions(before, v, eventChain(before, v))...)
			}
		}
	}
	return append(out, diffProjections(old, new)...)
}

// eventPair is an event in both models. One side may be nil.
type eventPair struct{ old, new *model.Event }

// pairEvents pairs events by wire type, then by a former wire type, then by name.
func pairEvents(old, new *model.Model) []eventPair {
	byWire, byName := map[string]*model.Event{}, map[string]*model.Event{}
	for e := range eventsOf(old) {
		byWire[e.Wire], byName[qualifiedEvent(e)] = e, e
		for _, was := range e.Was {
			if byWire[was] == nil {
				byWire[was] = e
			}
		}
	}
	taken := map[*model.Event]bool{}
	partner := map[*model.Event]*model.Event{}
	pair := func(e, was *model.Event) {
		if was != nil && partner[e] == nil && !taken[was] {
			partner[e], taken[was] = was, true
		}
	}
	for e := range eventsOf(new) {
		pair(e, byWire[e.Wire])
	}
	for e := range eventsOf(new) {
		for _, was := range e.Was {
			pair(e, byWire[was])
		}
	}
	for e := range eventsOf(new) {
		pair(e, byName[qualifiedEvent(e)])
	}
	var out []eventPair
	for e := range eventsOf(new) {
		out = append(out, eventPair{partner[e], e})
	}
	for e := range eventsOf(old) {
		if !taken[e] {
			out = append(out, eventPair{e, nil})
		}
	}
	return out
}

func eventsOf(m *model.Model) func(yield func(*model.Event) bool) {
	return func(yield func(*model.Event) bool) {
		if m == nil {
			return
		}
		for _, p := range m.Packages {
			for _, e := range p.Events {
				if !yield(e) {
					return
				}
			}
		}
	}
}

func qualifiedEvent(e *model.Event) string { return e.Package.Name + "." + e.Name }
