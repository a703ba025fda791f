package codec

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
)

func trailingZeros(w uint64) int { return bits.TrailingZeros64(w) }

func (d *decoder) float64Into(p *float64) *Error {
	f, start, err := d.float()
	if err != nil {
		return err
	}
	if v, ok := f.float64(); ok {
		*p = v
		return nil
	}
	v, fault := strconv.ParseFloat(stringOver(d.src[start:d.pos]), 64)
	if fault != nil {
		return d.failToken(CodeRange, start, "want a number within the range of the type")
	}
	*p = v
	return nil
}

// float32Into reads a float32, rounded once: by way of a float64 some numbers would come out wrong.
func (d *decoder) float32Into(p *float32) *Error {
	f, start, err := d.float()
	if err != nil {
		return err
	}
	if v, ok := f.float32(); ok {
		*p = v
		return nil
	}
	v, fault := strconv.ParseFloat(stringOver(d.src[start:d.pos]), 32)
	if fault != nil {
		return d.failToken(CodeRange, start, "want a number within the range of the type")
	}
	*p = float32(v)
	return nil
}

// A parsedFloat is the decimal mantissa × 10^exp10.
type parsedFloat struct {
	mantissa uint64
	exp10    int
	negative bool
	exact    bool // the mantissa holds all digits
}

// float reads a number of exactly the grammar of JSON.
func (d *decoder) float() (f parsedFloat, start int, err *Error) {
	start = d.pos
	f, end := scanFloat(d.src, start)
	if end < 0 {
		return f, start, d.noFloat()
	}
	d.pos = end
	if end < len(d.src) && d.src[end]|0x20 == 'e' {
		d.pos = start
		if err := d.number(); err != nil {
			return f, start, err
		}
		f.addExponent(d.src[end+1 : d.pos])
	}
	return f, start, nil
}

// scanFloat reads a number up to its exponent; end is -1 if there is none. The digits behind
// the point, which are most, go by eight. (To pad the last of them to eight, and so to have no
// branch on their number, measured a third slower.)
func scanFloat(src []byte, i int) (f parsedFloat, end int) {
	if i >= len(src) {
		return f, -1
	}
	f.negative = src[i] == '-'
	i += int(one(f.negative))
	first := i
	var m uint64
	for i < len(src) && src[i]-'0' <= 9 {
		m = m*10 + uint64(src[i]-'0')
		i++
	}
	n := i - first
	if n == 0 || n > 1 && src[first] == '0' {
		return f, -1
	}
	if i < len(src) && src[i] == '.' {
		point := i + 1
		if m, i = scanFraction(src, point, m); i == point {
			return f, -1
		}
		f.exp10 = point - i
		n += i - point
	}
	// A mantissa of 19 digits fits; leading zeros of "0.00…" are counted too, which only sends
	// some numbers the long way.
	f.mantissa, f.exact = m, n <= 19
	return f, i
}

// scanFraction appends the digits from i on to m, and returns where they end.
func scanFraction(src []byte, i int, m uint64) (uint64, int) {
	for i+8 <= len(src) {
		w := binary.LittleEndian.Uint64(src[i:])
		if !eightDigits(w) {
			break
		}
		m = m*1e8 + valueOfEight(w)
		i += 8
	}
	for i < len(src) && src[i]-'0' <= 9 {
		m = m*10 + uint64(src[i]-'0')
		i++
	}
	return m, i
}

// eightDigits reports whether all bytes of w are decimal digits.
func eightDigits(w uint64) bool {
	return w&0xF0F0F0F0F0F0F0F0|(w+0x0606060606060606)&0xF0F0F0F0F0F0F0F0>>4 == 0x3333333333333333
}

// valueOfEight adds pairs, then fours, then eights of the digits in w, the first in the low byte.
func valueOfEight(w uint64) uint64 {
	w -= 0x3030303030303030
	w = w*10 + w>>8
	const mask = 0x000000FF000000FF
	return (w&mask*(100+1000000<<32) + w>>16&mask*(1+10000<<32)) >> 32
}

// noFloat explains why there is no number at pos.
func (d *decoder) noFloat() *Error {
	start := d.pos
	if c := d.peek(); c != '-' && c-'0' > 9 {
		return d.mistyped("a number")
	}
	if err := d.number(); err != nil {
		return err
	}
	if c := d.peek(); c-'0' <= 9 {
		return d.fail(CodeSyntax, "want no digit behind a leading zero")
	}
	return d.failToken(CodeSyntax, start, "want a number")
}

