package codec

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// A shortest is the decimal of the fewest digits that reads back as a float: digits × 10^exp10.
type shortest struct {
	digits uint64
	exp10  int
}

// A floatParts is a positive float: c × 2^q.
type floatParts struct {
	c uint64
	q int
	// closer says that the float below is only half as far away as the one above.
	closer bool
}

// shortest64 finds the shortest decimal of a float64, false where the power table ends. It is
// R. Giulietti's "The Schubfach way to render doubles" (2020): among the decimals of two lengths
// next to v, the first that lies in the interval of numbers rounding to v. Against strconv it
// saves half of the time, most of what encoding an embedding takes.
func shortest64(v float64) (shortest, bool) {
	word := math.Float64bits(v)
	frac, exp := word&(1<<52-1), int(word>>52&0x7FF)
	if exp == 0 || exp == 0x7FF {
		return shortest{}, false
	}
	b := floatParts{c: frac | 1<<52, q: exp - 1075, closer: frac == 0 && exp > 1}
	if b.q <= 0 && b.q > -53 && b.c&(1<<-b.q-1) == 0 {
		return shortest{digits: b.c >> -b.q}, true
	}
	k := b.exp10()
	if k > maxPower || -k > maxPower {
		return shortest{}, false
	}
	ghi, glo := ceilPower(-k)
	h := b.shift(k)
	return b.choose(k, scaled64(ghi, glo, b.low()<<h), scaled64(ghi, glo, 4*b.c<<h), scaled64(ghi, glo, (4*b.c+2)<<h)), true
}

// scaled64 is the upper part of x × the power g, rounded to odd.
func scaled64(ghi, glo, x uint64) uint64 {
	hi, lo := bits.Mul64(ghi, x)
	carry, _ := bits.Mul64(glo, x)
	sum, over := bits.Add64(lo, carry, 0)
	return (hi + over) | one(sum > 1)
}

// shortest32 is shortest64 for a float32, for which the upper half of the powers is enough.
func shortest32(v float32) (shortest, bool) {
	word := math.Float32bits(v)
	frac, exp := uint64(word&(1<<23-1)), int(word>>23&0xFF)
	if exp == 0 || exp == 0xFF {
		return shortest{}, false
	}
	b := floatParts{c: frac | 1<<23, q: exp - 150, closer: frac == 0 && exp > 1}
	if b.q <= 0 && b.q > -24 && b.c&(1<<-b.q-1) == 0 {
		return shortest{digits: b.c >> -b.q}, true
	}
	k := b.exp10()
	p := &powersOfTen[-k-minPower]
	g := p.hi
	if p.lo != 0 {
		g++
	}
	h := b.shift(k)
	return b.choose(k, scaled32(g, b.low()<<h), scaled32(g, 4*b.c<<h), scaled32(g, (4*b.c+2)<<h)), true
}

func scaled32(g, x uint64) uint64 {
	hi, lo := bits.Mul64(g, x)
	return hi | one(lo>>32 > 1)
}

// exp10 is the exponent of the longer decimals: floor(log10 of the width of the interval).
func (b *floatParts) exp10() int {
	n := b.q * 1262611 // log10(2) << 22
	if b.closer {
		n -= 524031 // log10(4/3) << 22
	}
	return n >> 22
}

// shift aligns 4c × 2^q with the power of ten -k.
func (b *floatParts) shift(k int) int { return b.q + (-k*1741647)>>19 + 1 }

// low is four times the lower end of the interval that rounds to the float.
func (b *floatParts) low() uint64 { return 4*b.c - 2 + one(b.closer) }

// choose picks the decimal, given the ends of the interval and the value times 4 × 10^-k.
func (b *floatParts) choose(k int, lower, v, upper uint64) shortest {
	odd := b.c & 1 // then the ends themselves round to the neighbours
	lower, upper = lower+odd, upper-odd
	s := v / 4
	if s >= 10 {
		short := s / 10
		down, up := lower <= 40*short, 40*short+40 <= upper
		if down != up {
			return shortest{digits: short + one(up), exp10: k + 1}
		}
	}
	down, up := lower <= 4*s, 4*s+4 <= upper
	if down != up {
		return shortest{digits: s + one(up), exp10: k}
	}
	middle := 4*s + 2
	return shortest{digits: s + one(v > middle || v == middle && s&1 != 0), exp10: k}
}

