package codec

// union reads an object into the branch that its tag names. The tag mostly stands first, as we
// write it; where it does not, the object is looked through for it and then read from its start.
func (d *decoder) union(u *union, p *ifaceWords) *Error {
	if d.peek() != '{' {
		return d.mistyped("an object")
	}
	start := d.pos
	tag, err := d.tag(u)
	if err != nil {
		return err
	}
	end := d.pos
	d.pos = start
	i, known := u.index[stringOver(tag)]
	if !known {
		return d.unknownBranch(u, tag, end, p)
	}
	b := &u.branches[i]
	q := b.shape.memory.grow(nil, 0, 1)
	if err := d.object(b.shape.object, q, u.tag); err != nil {
		return err
	}
	*p = ifaceWords{kind: b.kind, data: q}
	if b.direct {
		p.data = *at[Pointer](q)
	}
	return nil
}

// tag returns the value of the object's tag, and leaves pos behind it.
func (d *decoder) tag(u *union) ([]byte, *Error) {
	d.pos++
	if d.space() == '}' {
		return nil, d.missingTag(u)
	}
	for {
		name, err := d.name()
		if err != nil {
			return nil, err
		}
		found := name == u.tag
		d.space()
		if found {
			text, err := d.text("the tag as a string")
			if err != nil {
				return nil, err.in(fieldSegment(u.tag))
			}
			return text, nil
		}
		if err := d.skip(); err != nil {
			return nil, err
		}
		d.depth++ // more leaves a level at the end, which tag has not entered
		more, err := d.more('}', "want , or }")
		if err != nil {
			return nil, err
		}
		if !more {
			return nil, d.missingTag(u)
		}
		d.depth--
	}
}

func (d *decoder) missingTag(u *union) *Error {
	return d.fail(CodeMissing, "the tag is required").in(fieldSegment(u.tag))
}

// unknownBranch keeps an object whose tag, read up to end, is that of no branch.
func (d *decoder) unknownBranch(u *union, tag []byte, end int, p *ifaceWords) *Error {
	if u.other == nil {
		return &Error{Code: CodeUnknownTag, Offset: int64(end), Message: "the union has no such branch", Excerpt: excerpt(tag), Path: fieldSegment(u.tag)}
	}
	kept := &UnknownBranch{Tag: d.keep(tag)}
	start := d.pos
	if err := d.skip(); err != nil {
		return err
	}
	kept.Raw = append(JSON(nil), d.src[start:d.pos]...)
	*p = ifaceWords{kind: u.other.kind, data: Pointer(kept)}
	return nil
}
