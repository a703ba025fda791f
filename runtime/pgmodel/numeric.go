package pgmodel

import (
	"encoding/binary"
	"strings"
)

// Limits of numeric: digits before and behind the point.
const (
	maxWhole    = 131072
	maxFraction = 16383
)

// group is the number of decimal digits in one digit of numeric.
const group = 4

// appendNumeric appends the binary form of numeric: the number of digits to base
// 10,000, the power of the first of them, the sign, the number of decimal digits
// behind the point, and the digits without zeros at either end.
func appendNumeric(dst []byte, s string) ([]byte, error) {
	text, negative := strings.CutPrefix(s, "-")
	whole, fraction, _ := strings.Cut(text, ".")
	if whole+fraction == "" || strings.Trim(whole, "0123456789") != "" || strings.Trim(fraction, "0123456789") != "" {
		return dst, errDecimal
	}
	whole = strings.TrimLeft(whole, "0")
	if len(whole) > maxWhole || len(fraction) > maxFraction {
		return dst, errRange
	}
	header := len(dst)
	dst = append(dst, make([]byte, 8)...)
	weight := (len(whole)+group-1)/group - 1
	// The first group of the whole part may be short, and so may the last of the fraction.
	for at := len(whole) - (weight+1)*group; at < len(whole); at += group {
		dst = appendGroup(dst, whole[max(at, 0):at+group])
	}
	for at := 0; at < len(fraction); at += group {
		digits := fraction[at:min(at+group, len(fraction))]
		dst = appendGroup(dst, digits+"000"[:group-len(digits)])
	}
	digits := dst[header+8:]
	for len(digits) > 0 && digits[len(digits)-1] == 0 && digits[len(digits)-2] == 0 {
		digits = digits[:len(digits)-2]
	}
	zeros := 0
	for zeros < len(digits) && digits[zeros] == 0 && digits[zeros+1] == 0 {
		zeros += 2
	}
	digits = digits[:copy(digits, digits[zeros:])]
	weight -= zeros / 2
	if len(digits) == 0 {
		weight, negative = 0, false
	}
	putHeader(dst[header:], len(digits)/2, weight, negative, len(fraction))
	return dst[:header+8+len(digits)], nil
}

func putHeader(dst []byte, digits, weight int, negative bool, scale int) {
	binary.BigEndian.PutUint16(dst, uint16(digits))
	binary.BigEndian.PutUint16(dst[2:], uint16(weight))
	if negative {
		binary.BigEndian.PutUint16(dst[4:], 0x4000)
	}
	binary.BigEndian.PutUint16(dst[6:], uint16(scale))
}

// appendGroup appends up to four decimal digits as one to base 10,000.
func appendGroup(dst []byte, digits string) []byte {
	n := uint16(0)
	for _, c := range []byte(digits) {
		n = n*10 + uint16(c-'0')
	}
	return binary.BigEndian.AppendUint16(dst, n)
}
