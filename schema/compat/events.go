package compat

import (
	"slices"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/model"
)

// event compares what is said of an event as a whole.
func (d *differ) event(p eventPair) []Change {
	w := &eventWalk{p: p}
	switch {
	case p.old == nil:
		w.element = p.new.Wire
		w.report("event-added", Place{}, Place{Span: p.new.Span, Text: p.new.Wire})
		return w.found
	case p.new == nil:
		w.element = p.old.Wire
		w.report("event-removed", Place{Span: p.old.Span, Text: p.old.Wire}, Place{})
		return w.found
	}
	w.element = p.new.Wire
	w.name()
	w.status()
	w.ordering()
	w.versions()
	w.steps()
	return w.found
}

type eventWalk struct {
	p       eventPair
	element string
	found   []Change
}

func (w *eventWalk) report(k Kind, old, new Place) {
	if old.Span.IsZero() && w.p.old != nil {
		old.Span = w.p.old.Span
	}
	if new.Span.IsZero() && w.p.new != nil {
		new.Span = w.p.new.Span
	}
	w.found = append(w.found, Change{Kind: k, Element: w.element, Old: old, New: new})
}

func (w *eventWalk) differs(k Kind, old, new string) {
	if old != new {
		w.report(k, Place{Text: old}, Place{Text: new})
	}
}

func (w *eventWalk) name() {
	old, new := w.p.old, w.p.new
	switch {
	case old.Wire == new.Wire:
	case slices.Contains(new.Was, old.Wire):
		w.differs("event-renamed-with-was", old.Wire, new.Wire)
	default:
		w.differs("event-renamed", old.Wire, new.Wire)
	}
	for _, was := range old.Was {
		if was != new.Wire && !slices.Contains(new.Was, was) {
			w.report("former-name-removed", Place{Text: was}, Place{})
		}
	}
	for _, was := range new.Was {
		if was != old.Wire && !slices.Contains(old.Was, was) {
			w.report("former-name-added", Place{}, Place{Text: was})
		}
	}
}

func (w *eventWalk) status() {
	old, new := w.p.old, w.p.new
	w.flag("event-retired", "event-unretired", truth(old.Retired), truth(new.Retired))
	w.flag("event-deprecated", "event-undeprecated", old.Deprecated, new.Deprecated)
	if old.Doc != "" && new.Doc != "" {
		w.differs("event-doc-changed", old.Doc, new.Doc)
	}
	if old.Owner != "" && new.Owner != "" {
		w.differs("event-owner-changed", old.Owner, new.Owner)
	}
}

func (w *eventWalk) flag(set, cleared Kind, old, new string) {
	switch {
	case old == "" && new != "":
		w.report(set, Place{}, Place{Text: new})
	case old != "" && new == "":
		w.report(cleared, Place{Text: old}, Place{})
	}
}

// ordering compares what decides which events stand in one stream, and in which order.
func (w *eventWalk) ordering() {
	old, new := w.p.old, w.p.new
	w.differs("aggregate-changed", aggregateName(old), aggregateName(new))
	w.differs("partition-key-changed", pathText(old.Key), pathText(new.Key))
	if aggregateName(old) == aggregateName(new) && old.Aggregate != nil && old.Aggregate.ID.String() != new.Aggregate.ID.String() {
		w.report("aggregate-id-type-changed",
			Place{Span: old.Aggregate.Span, Text: old.Aggregate.ID.String()}, Place{Span: new.Aggregate.Span, Text: new.Aggregate.ID.String()})
	}
}

func aggregateName(e *model.Event) string {
	if e.Aggregate == nil {
		return ""
	}
	return e.Aggregate.Name
}

func (w *eventWalk) versions() {
	old, new := w.p.old, w.p.new
	for _, v := range old.Versions {
		now := new.Version(v.Number)
		switch {
		case now == nil && v.Draft:
			w.report("draft-removed", at(v), Place{})
		case now == nil:
			w.report("version-removed", at(v), Place{})
		case v.Draft && !now.Draft:
			w.report("draft-released", at(v), at(now))
		case !v.Draft && now.Draft:
			w.report("version-withdrawn", at(v), at(now))
		}
	}
	added := 0
	for _, v := range new.Versions {
		if old.Version(v.Number) != nil {
			continue
		}
		if v.Draft {
			w.report("draft-added", Place{}, at(v))
			continue
		}
		w.report("version-added", Place{}, at(v))
		added++
	}
	if added > 1 {
		w.report("version-skipped", at(old.Latest()), at(new.Latest()))
	}
}

func at(v *model.EventVersion) Place {
	return Place{Span: v.Span, Text: "v" + strconv.Itoa(v.Number)}
}

// steps compares how released versions become later ones.
func (w *eventWalk) steps() {
	for _, v := range w.p.new.Versions {
		was := w.p.old.Version(v.Number)
		if was == nil || was.Draft {
			continue
		}
		old, new := upcastText(was.Upcast), upcastText(v.Upcast)
		if old != new {
			w.report("upcast-changed", Place{Span: upcastSpan(was), Text: old}, Place{Span: upcastSpan(v), Text: new})
		}
	}
	if old, new := intoText(w.p.old.Into), intoText(w.p.new.Into); old != new && old != "" {
		w.report("successors-changed", Place{Text: old}, Place{Text: new})
	}
	if w.p.new.Version(1) != nil {
		w.idleSteps()
	}
}

// idleSteps finds new versions that say nothing new.
func (w *eventWalk) idleSteps() {
	for _, v := range w.p.new.Versions {
		before := w.p.new.Version(v.Number - 1)
		if before == nil || w.p.old.Version(v.Number) != nil || v.Draft || model.Digest(before) != model.Digest(v) {
			continue
		}
		if !strings.Contains(upcastText(v.Upcast), "\n") {
			w.report("version-without-change", at(before), at(v))
		}
	}
}
