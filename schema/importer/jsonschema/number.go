package jsonschema

import (
	"math/big"
	"strconv"
)

// maxDigits bounds numbers that are handled exactly: 1e999999999 would need a gigabyte.
const maxDigits = 400

// exact is the value of a JSON number, or nil when its exponent is beyond measure.
func exact(text string) *big.Rat {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || len(text) > maxDigits || (f == 0 && len(text) > 40) {
		return nil
	}
	if f != 0 && (f > 1e300 || f < -1e300 || (f < 1e-300 && f > -1e-300)) {
		return nil
	}
	if exponentTooLarge(text) {
		return nil
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil
	}
	return r
}

// exponentTooLarge catches 0e999999999, which is zero and expensive.
func exponentTooLarge(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] == 'e' || text[i] == 'E' {
			e, err := strconv.Atoi(text[i+1:])
			return err != nil || e > maxDigits || e < -maxDigits
		}
	}
	return false
}

// integer is the plain decimal form of an integral number: "1.0" and "1e0" are "1".
func integer(text string) (string, bool) {
	r := exact(text)
	if r == nil || !r.IsInt() {
		return "", false
	}
	return r.Num().String(), true
}

// less compares two JSON numbers; a number beyond measure is less than none.
func less(a, b []byte) bool {
	x, y := exact(string(a)), exact(string(b))
	return x != nil && y != nil && x.Cmp(y) < 0
}

// fitsInt64 reports whether an integral literal is an int64.
func fitsInt64(text string) bool {
	_, err := strconv.ParseInt(text, 10, 64)
	return err == nil
}

// floor is the greatest integer that is not above a literal, ceiling the least that is not below.
func floor(literal []byte) []byte {
	r := exact(string(literal))
	if literal == nil || r == nil || r.IsInt() {
		return literal
	}
	return []byte(new(big.Int).Div(r.Num(), r.Denom()).String()) // Euclidean: down, for a denominator is positive
}

func ceiling(literal []byte) []byte {
	r := exact(string(literal))
	if literal == nil || r == nil || r.IsInt() {
		return literal
	}
	return []byte(new(big.Int).Add(new(big.Int).Div(r.Num(), r.Denom()), big.NewInt(1)).String())
}

// numerator is what integers that are multiples of a literal are multiples of: those of 1.5 = 3/2 are those of 3.
func numerator(literal []byte) []byte {
	r := exact(string(literal))
	if literal == nil || r == nil || r.IsInt() {
		return literal
	}
	return []byte(r.Num().String())
}
