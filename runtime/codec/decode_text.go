package codec

import (
	"bytes"
	"encoding/base64"
)

// jsonInto keeps the bytes of a value.
func (d *decoder) jsonInto(p *[]byte) *Error {
	start := d.pos
	if err := d.skip(); err != nil {
		return err
	}
	*p = append([]byte(nil), d.src[start:d.pos]...)
	return nil
}

// bytesInto reads base64. Line breaks, which package base64 passes over, are refused, since they
// would not be written again.
func (d *decoder) bytesInto(p *[]byte) *Error {
	start := d.pos
	text, err := d.text("bytes in base64")
	if err != nil {
		return err
	}
	out := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, fault := base64.StdEncoding.Strict().Decode(out, text)
	if fault != nil || bytes.ContainsAny(text, "\r\n") {
		return d.failToken(CodeForm, start, "want bytes in padded standard base64")
	}
	*p = out[:n:n]
	return nil
}

// uuidInto reads the form of 36 characters, of either case; it is written in lower case.
func (d *decoder) uuidInto(p *[16]byte) *Error {
	start := d.pos
	text, err := d.text("a UUID")
	if err != nil {
		return err
	}
	if !parseUUID(text, p) {
		return d.failToken(CodeForm, start, "want a UUID of 36 characters")
	}
	return nil
}

func parseUUID(s []byte, p *[16]byte) bool {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	in, bad := 0, byte(0)
	for out := range p {
		if in == 8 || in == 13 || in == 18 || in == 23 {
			in++
		}
		hi, lo := hexDigits[s[in]], hexDigits[s[in+1]]
		bad |= hi | lo
		p[out] = hi<<4 | lo
		in += 2
	}
	return bad&noHex == 0
}

const noHex = 0x80

// hexDigits is the value of each hexadecimal digit, noHex for other bytes.
var hexDigits = hexTable()

func hexTable() (t [256]byte) {
	for i := range t {
		t[i] = noHex
	}
	for i := range byte(10) {
		t['0'+i] = i
	}
	for i := range byte(6) {
		t['a'+i], t['A'+i] = 10+i, 10+i
	}
	return t
}

// scalarInto reads the alternative that the value's form selects: a number without point and
// exponent is an integer if the sum has one and it fits.
func (d *decoder) scalarInto(allow Alternatives, p *Scalar) *Error {
	start := d.pos
	switch c := d.peek(); {
	case c == '"' && allow&AllowString != 0:
		text, err := d.rawText()
		if err != nil {
			return err
		}
		*p = ScalarOfString(d.keep(text))
		return nil
	case (c == 't' || c == 'f') && allow&AllowBool != 0:
		var b bool
		err := d.boolInto(&b)
		*p = ScalarOfBool(b)
		return err
	case c == '-' || c-'0' <= 9:
		return d.scalarNumber(allow, start, p)
	}
	return d.mistyped("one of the scalars of the type")
}

func (d *decoder) scalarNumber(allow Alternatives, start int, p *Scalar) *Error {
	if allow&(AllowInt64|AllowFloat64) == 0 {
		return d.mistyped("one of the scalars of the type")
	}
	if allow&AllowFloat64 == 0 {
		var n int64
		err := d.int64Into(&n)
		*p = ScalarOfInt64(n)
		return err
	}
	if allow&AllowInt64 != 0 {
		if err := d.number(); err != nil {
			return err
		}
		end := d.pos
		plain := !bytes.ContainsAny(d.src[start:end], ".eE")
		d.pos = start
		if plain {
			var n int64
			if err := d.int64Into(&n); err == nil {
				*p = ScalarOfInt64(n)
				return nil
			}
			d.pos = start
		}
	}
	var f float64
	err := d.float64Into(&f)
	*p = ScalarOfFloat64(f)
	return err
}

// foreignText reads a string into a type that this package does not know. The reason of a refusal
// is not passed on, as it may quote the text.
func (d *decoder) foreignText(t *Text, p Pointer) *Error {
	start := d.pos
	text, err := d.text("a " + t.Name + " in a string")
	if err != nil {
		return err
	}
	if t.Parse(p, stringOver(text)) != nil {
		return d.failToken(CodeForm, start, "want a "+t.Name+" in a string")
	}
	return nil
}
