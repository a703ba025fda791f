package lint

import (
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func unitMissing() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "unit-missing", Title: "measures say their unit", Severity: diag.Info,
			Meaning: "Looks at numbers named like a measure (latency, size, weight, temperature, amount) without `unit:`. A unit in the name (`latency_ms`) is named in the help, so that it can be declared; an amount passes beside a currency.",
			Why:     "A number without a unit is read in the unit that its reader is used to. A declared unit also lets the compatibility check see that seconds became milliseconds, which no type shows.",
			Bad:     "events:\n  PageRendered: {versions: {1: {fields: {latency: int64}}}}\n",
			Good:    "events:\n  PageRendered: {versions: {1: {fields: {latency: {type: int64, unit: ms}}}}}\n",
			Off:     "For numbers that have none: list the field under `allow`.",
		},
		Options: []Option{allow()},
		check:   checkUnits,
	}
}

var (
	measures = setOf(`duration latency elapsed timeout ttl delay interval age size length width height depth distance weight mass speed
		temperature pressure volume memory bandwidth amount`)
	unitWords = setOf(`ms us ns s sec secs second seconds min mins minute minutes h hour hours day days week weeks month months
		byte bytes kb mb gb tb kib mib gib bit bits m mm cm km meters metres mile miles inch kg g mg lb celsius fahrenheit
		kelvin percent pct px pixels bps hz ml l cents usd eur gbp`)
)

func checkUnits(p *pass) {
	numbers := []model.Kind{model.Int32, model.Int64, model.Uint32, model.Uint64, model.Float32, model.Float64, model.Decimal}
	for _, s := range p.allSites() {
		for _, f := range s.fields {
			if f.Unit != "" || !slices.Contains(numbers, inner(f.Type).Kind) || p.allows(f.Name) {
				continue
			}
			p.checkUnit(s, f, tokens(f.Name))
		}
	}
}

func (p *pass) checkUnit(s site, f *model.Field, words []string) {
	last := words[len(words)-1:]
	isCurrency := func(f *model.Field) bool { return strings.Contains(f.Name, "currency") }
	switch {
	case len(words) > 1 && hasAny(last, unitWords):
		p.report(s.field(f), "declare it: `unit: "+last[0]+"`", "field %q of %s has its unit in the name only", f.Name, s.what)
	case !hasAny(last, measures):
	case last[0] == "amount" && slices.ContainsFunc(s.fields, isCurrency):
	default:
		p.report(s.field(f), "declare it, for example `unit: ms`", "field %q of %s has no unit", f.Name, s.what)
	}
}
