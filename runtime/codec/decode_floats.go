package codec

import (
	"math"
	"math/bits"
)

// Lists of floats are read in loops of their own: to go by value, bare and more for each number
// costs as much as to read it.

// float32s reads the elements of a list<float32>.
func (d *decoder) float32s(p *[]float32) *Error {
	list := make([]float32, 0, d.numbersAhead())
	for more := true; more; {
		list, d.pos = plainFloat32s(d.src, d.pos, list)
		d.space()
		list = append(list, 0)
		err := d.float32Into(&list[len(list)-1])
		if err == nil {
			more, err = d.more(']', "want , or ]")
		}
		if err != nil {
			return err.in(indexSegment(len(list) - 1))
		}
	}
	*p = list
	return nil
}

// float64s reads the elements of a list<float64>.
func (d *decoder) float64s(p *[]float64) *Error {
	list := make([]float64, 0, d.numbersAhead())
	for more := true; more; {
		list, d.pos = plainFloat64s(d.src, d.pos, list)
		d.space()
		list = append(list, 0)
		err := d.float64Into(&list[len(list)-1])
		if err == nil {
			more, err = d.more(']', "want , or ]")
		}
		if err != nil {
			return err.in(indexSegment(len(list) - 1))
		}
	}
	*p = list
	return nil
}

// plainFloat32s reads numbers that are followed by a comma, and returns where the first that is not,
// or that takes the long way, begins.
func plainFloat32s(src []byte, i int, list []float32) ([]float32, int) {
	for {
		list, i = fractions32(src, i, list)
		f, end := scanFloat(src, i)
		if end < 0 || end >= len(src) || src[end] != ',' {
			return list, i
		}
		v, ok := f.float32()
		if !ok {
			return list, i
		}
		list = append(list, v)
		i = end + 1
	}
}

// plainFloat64s is plainFloat32s for float64.
func plainFloat64s(src []byte, i int, list []float64) ([]float64, int) {
	for {
		f, end := scanFloat(src, i)
		if end < 0 || end >= len(src) || src[end] != ',' {
			return list, i
		}
		v, ok := f.float64()
		if !ok {
			return list, i
		}
		list = append(list, v)
		i = end + 1
	}
}

// fractions32 reads numbers such as -0.0123456789 that are followed by a comma, which the components
// of embeddings are, and returns where the first that is not begins: 8 to 15 digits behind "0.".
// The digits behind the eighth are padded to eight more, so that no branch depends on their number.
func fractions32(src []byte, i int, list []float32) ([]float32, int) {
	for i+fractionRoom <= len(src) {
		number := (*[fractionRoom]byte)(src[i:])
		sign := int(one(number[0] == '-'))
		if number[sign] != '0' || number[sign+1] != '.' {
			break
		}
		head, tail := get8(Pointer(number), sign+2), get8(Pointer(number), sign+10)
		n := digitCount(tail)
		if !eightDigits(head) || n > 7 || number[sign+10+n] != ',' {
			break
		}
		m := valueOfEight(head)*tenTo[n] + valueOfEight(tail<<(64-n*8)|zeros>>(n*8))
		v, ok := nearest32(m, 8+n)
		if !ok {
			break
		}
		list = append(list, math.Float32frombits(math.Float32bits(v)|uint32(sign)<<31))
		i += sign + 11 + n
	}
	return list, i
}

const fractionRoom = len("-0.0123456789012345,")

// nearest32 returns the float32 nearest to m / 10^places, where m is below 10^15. The division rounds
// to a float64; to round again is right unless that is halfway between two float32, as the number
// itself may lie to either side.
func nearest32(m uint64, places int) (v float32, ok bool) {
	wide := float64(m) / exactPowers[places]
	const rest, half = 1<<29 - 1, 1 << 28
	return float32(wide), math.Float64bits(wide)&rest != half
}

// digitCount returns how many of the first bytes of w are digits.
func digitCount(w uint64) int {
	other := (w ^ zeros) + 0x76*eachByte | w // the top bit, but for digits
	return bits.TrailingZeros64(other&highBits) >> 3
}
