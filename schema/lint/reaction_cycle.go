package lint

import (
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

func reactionCycle() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "reaction-cycle", Title: "reactions and sagas come to an end", Severity: diag.Warning,
			Meaning: "Follows reactions from the events that they answer, and sagas from those that start them, to the events that they emit, across packages, and looks for a way back. That a saga awaits what follows from what it emits is no circle.",
			Why:     "A circle of reactions is a loop across services that no stack trace shows: each fact causes the next one until a disk is full. Whether it ends depends on conditions that the schema does not show.",
			Bad:     "events:\n  PriceSet: {versions: {1: {fields: {cents: int64}}}}\n  PriceChecked: {versions: {1: {fields: {cents: int64}}}}\nreactions:\n  Check: {on: PriceSet, emits: [PriceChecked]}\n  Mend: {on: PriceChecked, emits: [PriceSet]}\n",
			Good:    "events:\n  PriceSet: {versions: {1: {fields: {cents: int64}}}}\n  PriceChecked: {versions: {1: {fields: {cents: int64}}}}\nreactions:\n  Check: {on: PriceSet, emits: [PriceChecked]}\n",
			Off:     "For loops that are meant and bounded, such as retries with a limit: suppress it at the reaction or saga and say what ends it.",
		},
		check: checkCycles,
	}
}

func checkCycles(p *pass) {
	next := map[*model.Event][]*model.Event{}
	for _, pkg := range p.model.Packages {
		for _, l := range links(pkg) {
			for _, on := range l.on {
				next[on] = append(next[on], l.emits...)
			}
		}
	}
	for _, l := range links(p.pkg) {
		if way := wayBack(next, l); way != nil {
			p.report(p.named(l.name, l.span), "end the circle, or say in a suppression what does", "%s %q leads back to itself: %s", l.what, l.name, names(way))
		}
	}
}

// link is a reaction or a saga as a part of a chain: what begins it, and what it emits.
type link struct {
	what, name string
	span       source.Span
	on, emits  []*model.Event
}

func links(pkg *model.Package) []link {
	var out []link
	for _, r := range pkg.Reactions {
		out = append(out, link{"reaction", r.Name, r.Span, r.On, r.Emits})
	}
	for _, s := range pkg.Sagas {
		if s.Start != nil {
			out = append(out, link{"saga", s.Name, s.Span, []*model.Event{s.Start}, s.Emits})
		}
	}
	return out
}

// wayBack returns the shortest way from what a link emits to what begins it, or nil.
func wayBack(next map[*model.Event][]*model.Event, l link) []*model.Event {
	before := map[*model.Event]*model.Event{}
	queue := slices.Clone(l.emits)
	for _, e := range queue {
		before[e] = nil
	}
	for i := 0; i < len(queue); i++ {
		if slices.Contains(l.on, queue[i]) {
			return pathTo(before, queue[i])
		}
		for _, e := range next[queue[i]] {
			if _, seen := before[e]; !seen {
				before[e] = queue[i]
				queue = append(queue, e)
			}
		}
	}
	return nil
}

func pathTo(before map[*model.Event]*model.Event, e *model.Event) []*model.Event {
	way := []*model.Event{e}
	for e = before[e]; e != nil; e = before[e] {
		way = append(way, e)
	}
	way = append(way, way[0])
	slices.Reverse(way)
	return way
}

func names(events []*model.Event) string {
	out := make([]string, len(events))
	for i, e := range events {
		out[i] = e.Name
	}
	return strings.Join(out, " -> ")
}
