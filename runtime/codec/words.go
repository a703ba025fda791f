package codec

import (
	"encoding/binary"
	"math/bits"
)

// Text is looked at eight bytes at a time, the first in the low byte of the word.
const (
	eachByte = 0x0101010101010101
	highBits = 0x80 * eachByte
	zeros    = '0' * eachByte
)

// specials sets the top bit of the first byte of w that is a quote, a backslash or a control
// character; of the bytes behind it the bits mean nothing. To flip 0x02 swaps the quote with the
// space, so that one comparison finds it together with the control characters.
func specials(w uint64) uint64 {
	return (((w ^ 0x02*eachByte) - 0x21*eachByte) | ((w ^ '\\'*eachByte) - eachByte)) & (^w & highBits)
}

// plainEnd returns the first place from i on that holds a quote, a backslash or a control
// character, and whether it passed bytes beyond ASCII.
func plainEnd(src []byte, i int) (end int, high bool) {
	var seen uint64
	for i+8 <= len(src) {
		w := binary.LittleEndian.Uint64(src[i:])
		if stop := specials(w); stop != 0 {
			n := bits.TrailingZeros64(stop) &^ 7
			seen |= w & (1<<n - 1)
			return i + n>>3, seen&highBits != 0
		}
		seen |= w
		i += 8
	}
	for ; i < len(src); i++ {
		c := src[i]
		if c == '"' || c == '\\' || c < 0x20 {
			break
		}
		seen |= uint64(c)
	}
	return i, seen&highBits != 0
}

// validUTF8 is utf8.Valid for text with a few characters beyond ASCII here and there: it goes by
// words up to each, where the other goes by bytes from the first on.
func validUTF8(s []byte) bool {
	for i := asciiEnd(s, 0); i < len(s); {
		n := runeLen(s[i:])
		if n == 0 {
			return false
		}
		if i += n; i < len(s) && s[i] < 0x80 {
			i = asciiEnd(s, i)
		}
	}
	return true
}

// runeLen returns how many bytes the character beyond ASCII at the start of s has, 0 if it is none:
// cut off, longer than it need be, a surrogate, or above U+10FFFF.
func runeLen(s []byte) int {
	if len(s) < 2 || s[1]&0xC0 != 0x80 {
		return 0
	}
	first := s[0]
	if first < 0xE0 {
		return 2 * int(one(first >= 0xC2))
	}
	if len(s) < 3 || s[2]&0xC0 != 0x80 {
		return 0
	}
	second := uint(first)<<8 | uint(s[1])
	if first < 0xF0 {
		return 3 * int(one(second >= 0xE0A0 && second&^0x1F != 0xEDA0))
	}
	if len(s) < 4 || s[3]&0xC0 != 0x80 {
		return 0
	}
	return 4 * int(one(second >= 0xF090 && second <= 0xF48F))
}

func one(yes bool) uint64 {
	if yes {
		return 1
	}
	return 0
}
