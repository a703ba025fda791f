package lint

import (
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/model"
)

// Rule is one check and its description.
type Rule struct {
	diag.Rule
	Options []Option // what evgen.yaml may set
	check   func(*pass)
}

// All returns the rules in the order in which they are documented: names, facts, fields, types, people, streams, readers.
func All() []Rule {
	return []Rule{
		eventPastTense(), eventNameNoise(), genericEvent(), fieldNaming(),
		eventTooFat(), eventCarriesEntity(), binaryPayload(), freeJSON(), optionalEverything(), booleanTrap(),
		timestampDuplicatesEnvelope(), envelopeInPayload(),
		idNotUUID(), floatForMoney(), timeAsText(), unitMissing(), unboundedString(), enumAsText(), enumClosed(),
		sensitiveUndeclared(), sensitiveKey(),
		missingDoc(), missingOwner(), duplicateShape(), unusedType(), aggregateWithoutEvents(),
		keyMissing(), noConsumer(), projectionQueriesNothing(), reactionCycle(), sagaWithoutTimeout(), stepWithoutCompensation(), stepOutlastsSaga(), waitsInVain(), deprecatedInUse(),
	}
}

// Rules returns the descriptions of rules.
func Rules(rules []Rule) []diag.Rule {
	out := make([]diag.Rule, len(rules))
	for i, r := range rules {
		out[i] = r.Rule
	}
	return out
}

// Result is what a run found, and which rules took part.
type Result struct {
	Findings []finding.Finding // in file order
	Ran      []string          // ids of the rules that were not off
}

// Run applies the rules to every package of a model. It takes time linear in the size of the model.
func Run(m *model.Model, rules []Rule, settings Settings) Result {
	var out Result
	shared := newIndex(m)
	for _, r := range rules {
		set := settings.of(r)
		if set.off {
			continue
		}
		out.Ran = append(out.Ran, r.ID)
		for _, pkg := range m.Packages {
			p := &pass{index: shared, pkg: pkg, rule: r.ID, setting: set}
			r.check(p)
			out.Findings = append(out.Findings, p.found...)
		}
	}
	out.Findings = finding.Sort(out.Findings)
	return out
}
