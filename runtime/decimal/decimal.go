// Package decimal lets tables of generated code hold decimals.
//
// In go the JSON strings of fixed-point numbers, out come values of github.com/shopspring/decimal,
// with the digits that were read: "1.50" is written as "1.50". It never goes through a float, and
// it refuses exponents, of which a short text could name a very long number.
package decimal

import (
	"errors"
	"strings"
	"unsafe"

	"github.com/evgen/evgen/runtime/codec"
	"github.com/shopspring/decimal"
)

// Decimal is what generated structs hold.
type Decimal = decimal.Decimal

// Codec describes Decimal to a codec.Table: the entry of a decimal type is &Codec. It
// must not be changed.
var Codec = codec.Text{
	Name:   "decimal",
	Size:   unsafe.Sizeof(Decimal{}),
	Memory: codec.Of[Decimal]{},
	Append: appendText,
	Parse:  parse,
	Check:  check,
	Sample: "12.50",
}

// maxDigits bounds the text of a decimal; arithmetic on longer ones is an attack, not a sum.
const maxDigits = 1024

var errForm = errors.New("want digits with at most one point")

func parse(p codec.Pointer, s string) error {
	if !plain(s) {
		return errForm
	}
	d, err := decimal.NewFromString(strings.Clone(s))
	if err != nil {
		return errForm
	}
	*(*Decimal)(p) = d
	return nil
}

// plain reports whether s is -?digits(.digits)? without leading zeros.
func plain(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole, fraction, point := strings.Cut(s, ".")
	if len(s) > maxDigits || !digits(whole) || point && !digits(fraction) {
		return false
	}
	return whole == "0" || whole[0] != '0'
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// appendText writes as many digits behind the point as the value carries.
func appendText(dst []byte, p codec.Pointer) ([]byte, error) {
	d := (*Decimal)(p)
	return append(dst, d.StringFixed(max(-d.Exponent(), 0))...), nil
}

// check compares with a bound, or counts digits behind the point, where zeros at the end do not
// count.
func check(p codec.Pointer, c *codec.Check) bool {
	d := *(*Decimal)(p)
	if c.Constraint == codec.Scale {
		return d.Equal(d.Truncate(int32(c.Int)))
	}
	bound, err := decimal.NewFromString(c.Text)
	switch {
	case err != nil:
		return false
	case c.Constraint == codec.Min:
		return d.GreaterThanOrEqual(bound)
	case c.Constraint == codec.Max:
		return d.LessThanOrEqual(bound)
	}
	return false
}
