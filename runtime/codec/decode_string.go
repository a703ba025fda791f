package codec

import (
	"unicode/utf16"
	"unicode/utf8"
)

// blockSize bounds what a string can pin: strings share blocks of at most this size, and one
// longer than a quarter of it stands alone where the current block has no room.
const blockSize = 1024

// stringInto reads a string. The first half is rawText for a string without escapes, which most
// are.
func (d *decoder) stringInto(p *string) *Error {
	if d.peek() == '"' {
		start := d.pos + 1
		end, high := plainEnd(d.src, start)
		if end < len(d.src) && d.src[end] == '"' && (!high || validUTF8(d.src[start:end])) {
			d.pos = end + 1
			*p = d.keep(d.src[start:end])
			return nil
		}
	}
	text, err := d.text("a string")
	if err != nil {
		return err
	}
	*p = d.keep(text)
	return nil
}

// text reads a string where something called want is wanted; the result is valid until the next
// string is read.
func (d *decoder) text(want string) ([]byte, *Error) {
	if d.peek() != '"' {
		return nil, d.mistyped(want)
	}
	return d.rawText()
}

// keep copies text into the block of this document. One block for the strings of an event saves
// most of the allocations of decoding; the copy is needed as the input belongs to the caller.
func (d *decoder) keep(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	used := len(d.block)
	if cap(d.block)-used < len(text) {
		if len(text) > blockSize/4 {
			return string(text)
		}
		// Names and punctuation are about a quarter of what is left to read.
		room := min(blockSize, len(text)+(len(d.src)-d.pos)/4*3)
		d.block, used = make([]byte, 0, room), 0
	}
	d.block = append(d.block, text...)
	return stringOver(d.block[used:])
}

// rawText reads the string at pos, which must be at its quote. The result is a part of the input,
// or of scratch if it was escaped.
func (d *decoder) rawText() ([]byte, *Error) {
	start := d.pos + 1
	end, high := plainEnd(d.src, start)
	d.escaped = false
	if end < len(d.src) && d.src[end] == '"' {
		d.pos = end + 1
		text := d.src[start:end]
		if high && !validUTF8(text) {
			return nil, d.invalidUTF8(start, end)
		}
		return text, nil
	}
	return d.escapedText(start, end)
}

// validPrefix returns how many bytes of text are valid UTF-8.
func validPrefix(text []byte) int {
	n := 0
	for n < len(text) {
		r, size := utf8.DecodeRune(text[n:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		n += size
	}
	return n
}

// escapedText reads the rest of a string that starts at start and has something special at i.
func (d *decoder) escapedText(start, i int) ([]byte, *Error) {
	out := d.scratch[:0]
	for high := true; ; {
		part := d.src[start:i]
		if high && !validUTF8(part) {
			return nil, d.invalidUTF8(start, i)
		}
		out = append(out, part...)
		d.pos = i
		if i >= len(d.src) {
			return nil, d.fail(CodeSyntax, "want the closing quote")
		}
		if d.src[i] == '"' {
			d.pos++
			d.scratch, d.escaped = out, true
			return out, nil
		}
		if d.src[i] != '\\' {
			return nil, d.fail(CodeSyntax, "want an escape for a control character")
		}
		var err *Error
		if out, err = d.escape(out); err != nil {
			return nil, err
		}
		start = d.pos
		i, high = plainEnd(d.src, start)
	}
}

// invalidUTF8 reports the bytes from start to end; a character cut off by the end of the input is
// a truncation.
func (d *decoder) invalidUTF8(start, end int) *Error {
	part := d.src[start:end]
	n := validPrefix(part)
	d.pos = start + n
	if end == len(d.src) && !utf8.FullRune(part[n:]) {
		d.pos = end
		return d.fail(CodeSyntax, "want the rest of a character")
	}
	return d.fail(CodeUTF8, "the string is not valid UTF-8")
}

// escape reads the escape at pos and appends what it stands for.
func (d *decoder) escape(out []byte) ([]byte, *Error) {
	d.pos++
	c := d.peek()
	if c == 'u' {
		return d.unicodeEscape(out)
	}
	plain := byte(0)
	switch c {
	case '"', '\\', '/':
		plain = c
	case 'b':
		plain = '\b'
	case 'f':
		plain = '\f'
	case 'n':
		plain = '\n'
	case 'r':
		plain = '\r'
	case 't':
		plain = '\t'
	default:
		return nil, d.fail(CodeSyntax, "want an escape")
	}
	d.pos++
	return append(out, plain), nil
}

// unicodeEscape reads uXXXX, and a second \uXXXX if the first is half of a pair.
func (d *decoder) unicodeEscape(out []byte) ([]byte, *Error) {
	at := d.pos - 1
	r, err := d.hex4()
	if err != nil {
		return nil, err
	}
	if !utf16.IsSurrogate(r) {
		return utf8.AppendRune(out, r), nil
	}
	if d.pos+1 < len(d.src) && d.src[d.pos] == '\\' && d.src[d.pos+1] == 'u' {
		d.pos++
		low, err := d.hex4()
		if err != nil {
			return nil, err
		}
		if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
			return utf8.AppendRune(out, r), nil
		}
	}
	if rest := d.src[d.pos:]; len(rest) == 0 || len(rest) == 1 && rest[0] == '\\' {
		d.pos = len(d.src)
		return nil, d.fail(CodeSyntax, "want the rest of a string")
	}
	d.pos = at
	return nil, d.fail(CodeUTF8, "the string holds a lone surrogate")
}

// hex4 reads the u at pos and four hexadecimal digits.
func (d *decoder) hex4() (rune, *Error) {
	var r rune
	for range 4 {
		d.pos++
		c := d.peek()
		switch {
		case c-'0' <= 9:
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, d.fail(CodeSyntax, "want four hexadecimal digits")
		}
		r = r<<4 | rune(c)
	}
	d.pos++
	return r, nil
}
