package decimal

import (
	"github.com/shopspring/decimal"

	"github.com/evgen/evgen/runtime/upcast"
)

// Must reads a literal of a schema, which evgen checked. It panics on any other text.
func Must(s string) Decimal { return decimal.RequireFromString(s) }

// IntToDecimal is exact.
func IntToDecimal[T upcast.Integer](v T) Decimal { return Must(upcast.IntToString(v)) }

// FloatToDecimal takes the fewest digits that identify the number; a NaN or an infinity becomes 0.
func FloatToDecimal[T upcast.Float](v T) Decimal {
	d, err := decimal.NewFromString(upcast.FloatToString(v))
	if err != nil {
		return Decimal{}
	}
	return d
}

// StringToDecimal reads a decimal, else returns other.
func StringToDecimal(s string, other Decimal) Decimal {
	d, err := decimal.NewFromString(s)
	if err != nil {
		return other
	}
	return d
}

// DecimalToString writes all digits, without an exponent.
func DecimalToString(v Decimal) string { return v.String() }

// DecimalToInt takes a whole number that fits T, else returns other.
func DecimalToInt[T upcast.Integer](v Decimal, other T) T {
	if !v.IsInteger() {
		return other
	}
	return upcast.StringToInt(v.StringFixed(0), other)
}

// DecimalToFloat takes the nearest number that is finite, else returns other.
func DecimalToFloat[T upcast.Float](v Decimal, other T) T {
	return upcast.StringToFloat(v.String(), other)
}
