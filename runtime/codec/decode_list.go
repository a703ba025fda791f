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
			return floats(d, at[[]float32](Pointer(p)), parsedFloat.float32, (*decoder).float32Into)
		case Float64:
			return floats(d, at[[]float64](Pointer(p)), parsedFloat.float64, (*decoder).float64Into)
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

// floats reads the elements of an embedding. Quick converts what plainFloats takes, slow reads the
// rest. Going by value, bare and more for each number costs as much as to read it.
func floats[T float32 | float64](d *decoder, p *[]T, quick func(parsedFloat) (T, bool), slow func(*decoder, *T) *Error) *Error {
	list := make([]T, 0, d.numbersAhead())
	for more := true; more; {
		list, d.pos = plainFloats(d.src, d.pos, list, quick)
		d.space()
		list = append(list, 0)
		err := slow(d, &list[len(list)-1])
		if err != nil {
			return err.in(indexSegment(len(list) - 1))
		}
		if more, err = d.more(']', "want , or ]"); err != nil {
			return err
		}
	}
	*p = list
	return nil
}

// plainFloats reads numbers that are followed by a comma directly, and returns where the first
// that is not, or that takes the long way, begins.
func plainFloats[T float32 | float64](src []byte, i int, list []T, quick func(parsedFloat) (T, bool)) ([]T, int) {
	for {
		f, end := scanFloat(src, i)
		if end < 0 || end >= len(src) || src[end] != ',' {
			return list, i
		}
		v, ok := quick(f)
		if !ok {
			return list, i
		}
		list = append(list, v)
		i = end + 1
	}
}

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
