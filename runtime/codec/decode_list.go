package codec

import "bytes"

// list reads an array. Lists of numbers and strings, of which events have long ones, get a slice
// of exactly the right size.
func (d *decoder) list(elem *value, p *sliceWords) *Error {
	if d.peek() != '[' {
		return d.mistyped("an array")
	}
	if err := d.enter(); err != nil {
		return err
	}
	d.pos++
	if d.space() == ']' {
		d.pos++
		d.depth--
		*p = sliceWords{data: elem.slot.grow(nil, 0, 0)}
		return nil
	}
	if !elem.boxed {
		switch elem.op {
		case String:
			return d.strings(p)
		case Float32:
			return d.float32s(at[[]float32](Pointer(p)))
		case Float64:
			return d.float64s(at[[]float64](Pointer(p)))
		}
	}
	return d.elements(elem, p)
}

// elements reads the elements of an array into a slice that grows.
func (d *decoder) elements(elem *value, p *sliceWords) *Error {
	room := d.roomFor(elem)
	s := sliceWords{data: elem.slot.grow(nil, 0, room), cap: room}
	for more := true; more; {
		if s.len == s.cap {
			s.cap *= 2
			s.data = elem.slot.grow(s.data, s.len, s.cap)
		}
		err := d.value(elem, add(s.data, uintptr(s.len)*elem.slotSize))
		if err != nil {
			return err.in(indexSegment(s.len))
		}
		s.len++
		if more, err = d.more(']', "want , or ]"); err != nil {
			return err
		}
	}
	*p = s
	return nil
}

// roomFor guesses how many elements the array at pos has.
func (d *decoder) roomFor(elem *value) int {
	switch {
	case isNumber(elem.op) && !elem.boxed:
		return d.numbersAhead()
	case elem.slotSize > 256:
		return 1
	}
	return 4
}

func isNumber(op opcode) bool {
	switch op {
	case Int32, Int64, Uint32, Uint64, Float32, Float64:
		return true
	}
	return false
}

// numbersAhead counts the numbers of the array at pos by its commas: to count is cheaper than to
// grow. In what is no array of numbers the count is wrong, and the reading fails later: mostAhead
// bounds what that costs.
func (d *decoder) numbersAhead() int {
	rest := d.src[d.pos:]
	end := bytes.IndexByte(rest, ']')
	return min(bytes.Count(rest[:max(end, 0)], []byte{','})+1, mostAhead)
}

const mostAhead = 1 << 16

// strings reads the elements of an array of strings.
func (d *decoder) strings(p *sliceWords) *Error {
	d.texts = d.texts[:0]
	for more := true; more; {
		text, err := d.text("a string")
		if err != nil {
			return err.in(indexSegment(len(d.texts)))
		}
		d.texts = append(d.texts, d.keep(text))
		if more, err = d.more(']', "want , or ]"); err != nil {
			return err
		}
	}
	list := make([]string, len(d.texts))
	copy(list, d.texts)
	*at[[]string](Pointer(p)) = list
	return nil
}

// oneOrMany reads a bare value or an array, and remembers which. A value that is an array itself
// has no bare form.
func (d *decoder) oneOrMany(elem *value, p *oneOrManyWords) *Error {
	p.single = d.peek() != '['
	if !p.single {
		return d.list(elem, &p.values)
	}
	s := sliceWords{data: elem.slot.grow(nil, 0, 1), len: 1, cap: 1}
	if err := d.value(elem, s.data); err != nil {
		return err
	}
	p.values = s
	return nil
}
