// Package billing is what another generated package looks like to sample.
package billing

import (
	"unsafe"

	"github.com/evgen/evgen/runtime/codec"
	"github.com/evgen/evgen/runtime/decimal"
)

// Money is an amount in a currency.
type Money struct {
	Amount   decimal.Decimal
	Currency Currency
}

// Currency is a closed enum.
type Currency string

// The currencies.
const (
	CurrencyEUR Currency = "EUR"
	CurrencyUSD Currency = "USD"
)

const (
	codecMoney = codec.First + iota
	codecCurrency
	codecDecimal
)

// Codec describes the types of this package to the runtime.
var Codec = codec.Table{
	Package: "billing",
	Types: []codec.Type{
		codecMoney: &codec.Struct{
			Name: "Money", Size: unsafe.Sizeof(Money{}), Memory: codec.Of[Money]{}, Unknown: codec.RejectUnknown,
			Fields: []codec.Field{
				{Name: "amount", Offset: unsafe.Offsetof(Money{}.Amount), Type: codecDecimal, Checks: []codec.Check{
					{Constraint: codec.Min, Text: "0.01"}, {Constraint: codec.Scale, Int: 2}}},
				{Name: "currency", Offset: unsafe.Offsetof(Money{}.Currency), Type: codecCurrency},
			},
		},
		codecCurrency: &codec.Enum{Name: "Currency", Strings: []string{"EUR", "USD"}, Closed: true},
		codecDecimal:  &decimal.Codec,
	},
}
