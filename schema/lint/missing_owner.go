package lint

import (
	"slices"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func missingOwner() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "missing-owner", Title: "every event has an owner", Severity: diag.Warning,
			Meaning: "Looks for `owner:` at the package, or at each of its events.",
			Why:     "When a fact is wrong, late or about to change, somebody has to be asked. The owner stands in the catalogue and in reviews of changes.",
			Bad:     "package: nobodys\nevents:\n  OrderShipped: {versions: {1: {fields: {parcel: string}}}}\n",
			Good:    "package: somebodys\nowner: logistics\nevents:\n  OrderShipped: {versions: {1: {fields: {parcel: string}}}}\n",
			Off:     "In a repository of one team: set the rule to `off`.",
		},
		check: checkOwners,
	}
}

func checkOwners(p *pass) {
	events := p.events()
	lacks := func(e *model.Event) bool { return e.Owner == "" }
	if len(events) > 0 && !slices.ContainsFunc(events, func(e *model.Event) bool { return !lacks(e) }) {
		p.report(placeOfPackage(p.pkg), "add `owner:` with the name of a team", "package %q has no owner", p.pkg.Name)
		return
	}
	for _, e := range events {
		if lacks(e) {
			p.report(placeOfEvent(e), "add `owner:` here or at the package", "event %q has no owner", e.Name)
		}
	}
}
