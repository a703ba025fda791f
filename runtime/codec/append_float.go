package codec

import (
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
	if exp == 0 {
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
	return b.choose(k, func(x uint64) uint64 {
		hi, lo := bits.Mul64(ghi, x<<h)
		carry, _ := bits.Mul64(glo, x<<h)
		sum, over := bits.Add64(lo, carry, 0)
		return sticky(hi+over, sum > 1)
	}), true
}

// shortest32 is shortest64 for a float32, for which the upper half of the powers is enough.
func shortest32(v float32) (shortest, bool) {
	word := math.Float32bits(v)
	frac, exp := uint64(word&(1<<23-1)), int(word>>23&0xFF)
	if exp == 0 {
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
	return b.choose(k, func(x uint64) uint64 {
		hi, lo := bits.Mul64(g, x<<h)
		return sticky(hi, lo>>32 > 1)
	}), true
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

// sticky rounds to odd: the last bit says that something was cut off.
func sticky(n uint64, rest bool) uint64 {
	if rest {
		return n | 1
	}
	return n
}

// choose picks the decimal. scaled multiplies by 10^-k.
func (b *floatParts) choose(k int, scaled func(uint64) uint64) shortest {
	low := 4*b.c - 2
	if b.closer {
		low++
	}
	lower, v, upper := scaled(low), scaled(4*b.c), scaled(4*b.c+2)
	if b.c&1 != 0 { // the bounds themselves round to the neighbours
		lower, upper = lower+1, upper-1
	}
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

func one(yes bool) uint64 {
	if yes {
		return 1
	}
	return 0
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

// append writes the decimal without an exponent.
func (s shortest) append(dst []byte) []byte {
	for s.digits >= 10 && s.digits%10 == 0 {
		s.digits, s.exp10 = s.digits/10, s.exp10+1
	}
	var room [20]byte
	at := writeDigits(&room, s.digits)
	text := room[at:]
	switch point := len(text) + s.exp10; {
	case s.exp10 >= 0:
		dst = append(dst, text...)
		return append(dst, "000000000000000000000"[:s.exp10]...)
	case point > 0:
		dst = append(dst, text[:point]...)
		dst = append(dst, '.')
		return append(dst, text[point:]...)
	default:
		dst = append(dst, "0.00000000"[:2-point]...)
		return append(dst, text...)
	}
}

const digitPairs = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748" +
	"4950515253545556575859606162636465666768697071727374757677787980818283848586878889909192939495969798" + "99"

// writeDigits writes n at the end of room and returns where it begins.
func writeDigits(room *[20]byte, n uint64) int {
	at := len(room)
	for n >= 100 {
		q := n / 100
		pair := 2 * (n - 100*q)
		at -= 2
		room[at], room[at+1] = digitPairs[pair], digitPairs[pair+1]
		n = q
	}
	if n >= 10 {
		at -= 2
		room[at], room[at+1] = digitPairs[2*n], digitPairs[2*n+1]
		return at
	}
	at--
	room[at] = byte('0' + n)
	return at
}
