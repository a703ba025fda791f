package lint

import (
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func floatForMoney() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "float-for-money", Title: "money is not a float", Severity: diag.Error,
			Meaning: "Looks at fields of type float32 and float64 whose names speak of money (price, cost, fee, balance, `*_usd`), or whose `unit` is a currency. Rates, shares and fields with another unit pass.",
			Why:     "Binary fractions cannot hold 0.10. Sums drift, comparisons fail, and a ledger that is off by a cent is wrong for ever, since facts are not corrected in place.",
			Bad:     "events:\n  InvoicePaid: {versions: {1: {fields: {price: float64}}}}\n",
			Good:    "events:\n  InvoicePaid: {versions: {1: {fields: {price: {type: decimal, scale: 2}}}}}\n",
			Off:     "For estimates and statistics that nobody books: list the field under `allow`, or suppress it with the reason.",
		},
		Options: []Option{allow()},
		check:   checkMoney,
	}
}

func checkMoney(p *pass) {
	p.eachField(func(s site, f *model.Field) {
		kind := inner(f.Type).Kind
		if kind != model.Float32 && kind != model.Float64 || p.allows(f.Name) {
			return
		}
		if isMoney(f) {
			p.report(s.field(f), "use decimal, or whole cents in an int64", "field %q of %s is money in a %s", f.Name, s.what, kind)
		}
	})
}

var (
	moneyWords = setOf(`price prices cost costs fee fees salary wage balance subtotal tax vat refund payment revenue turnover tip
		deposit debt credit debit invoice money cash amount amounts charge discount premium income profit budget fare rent`)
	currencies = setOf("usd eur gbp chf jpy cny inr cad aud sek nok dkk pln dollar dollars euro euros cent cents pence")
	notMoney   = setOf(`rate rates ratio percent percentage pct factor weight score share fraction probability count tokens index
		multiplier seconds ms minutes hours days time duration level ml kg g`)
)

func isMoney(f *model.Field) bool {
	words := tokens(f.Name)
	if f.Unit != "" {
		return hasAny([]string{strings.ToLower(f.Unit)}, currencies)
	}
	return hasAny(words, currencies) || hasAny(words, moneyWords) && !hasAny(words, notMoney)
}
