package lint

import (
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func enumClosed() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "enum-closed", Title: "enums and unions stay open", Severity: diag.Warning,
			Meaning: "Looks for enums and unions with `closed: true` in their newest version.",
			Why:     "The next value of a closed enum breaks every producer that passes values on and every reader that is not deployed at the same moment. Open ones keep an unknown value and write it again, so that old and new can run side by side.",
			Bad:     "types:\n  Carrier: {enum: [dhl, ups], closed: true}\nevents:\n  OrderShipped: {versions: {1: {fields: {carrier: Carrier}}}}\n",
			Good:    "types:\n  Carrier: {enum: [dhl, ups]}\nevents:\n  OrderShipped: {versions: {1: {fields: {carrier: Carrier}}}}\n",
			Off:     "For sets that cannot grow, such as the days of the week: list the type under `allow`.",
		},
		Options: []Option{allow()},
		check:   checkClosed,
	}
}

func checkClosed(p *pass) {
	for _, t := range p.pkg.Types {
		what, closed := "enum", false
		switch shape := newestOf(t).Shape.(type) {
		case *model.Enum:
			closed = shape.Closed
		case *model.Union:
			what, closed = "union", shape.Closed
		}
		if closed && !p.allows(t.Name) {
			p.report(placeOfType(t), "remove `closed: true`", "%s %q is closed: its next member breaks those who are not ready", what, t.Name)
		}
	}
}
