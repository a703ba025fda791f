package codec

import (
	"math"
	"strconv"
)

// boolInto reads a bool.
func (d *decoder) boolInto(p *bool) *Error {
	switch d.peek() {
	case 't':
		*p = true
		return d.literal("true")
	case 'f':
		*p = false
		return d.literal("false")
	}
	return d.mistyped("true or false")
}

func (d *decoder) int64Into(p *int64) *Error {
	n, err := d.signed(math.MaxInt64)
	*p = n
	return err
}

func (d *decoder) int32Into(p *int32) *Error {
	n, err := d.signed(math.MaxInt32)
	*p = int32(n)
	return err
}

func (d *decoder) uint64Into(p *uint64) *Error {
	n, err := d.unsigned(math.MaxUint64)
	*p = n
	return err
}

func (d *decoder) uint32Into(p *uint32) *Error {
	n, err := d.unsigned(math.MaxUint32)
	*p = uint32(n)
	return err
}

// signed reads an integer from -limit-1 to limit.
func (d *decoder) signed(limit uint64) (int64, *Error) {
	start := d.pos
	negative := d.peek() == '-'
	n, err := d.integer()
	if err != nil {
		return 0, err
	}
	if negative && n <= limit+1 {
		return -int64(n), nil
	}
	if n > limit {
		return 0, d.failToken(CodeRange, start, "want an integer within the range of the type")
	}
	return int64(n), nil
}

// unsigned reads an integer from 0 to limit; -0 is 0.
func (d *decoder) unsigned(limit uint64) (uint64, *Error) {
	start := d.pos
	negative := d.peek() == '-'
	n, err := d.integer()
	if err != nil {
		return 0, err
	}
	if n > limit || negative && n > 0 {
		return 0, d.failToken(CodeRange, start, "want an integer within the range of the type")
	}
	return n, nil
}

// integer reads a number of integral value and returns its magnitude.
func (d *decoder) integer() (uint64, *Error) {
	start, i := d.pos, d.pos
	if i < len(d.src) && d.src[i] == '-' {
		i++
	}
	first := i
	var n uint64
	for i < len(d.src) && d.src[i]-'0' <= 9 {
		n = n*10 + uint64(d.src[i]-'0')
		i++
	}
	plain := i > first && i-first <= 19 && (d.src[first] != '0' || i == first+1)
	if plain && (i == len(d.src) || d.src[i] != '.' && d.src[i]|0x20 != 'e') {
		d.pos = i
		return n, nil
	}
	if d.peek() != '-' && i == first {
		return 0, d.mistyped("an integer")
	}
	if err := d.number(); err != nil {
		return 0, err
	}
	n, ok := integral(d.src[start:d.pos], d.scratch[:0])
	if !ok {
		return 0, d.failToken(CodeRange, start, "want an integer within the range of the type")
	}
	return n, nil
}

// integral returns the magnitude of a number in any form, such as 1.50e2, if it is an integer of
// 64 bits. It works on the decimal digits, as a float would round.
func integral(number, scratch []byte) (uint64, bool) {
	i, exp := 0, 0
	if number[0] == '-' {
		i++
	}
	digits, point := scratch, false
	for ; i < len(number) && number[i]|0x20 != 'e'; i++ {
		if number[i] == '.' {
			point = true
			continue
		}
		if point {
			exp--
		}
		if number[i] != '0' || len(digits) > 0 {
			digits = append(digits, number[i])
		}
	}
	if len(digits) == 0 {
		return 0, true
	}
	if i < len(number) {
		e, err := strconv.Atoi(string(number[i+1:]))
		if err != nil {
			return 0, false
		}
		exp += e
	}
	for exp < 0 && len(digits) > 0 && digits[len(digits)-1] == '0' {
		digits, exp = digits[:len(digits)-1], exp+1
	}
	if exp < 0 || exp > 20 {
		return 0, false
	}
	for ; exp > 0; exp-- {
		digits = append(digits, '0')
	}
	n, err := strconv.ParseUint(string(digits), 10, 64)
	return n, err == nil
}

// number skips a number, of exactly the grammar of JSON.
func (d *decoder) number() *Error {
	if d.peek() == '-' {
		d.pos++
	}
	if d.peek() == '0' {
		d.pos++
	} else if !d.digits() {
		return d.fail(CodeSyntax, "want a digit")
	}
	if d.peek() == '.' {
		d.pos++
		if !d.digits() {
			return d.fail(CodeSyntax, "want a digit behind the point")
		}
	}
	if d.peek()|0x20 == 'e' {
		d.pos++
		if c := d.peek(); c == '+' || c == '-' {
			d.pos++
		}
		if !d.digits() {
			return d.fail(CodeSyntax, "want a digit in the exponent")
		}
	}
	return nil
}

// digits skips decimal digits, and reports whether there was one.
func (d *decoder) digits() bool {
	start := d.pos
	for d.pos < len(d.src) && d.src[d.pos]-'0' <= 9 {
		d.pos++
	}
	return d.pos > start
}

func (d *decoder) int64TextInto(p *int64) *Error {
	start := d.pos
	text, err := d.text("an integer in a string")
	if err != nil {
		return err
	}
	if !canonicalInteger(text) {
		return d.failToken(CodeForm, start, "want an integer in a string")
	}
	n, fault := strconv.ParseInt(stringOver(text), 10, 64)
	if fault != nil {
		return d.failToken(CodeRange, start, "want an integer within the range of the type")
	}
	*p = n
	return nil
}

func (d *decoder) uint64TextInto(p *uint64) *Error {
	start := d.pos
	text, err := d.text("an integer in a string")
	if err != nil {
		return err
	}
	if !canonicalInteger(text) || text[0] == '-' {
		return d.failToken(CodeForm, start, "want an unsigned integer in a string")
	}
	n, fault := strconv.ParseUint(stringOver(text), 10, 64)
	if fault != nil {
		return d.failToken(CodeRange, start, "want an integer within the range of the type")
	}
	*p = n
	return nil
}

// canonicalInteger reports whether text is an integer as the encoder writes it, so that what is
// read is written again.
func canonicalInteger(text []byte) bool {
	if len(text) > 0 && text[0] == '-' {
		text = text[1:]
		if len(text) > 0 && text[0] == '0' {
			return false
		}
	}
	for _, c := range text {
		if c-'0' > 9 {
			return false
		}
	}
	return len(text) > 0 && (text[0] != '0' || len(text) == 1)
}
