package codec

import "fmt"

// Append appends the JSON of the value at p, which is of the struct id, and returns the longer
// slice. Members stand in schema order and map entries in byte order, so equal values give equal
// bytes. It allocates nothing but what dst needs to grow. On error it returns dst as it was, and
// an *Error with CodeUnencodable, CodeUTF8 or CodeSyntax (of a JSON value).
func (t *Table) Append(dst []byte, id ID, p Pointer) ([]byte, error) {
	s, err := t.object(id)
	if err != nil {
		return dst, err
	}
	out, fault := appendObject(dst, s.object, hide(p))
	if fault != nil {
		fault.Op, fault.Type, fault.Offset = OpEncode, s.object.qualified, -1
		return dst, fault
	}
	return out, nil
}

// Marshal is Append into a new slice of the right size. It writes into a buffer that is kept, and
// copies: to write into a new slice at once would have it cleared first, for the same price.
func (t *Table) Marshal(id ID, p Pointer) ([]byte, error) {
	b := encodeBuffers.Get().(*[]byte)
	text, err := t.Append((*b)[:0], id, p)
	var out []byte
	if err == nil {
		out = make([]byte, len(text)) // not cleared, as a copy follows
		copy(out, text)
	}
	if cap(text) <= maxKeptBuffer {
		*b = text
	}
	encodeBuffers.Put(b)
	return out, err
}

// Decode sets the struct id at p from data, which must hold one JSON object and nothing else but
// space around it. Every member of the struct is set, absent ones to their zero value. Strings of
// one event share blocks of at most 1 KiB, so that a string kept alone pins no more than that.
// data is neither kept nor changed. On error an *Error is returned and the value at p may be set
// in part.
//
// It is kept from being inlined, as each generated UnmarshalJSON would compile the inlined body.
//
//go:noinline
func (t *Table) Decode(data []byte, id ID, p Pointer) error {
	_, err := t.DecodeCounting(data, id, p)
	return err
}

// DecodeCounting is Decode, and returns how many members were skipped as unknown, at any depth.
// Members of values of JSONType, and those that are kept, do not count.
func (t *Table) DecodeCounting(data []byte, id ID, p Pointer) (skipped int, err error) {
	s, err := t.object(id)
	if err != nil {
		return 0, err
	}
	d := borrowDecoder(data, t.Limits)
	fault := d.document(s, hide(p))
	skipped = d.skipped
	d.release()
	if fault != nil {
		fault.Op, fault.Type = OpDecode, s.object.qualified
		return skipped, fault
	}
	return skipped, nil
}

// Validate checks every constraint on the value at p, which is of the struct id, and returns all
// that it violates as a *ValidationError, or nil.
func (t *Table) Validate(id ID, p Pointer) error {
	s, err := t.object(id)
	if err != nil {
		return err
	}
	if !s.checked {
		return nil
	}
	v := validator{}
	v.object(s.object, hide(p))
	return v.result(s.object.qualified)
}

// Check links the table and reports what is wrong with it: references to types that do not exist,
// missing Memory, sizes that contradict each other, patterns that do not compile. Generated tests
// call it; the other methods return the same error.
func (t *Table) Check() error {
	p := t.linked()
	if p.err != nil {
		return p.err
	}
	for _, pattern := range p.patterns {
		if _, err := pattern(); err != nil {
			return fmt.Errorf("compile a pattern of %s: %w", t.Package, err)
		}
	}
	return nil
}

// object returns the shape of the struct id.
func (t *Table) object(id ID) (*shape, error) {
	p := t.linked()
	if p.err != nil {
		return nil, p.err
	}
	if int(id) < len(p.shapes) {
		if s := p.shapes[id]; s != nil && s.object != nil {
			return s, nil
		}
	}
	return nil, &Error{Op: OpLink, Type: t.Package, Code: CodeDescriptor, Offset: -1, Message: "no struct has this ID"}
}
