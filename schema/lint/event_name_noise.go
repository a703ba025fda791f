package lint

import (
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint/english"
)

func eventNameNoise() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "event-name-noise", Title: "names of events hold no version and no word for event", Severity: diag.Warning,
			Meaning: "Looks for a version (`OrderPaidV2`), for Event, Message or DTO at the end, and for On at the beginning.",
			Why:     "A version in the name makes two events of one: readers of the first never see the second, and no upcast rule joins them. Words that every event could carry make names longer and say nothing.",
			Bad:     "events:\n  OrderPaidV2: {versions: {1: {fields: {order: uuid}}}}\n",
			Good:    "events:\n  OrderPaid: {versions: {1: {fields: {order: uuid}}}}\n",
			Off:     "For names that code elsewhere depends on: list them under `allow`.",
		},
		Options: []Option{allow()},
		check:   checkNameNoise,
	}
}

func checkNameNoise(p *pass) {
	noise := setOf("event evt events message msg dto payload")
	for _, e := range p.events() {
		words := english.Words(e.Name)
		if len(words) < 2 || p.allows(e.Name) {
			continue
		}
		last := strings.ToLower(words[len(words)-1])
		switch {
		case len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "":
			p.report(placeOfEvent(e), "add a version under `versions:` of one event", "event %q has a version in its name", e.Name)
		case noise[last]:
			p.report(placeOfEvent(e), "leave the word out", "%q says nothing in the name of event %q", words[len(words)-1], e.Name)
		case words[0] == "On":
			p.report(placeOfEvent(e), "leave the word out", "event %q is named as a handler", e.Name)
		}
	}
}
