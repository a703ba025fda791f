package codec

// skip reads the value at pos and forgets it, checking its syntax, its strings' UTF-8 and its
// depth. It does not look for members named twice in it.
func (d *decoder) skip() *Error {
	switch c := d.peek(); c {
	case '"':
		_, err := d.rawText()
		return err
	case '{':
		return d.skipObject()
	case '[':
		return d.skipArray()
	case 't':
		return d.literal("true")
	case 'f':
		return d.literal("false")
	case 'n':
		return d.literal("null")
	default:
		if c == '-' || c-'0' <= 9 {
			return d.number()
		}
		return d.fail(CodeSyntax, "want a value")
	}
}

func (d *decoder) skipObject() *Error {
	if err := d.enter(); err != nil {
		return err
	}
	d.pos++
	if d.space() == '}' {
		d.pos++
		d.depth--
		return nil
	}
	for {
		if _, err := d.name(); err != nil {
			return err
		}
		d.space()
		if err := d.skip(); err != nil {
			return err
		}
		more, err := d.more('}', "want , or }")
		if err != nil || !more {
			return err
		}
	}
}

func (d *decoder) skipArray() *Error {
	if err := d.enter(); err != nil {
		return err
	}
	d.pos++
	if d.space() == ']' {
		d.pos++
		d.depth--
		return nil
	}
	for {
		if err := d.skip(); err != nil {
			return err
		}
		more, err := d.more(']', "want , or ]")
		if err != nil || !more {
			return err
		}
	}
}

// more reads what follows an entry: a comma and the space behind it, or the end, which leaves the
// level of nesting.
func (d *decoder) more(end byte, want string) (bool, *Error) {
	c := d.peek()
	if c <= ' ' {
		c = d.space()
	}
	switch c {
	case ',':
		d.pos++
		if d.peek() <= ' ' {
			d.space()
		}
		return true, nil
	case end:
		d.pos++
		d.depth--
		return false, nil
	}
	return false, d.fail(CodeSyntax, want)
}