// ceilPower returns 10^e as in powersOfTen, but rounded up.
func ceilPower(e int) (hi, lo uint64) {
	const exactUpTo = 55 // 5^55 is the last power of five below 2^128
	p := &powersOfTen[e-minPower]
	if e >= 0 && e <= exactUpTo {
		return p.hi, p.lo
	}
	lo, carry := bits.Add64(p.lo, 1, 0)
	return p.hi + carry, lo
}

// append writes the decimal without an exponent. It makes room once and puts digits in place by
// eight: to gather them first costs two copies.
func (s shortest) append(dst []byte) []byte {
	s = s.trimmed()
	n := decimalLen(s.digits)
	at, point := len(dst), n+s.exp10
	dst = append(dst, "0.00000000000000000000000000000000000000"...)
	switch {
	case s.exp10 >= 0:
		dst[at+1] = '0'
		putDigits(dst[at:], s.digits, n)
		for i := at + n; i < at+n+8 && i < at+point; i++ {
			dst[i] = '0' // behind the digits putDigits leaves zero bytes
		}
		return dst[:at+point]
	case point > 0:
		putDigits(dst[at+1:], s.digits, n)
		copy(dst[at:], dst[at+1:at+1+point])
		dst[at+point] = '.'
		return dst[:at+n+1]
	default:
		putDigits(dst[at+2-point:], s.digits, n)
		return dst[:at+2-point+n]
	}
}

// trimmed takes off the zeros at the end, of which 0.5 has sixteen, with one division.
func (s shortest) trimmed() shortest {
	for s.digits%1e8 == 0 && s.digits != 0 {
		s.digits, s.exp10 = s.digits/1e8, s.exp10+8
	}
	if n := trailingZeroDigits(eightAsText(s.digits % 1e8)); n > 0 && n < 8 {
		s.digits, s.exp10 = s.digits/tenTo[n], s.exp10+n
	}
	return s
}

// appendScientific writes the decimal as encoding/json writes small and large ones: 1.5e-7, 1e+21.
func (s shortest) appendScientific(dst []byte) []byte {
	s = s.trimmed()
	n := decimalLen(s.digits)
	at, e := len(dst), n-1+s.exp10
	dst = append(dst, "0.00000000000000000000000000000000000000"...)
	putDigits(dst[at+1:], s.digits, n)
	dst[at] = dst[at+1]
	dst[at+1] = '.'
	dst = dst[:at+1+n]
	if n == 1 {
		dst = dst[:at+1]
	}
	if e < 0 {
		return appendInt(append(dst, 'e'), int64(e))
	}
	return appendInt(append(dst, 'e', '+'), int64(e))
}

// decimalLen returns how many digits n has.
func decimalLen(n uint64) int {
	guess := bits.Len64(n|1) * 1233 >> 12 // log10(2)
	return guess + int(one(n >= tenTo[guess]))
}

var tenTo = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

// putDigits writes the n digits of d, at most 17, at the start of b. It may overwrite seven bytes
// behind them.
func putDigits(b []byte, d uint64, n int) {
	if n > 16 {
		top := d / 1e16
		b[0] = byte('0' + top)
		b, d, n = b[1:], d-top*1e16, 16
	}
	if n > 8 {
		high := d / 1e8
		binary.LittleEndian.PutUint64(b, eightAsText(high)>>(8*(16-n)))
		b, d, n = b[n-8:], d-high*1e8, 8
	}
	binary.LittleEndian.PutUint64(b, eightAsText(d)>>(8*(8-n)))
}

// eightAsText returns the eight digits of n as text, the first in the low byte: it splits fours,
// then pairs, then digits, all at once.
func eightAsText(n uint64) uint64 {
	high := n / 10000
	x := high | (n-high*10000)<<32
	q := x * 10486 >> 20 & 0x0000007F0000007F
	x = q | (x-q*100)<<16
	q = x * 103 >> 10 & 0x000F000F000F000F
	x = q | (x-q*10)<<8
	return x | 0x3030303030303030
}
