package codec

import (
	"math/bits"
)

// appendString writes a string with the shortest escapes. <, >, & and U+2028 stand as they are:
// JSON is not HTML. Most strings are plain, and so one pass does for looking and copying.
func appendString(dst []byte, s string) ([]byte, *Error) {
	dst = withRoom(dst, len(s)+stringMargin)
	p := behind(dst)
	put1(p, 0, '"')
	n, seen := copyPlain(add(p, 1), s)
	if n < len(s) || seen&highBits != 0 {
		return appendRest(dst[:len(dst)+1+n], s, n, seen)
	}
	put1(p, n+1, '"')
	return dst[:len(dst)+n+2], nil
}

// appendRest writes what stands from i on in s, and the closing quote. Seen has the bits of what
// stands before.
func appendRest(dst []byte, s string, i int, seen uint64) ([]byte, *Error) {
	for len(s)-i >= 8 {
		dst = withRoom(appendEscape(dst, s[i]), len(s)-i+stringMargin)
		i++
		n, bits := copyPlain(behind(dst), s[i:])
		dst = dst[:len(dst)+n]
		i, seen = i+n, seen|bits
	}
	last := shortWord(s[i:])
	dst = appendLast(dst, last, len(s)-i)
	if (seen|last)&highBits != 0 && !validUTF8(bytesOver(s)) {
		return dst, &Error{Code: CodeUTF8, Message: "the string is not valid UTF-8"}
	}
	return append(dst, '"'), nil
}

// appendLast writes the n bytes in w.
func appendLast(dst []byte, w uint64, n int) []byte {
	for {
		put8(behind(dst), 0, w)
		stop := specials(w)
		if stop == 0 {
			return dst[:len(dst)+n]
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
