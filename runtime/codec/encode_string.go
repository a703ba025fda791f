package codec

import (
	"unicode/utf8"
)

// appendString writes a string with the shortest escapes. <, >, & and U+2028 stand as they are:
// JSON is not HTML.
func appendString(dst []byte, s string) ([]byte, *Error) {
	src := bytesOver(s)
	dst = append(dst, '"')
	at, end, high := 0, 0, false
	for {
		var more bool
		end, more = plainEnd(src, at)
		high = high || more
		dst = append(dst, src[at:end]...)
		if end == len(src) {
			break
		}
		dst = appendEscape(dst, src[end])
		at = end + 1
	}
	if high && !utf8.Valid(src) {
		return dst, &Error{Code: CodeUTF8, Message: "the string is not valid UTF-8"}
	}
	return append(dst, '"'), nil
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
