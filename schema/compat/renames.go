package compat

import (
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

// noteRenames finds, for each event that is gone, the new event that it seems to have become: one that is alike, where
// neither has a second one that is. It is a guess, which people confirm with `was:`.
func (r *Result) noteRenames() {
	for _, gone := range r.Events {
		if gone.pair.new != nil {
			continue
		}
		if now := r.only(gone, added); now != nil && r.only(now, removed) == gone {
			gone.Became = now
		}
	}
}

// only returns the one event among some that is like another, or nil.
func (r *Result) only(e *EventResult, among func(*EventResult) *model.Event) *EventResult {
	var found *EventResult
	for _, x := range r.Events {
		other := among(x)
		if other == nil || !alike(e.event(), other) {
			continue
		}
		if found != nil {
			return nil
		}
		found = x
	}
	return found
}

// added is an event that the old model lacks, removed one that the new model lacks.
func added(e *EventResult) *model.Event {
	if e.pair.old != nil {
		return nil
	}
	return e.pair.new
}

func removed(e *EventResult) *model.Event {
	if e.pair.new != nil {
		return nil
	}
	return e.pair.old
}

// event is the event as the new model has it, or the old one where it is gone.
func (e *EventResult) event() *model.Event {
	if e.pair.new != nil {
		return e.pair.new
	}
	return e.pair.old
}

// alike reports whether two events may be one under two names: of one package and aggregate, with as many released
// versions, the newest of which share three fields in four. One field alone says little: then the names have to be near.
func alike(a, b *model.Event) bool {
	if a.Package.Name != b.Package.Name || aggregateName(a) != aggregateName(b) || releases(a) != releases(b) {
		return false
	}
	x, y := a.Latest().Struct, b.Latest().Struct
	shared := 0
	for _, f := range x.Fields {
		if g := byWireName(y, f.JSON); g != nil && typeText(f) == typeText(g) {
			shared++
		}
	}
	if 4*shared < 3*max(len(x.Fields), len(y.Fields)) {
		return false
	}
	return shared > 1 || shared == 1 && diag.Nearest(a.Name, []string{b.Name}) != ""
}

func releases(e *model.Event) int {
	n := 0
	for _, v := range e.Versions {
		if !v.Draft {
			n++
		}
	}
	return n
}

func byWireName(s *model.Struct, name string) *model.Field {
	for _, f := range s.Fields {
		if f.JSON == name {
			return f
		}
	}
	return nil
}
