package codec

import (
	"math"
	"math/bits"
	"strconv"
)

// The numbers that most events hold are put in place without a branch on how many digits they
// have: a branch that the processor cannot foresee costs more than all that is computed here.

// appendUint writes n.
func appendUint(dst []byte, n uint64) []byte {
	if n >= 1e8 {
		return strconv.AppendUint(dst, n, 10)
	}
	dst = withRoom(dst, 8)
	return dst[:len(dst)+putSmall(behind(dst), 0, n)]
}

// appendInt writes n.
func appendInt(dst []byte, n int64) []byte {
	if n <= -1e8 || n >= 1e8 {
		return strconv.AppendInt(dst, n, 10)
	}
	dst = withRoom(dst, 9)
	p := behind(dst)
	put1(p, 0, '-')
	sign := int(uint64(n) >> 63)
	return dst[:len(dst)+putSmall(p, sign, uint64(max(n, -n)))]
}

// putSmall puts n, which is below 10^8, at p+i, and returns where it ends. It overwrites eight bytes.
// One digit is the only case of its own: whole parts of scores and ratios have no more.
func putSmall(p Pointer, i int, n uint64) int {
	if n < 10 {
		put1(p, i, byte('0'+n))
		return i + 1
	}
	text := eightAsText(n)
	lead := bits.TrailingZeros64(text^zeros) &^ 7
	put8(p, i, text>>lead)
	return i + 8 - lead>>3
}

// trailingZeroDigits returns how many of the eight digits in w, from the last on, are zeros.
func trailingZeroDigits(w uint64) int { return bits.LeadingZeros64(w^zeros) >> 3 }

// appendShortDecimal writes f, which lies from 10^-6 to 10^7 in size, if it is a decimal of up to eight
// digits behind the point, as most floats of people's data are. One division tells: m / 10^8 is
// rounded once, so equality says that it reads back as f, and below 10^15 no two decimals read
// back as one float64.
func appendShortDecimal(dst []byte, f float64) (out []byte, ok bool) {
	a := math.Abs(f)
	m := uint64(a*1e8 + 0.5)
	if float64(m)/1e8 != a {
		return dst, false
	}
	dst = withRoom(dst, 24)
	p := behind(dst)
	put1(p, 0, '-')
	sign := int(math.Float64bits(f) >> 63)
	whole := m / 1e8
	n := putSmall(p, sign, whole)
	fraction := eightAsText(m - whole*1e8)
	put1(p, n, '.')
	put8(p, n+1, fraction)
	n += 9 - trailingZeroDigits(fraction)
	return dst[:len(dst)+n-int(one(fraction == zeros))], true // without the point, if nothing follows
}

// appendFloat32s writes the elements of an embedding, each with a comma before it.
func appendFloat32s(dst []byte, list []float32) ([]byte, *Error) {
	for i, f := range list {
		dst = withRoom(dst, 1+fraction32Room)
		p := behind(dst)
		put1(p, 0, ',')
		if isFraction32(f) {
			dst = dst[:len(dst)+putFraction32(p, 1, f)]
			continue
		}
		var err *Error
		if dst, err = appendFloat32(dst[:len(dst)+1], f); err != nil {
			return dst, err.in(indexSegment(i))
		}
	}
	return dst, nil
}

// isFraction32 reports whether f lies from 10^-6 to 1 in size, as the components of embeddings do, and
// is no power of two, next to which floats lie closer on one side.
func isFraction32(f float32) bool {
	const least, one = 0x358637BD, 0x3F800000 // the bits of 1e-6 and 1, which are ordered as the numbers are
	word := math.Float32bits(f)
	return word&^(1<<31)-least < one-least && word&(1<<23-1) != 0
}

const fraction32Room = 24

// putFraction32 puts the shortest digits of a fraction at p+i, and returns where they end.
func putFraction32(p Pointer, i int, f float32) int {
	word := math.Float32bits(f)
	digits, places := decimal32(word &^ (1 << 31))
	put1(p, i, '-')
	i += int(word >> 31)
	put2(p, i, '0'|'.'<<8)
	high := one(digits >= 1e8)
	low := eightAsText(digits - high*1e8)
	put8(p, i+2, (zeros+high<<56)>>(8*(16-places)))
	i += places - 6
	put8(p, i, low)
	return i + 8 - trailingZeroDigits(low)
}

// decimal32 is shortest32 for the bits of a fraction, as digits / 10^places: 8 to 13 places, and a zero
// at the end of the digits where one fewer does. As the decimals of so many places lie closer
// than floats do, the nearest reads back.
func decimal32(word uint32) (digits uint64, places int) {
	c, q := 4*uint64(word&(1<<23-1)|1<<23), int(word>>23)-150
	k := q * 1262611 >> 22 // log10(2) << 22
	power := &powersOfTen[-k-minPower]
	g := power.hi + one(power.lo != 0)
	h := (q + (-k*1741647)>>19 + 1) & 63
	odd := c >> 2 & 1
	lower, v, upper := scaled32(g, (c-2)<<h)+odd, scaled32(g, c<<h), scaled32(g, (c+2)<<h)-odd
	s := v / 4
	digits = s + one(v&3+s&1 > 2)
	short := s / 10
	if down, up := one(lower <= 40*short), one(40*short+40 <= upper); down != up {
		digits = 10 * (short + up)
	}
	return digits, -k
}
