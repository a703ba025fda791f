package lint

import (
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func reactionCycle() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "reaction-cycle", Title: "reactions come to an end", Severity: diag.Warning,
			Meaning: "Follows reactions from the events that they answer to the events that they emit, across packages, and looks for a way back.",
			Why:     "A circle of reactions is a loop across services that no stack trace shows: each fact causes the next one until a disk is full. Whether it ends depends on conditions that the schema does not show.",
			Bad:     "events:\n  PriceSet: {versions: {1: {fields: {cents: int64}}}}\n  PriceChecked: {versions: {1: {fields: {cents: int64}}}}\nreactions:\n  Check: {on: PriceSet, emits: [PriceChecked]}\n  Mend: {on: PriceChecked, emits: [PriceSet]}\n",
			Good:    "events:\n  PriceSet: {versions: {1: {fields: {cents: int64}}}}\n  PriceChecked: {versions: {1: {fields: {cents: int64}}}}\nreactions:\n  Check: {on: PriceSet, emits: [PriceChecked]}\n",
			Off:     "For loops that are meant and bounded, such as retries with a limit: suppress it at the reaction and say what ends it.",
		},
		check: checkCycles,
	}
}

func checkCycles(p *pass) {
	next := map[*model.Event][]*model.Event{}
	for _, pkg := range p.model.Packages {
		for _, r := range pkg.Reactions {
			for _, on := range r.On {
				next[on] = append(next[on], r.Emits...)
			}
		}
	}
	for _, r := range p.pkg.Reactions {
		if way := wayBack(next, r); way != nil {
			p.report(p.named(r.Name, r.Span), "end the circle, or say in a suppression what does", "reaction %q leads back to itself: %s", r.Name, names(way))
		}
	}
}

// wayBack returns the shortest way from what a reaction emits to what it answers, or nil.
func wayBack(next map[*model.Event][]*model.Event, r *model.Reaction) []*model.Event {
	before := map[*model.Event]*model.Event{}
	queue := slices.Clone(r.Emits)
	for _, e := range queue {
		before[e] = nil
	}
	for i := 0; i < len(queue); i++ {
		if slices.Contains(r.On, queue[i]) {
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