// addExponent adds the exponent in text, which has the grammar of one.
func (f *parsedFloat) addExponent(text []byte) {
	e, err := strconv.Atoi(string(text))
	if err != nil || e > 1000 || e < -1000 {
		f.exact = false
		return
	}
	f.exp10 += e
}

// exactPowers are the powers of ten that a float64 holds exactly.
var exactPowers = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// float64 returns the nearest float64, if it can be had by quick means: one operation on exact
// operands (Clinger, "How to Read Floating Point Numbers Accurately", 1990), or else one or two
// wide multiplications (Lemire, "Number Parsing at a Gigabyte per Second", 2021).
func (f parsedFloat) float64() (float64, bool) {
	if !f.exact {
		return 0, false
	}
	var v float64
	switch {
	case f.mantissa < 1<<53 && f.exp10 <= 0 && f.exp10 >= -22:
		v = float64(f.mantissa) / exactPowers[-f.exp10]
	case f.mantissa < 1<<53 && f.exp10 > 0 && f.exp10 <= 22:
		v = float64(f.mantissa) * exactPowers[f.exp10]
	default:
		word, ok := scale(f.mantissa, f.exp10)
		if !ok {
			return 0, false
		}
		v = math.Float64frombits(word)
	}
	return math.Float64frombits(math.Float64bits(v) | one(f.negative)<<63), true
}

// float32 returns the nearest float32, if one multiplication by the upper half of a power of ten
// decides it. The product is exact or too small by one, so only halfway cases stay open.
func (f parsedFloat) float32() (float32, bool) {
	if !f.exact || f.mantissa == 0 || f.exp10 < minPower || f.exp10 > maxPower {
		return math.Float32frombits(uint32(one(f.negative)) << 31), f.exact && f.mantissa == 0
	}
	zeros := bits.LeadingZeros64(f.mantissa)
	hi, _ := bits.Mul64(f.mantissa<<zeros, powersOfTen[f.exp10-minPower].hi)
	top := int(hi >> 63)
	cut := top + 39
	frac, rest, half := hi>>cut, hi&(1<<cut-1), uint64(1)<<(cut-1)
	frac += one(rest > half)
	exp2 := log2of10(f.exp10) + 64 + 127 - zeros - (1 ^ top) + int(frac>>24)
	if rest == half || rest == half-1 || exp2 < 1 || exp2 > 254 {
		return 0, false
	}
	frac >>= frac >> 24
	return math.Float32frombits(uint32(one(f.negative))<<31 | uint32(exp2)<<23 | uint32(frac&(1<<23-1))), true
}

// log2of10 returns floor(e × log2(10)) for the exponents of the power table.
func log2of10(e int) int { return (217706 * e) >> 16 }

// scale returns the bits of the float64 nearest to m × 10^exp10, or false where the 128 bits of
// the power table do not decide it.
func scale(m uint64, exp10 int) (uint64, bool) {
	if m == 0 || exp10 < minPower || exp10 > maxPower {
		return 0, m == 0
	}
	power := &powersOfTen[exp10-minPower]
	zeros := bits.LeadingZeros64(m)
	m <<= zeros
	exp2 := log2of10(exp10) + 64 + 1023 - zeros
	hi, lo := bits.Mul64(m, power.hi)
	const undecided = 1<<9 - 1
	if hi&undecided == undecided && lo+m < m {
		low, lowest := bits.Mul64(m, power.lo)
		sum, carry := bits.Add64(lo, low, 0)
		hi, lo = hi+carry, sum
		if hi&undecided == undecided && lo+1 == 0 && lowest+m < m {
			return 0, false
		}
	}
	top := int(hi >> 63)
	frac := hi >> (top + 9)
	exp2 -= 1 ^ top
	if lo == 0 && hi&undecided == 0 && frac&3 == 1 {
		return 0, false // may be halfway between two
	}
	frac = (frac + frac&1) >> 1
	if frac>>53 > 0 {
		frac >>= 1
		exp2++
	}
	if exp2 < 1 || exp2 >= 0x7FF {
		return 0, false
	}
	return uint64(exp2)<<52 | frac&(1<<52-1), true
}
