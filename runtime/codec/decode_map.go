package codec

// mapInto reads an object with free names.
func (d *decoder) mapInto(elem *value, p Pointer) *Error {
	if d.peek() != '{' {
		return d.mistyped("an object")
	}
	if err := d.enter(); err != nil {
		return err
	}
	d.pos++
	return elem.slot.readMap(d, elem, p)
}

// mapKey reads up to the value of the next entry. Without one it leaves the object.
func (d *decoder) mapKey(first bool) (key string, more bool, err *Error) {
	if first {
		if d.space() == '}' {
			d.pos++
			d.depth--
			return "", false, nil
		}
	} else if more, err := d.more('}', "want , or }"); err != nil || !more {
		return "", false, err
	}
	name, err := d.name()
	if err != nil {
		return "", false, err
	}
	key = d.keep(bytesOver(name))
	d.space()
	return key, true, nil
}
