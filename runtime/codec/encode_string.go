package codec

import (
	"encoding/binary"
	"math/bits"
)

// appendString writes a string with the shortest escapes. <, >, & and U+2028 stand as they are:
// JSON is not HTML. It copies eight bytes before it looks at them, and takes back what needs an
// escape: most text has none, so one pass does for finding, copying and escaping.
func appendString(dst []byte, s string) ([]byte, *Error) {
	rest := bytesOver(s)
	dst = withRoom(dst, len(rest)+stringMargin)
	start, seen := len(dst), uint64(0)
	dst = append(dst, '"')
	for {
		n, bits := copyPlain(behind(dst), rest)
		dst, seen = dst[:len(dst)+n], seen|bits
		if len(rest)-n < 8 {
			rest = rest[n:]
			break
		}
		dst = appendEscape(dst, rest[n])
		rest = rest[n+1:]
		dst = withRoom(dst, len(rest)+stringMargin)
	}
	dst, bits := appendLast(dst, lastWord(bytesOver(s), len(rest)), len(rest))
	if (seen|bits)&highBits != 0 && !validUTF8(bytesOver(s)) {
		return dst[:start], &Error{Code: CodeUTF8, Message: "the string is not valid UTF-8"}
	}
	return append(dst, '"'), nil
}

// appendLast is the end of appendString: it writes the n bytes in w, and returns their bits.
func appendLast(dst []byte, w uint64, n int) ([]byte, uint64) {
	seen := w
	for {
		put8(behind(dst), 0, w)
		stop := specials(w)
		if stop == 0 {
			return dst[:len(dst)+n], seen
		}
		plain := bits.TrailingZeros64(stop) >> 3
		dst = withRoom(appendEscape(dst[:len(dst)+plain], byte(w>>(plain*8))), stringMargin)
		n -= plain + 1
		w = w>>(plain*8)>>8 | spaces<<(n*8)
	}
}

// stringMargin is the room for the quotes, one escape, and a word that is stored whole.
const stringMargin = 24

const spaces = ' ' * eachByte

// lastWord returns the last n bytes of src, n below 8, with spaces behind them.
func lastWord(src []byte, n int) uint64 {
	pad := uint64(spaces) << (n * 8)
	switch {
	case n == 0:
		return spaces
	case len(src) >= 8:
		return binary.LittleEndian.Uint64(src[len(src)-8:])>>(64-n*8) | pad
	}
	src = src[len(src)-n:]
	if n >= 4 {
		return uint64(binary.LittleEndian.Uint32(src)) | uint64(binary.LittleEndian.Uint32(src[n-4:]))<<(n*8-32) | pad
	}
	return uint64(src[0]) | uint64(src[n/2])<<(n/2*8) | uint64(src[n-1])<<(n*8-8) | pad
}

func appendEscape(dst []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// quoted returns a name of the schema as a JSON string. A name that is not UTF-8 cannot come from
// a schema; it is written with replacement characters.
func quoted(name string) []byte {
	out, err := appendString(nil, name)
	if err != nil {
		out, _ = appendString(nil, string([]rune(name)))
	}
	return out
}

// appendJSON writes a value as it is, after a look at its syntax.
func appendJSON(dst []byte, raw JSON) ([]byte, *Error) {
	if len(raw) == 0 {
		return append(dst, "null"...), nil
	}
	d := borrowDecoder(raw, Limits{})
	err := d.rawValue()
	d.release()
	if err != nil {
		err.Message = "the JSON value is not valid: " + err.Message
		return dst, err
	}
	return append(dst, raw...), nil
}

// rawValue checks that the input is one value with nothing around it but space.
func (d *decoder) rawValue() *Error {
	if d.pos < 0 {
		return &Error{Code: CodeTooLarge, Message: "larger than the limit"}
	}
	d.space()
	if err := d.skip(); err != nil {
		return err
	}
	if d.space(); d.pos < len(d.src) {
		return d.fail(CodeTrailing, "want the end")
	}
	return nil
}
