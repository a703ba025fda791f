package codec

// inlineFields is how many fields a struct may have before the set of those seen is allocated.
const inlineFields = 256

// object reads the members of a struct. It is one loop, and long, as it is what decoding mostly is:
// the call saved for each field pays. The encoder writes them in the order of the table, so the
// next field's quoted name is compared first; only what is elsewhere is looked up. A member of
// the name ignore is skipped: the tag of a union, that the caller has read.
func (d *decoder) object(o *object, p Pointer, ignore string) *Error {
	if d.peek() != '{' {
		return d.mistyped("an object")
	}
	if err := d.enter(); err != nil {
		return err
	}
	d.pos++
	var few [inlineFields / 64]uint64
	seen := few[:]
	if len(o.fields) > inlineFields {
		seen = make([]uint64, len(o.required))
	}
	m := members{o: o, ignore: ignore, base: len(d.names)}
	if o.unknown == KeepUnknown {
		*at[Unknown](add(p, o.keep)) = nil
	}
	for next, first := 0, true; ; first = false {
		i, err := d.member(&m, next, first)
		if err != nil {
			return err
		}
		if i < 0 {
			if i == noMoreMembers {
				break
			}
			if err := d.undeclaredMember(&m, p); err != nil {
				return err
			}
			continue
		}
		f := &o.fields[i]
		if hasBit(seen, i) {
			return d.duplicate(f.name)
		}
		setBit(seen, i)
		if d.peek() <= ' ' {
			d.space()
		}
		if f.op == String && f.presence == Required {
			err = d.stringInto(at[string](add(p, f.offset))) // most fields, without two calls
		} else {
			err = d.value(&f.value, add(p, f.offset))
		}
		if err != nil {
			return err.inField(f)
		}
		next = i + 1
	}
	d.depth--
	d.names = d.names[:m.base]
	return d.settle(o, p, seen)
}

// members is the state of reading one object.
type members struct {
	o       *object
	ignore  string
	ignored int
	name    string              // of the last member, if it is undeclared; valid until the next is read
	at      int                 // where it stands
	base    int                 // of the undeclared names of this object in decoder.names
	many    map[string]struct{} // the same, once they are many
}

const (
	noMoreMembers = -1
	undeclared    = -2
)

// member reads up to the value of the next member and returns the index of its field.
func (d *decoder) member(m *members, next int, first bool) (int, *Error) {
	fields := m.o.fields
	pos := d.pos
	if !first {
		if pos >= len(d.src) || d.src[pos] != ',' {
			return d.objectEnd(m, next)
		}
		pos++
	}
	if next < len(fields) {
		key := fields[next].key
		if end := pos + len(key); end <= len(d.src) && string(d.src[pos:end]) == key {
			d.pos = end
			return next, nil
		}
	}
	d.pos = pos
	if c := d.space(); first && c == '}' {
		d.pos++
		return noMoreMembers, nil
	}
	return d.lookup(m, next)
}

// objectEnd reads what is no comma directly behind a member.
func (d *decoder) objectEnd(m *members, next int) (int, *Error) {
	switch d.space() {
	case '}':
		d.pos++
		return noMoreMembers, nil
	case ',':
		d.pos++
		d.space()
		return d.lookup(m, next)
	}
	return 0, d.fail(CodeSyntax, "want , or }")
}

// lookup reads a name and its colon, and finds its field, most likely a few behind next.
func (d *decoder) lookup(m *members, next int) (int, *Error) {
	m.at = d.pos
	name, err := d.name()
	if err != nil {
		return 0, err
	}
	fields := m.o.fields
	for i := next; i < len(fields) && i < next+4; i++ {
		if fields[i].name == name {
			return i, nil
		}
	}
	if i, ok := m.o.index[name]; ok {
		return i, nil
	}
	m.name = name
	return undeclared, nil
}

// name reads the name of a member and the colon behind it. The result is valid until the next
// name is read.
func (d *decoder) name() (string, *Error) {
	if d.peek() != '"' {
		return "", d.fail(CodeSyntax, `want the name of a member`)
	}
	name, err := d.rawText()
	if err != nil {
		return "", err
	}
	if d.space() != ':' {
		return "", d.fail(CodeSyntax, "want :")
	}
	d.pos++
	return stringOver(name), nil
}

// undeclaredMember deals with the member that lookup did not find.
func (d *decoder) undeclaredMember(m *members, p Pointer) *Error {
	if m.ignore != "" && m.name == m.ignore {
		if m.ignored++; m.ignored > 1 {
			return d.duplicate(m.ignore)
		}
		d.space()
		return d.skip()
	}
	if m.o.unknown == RejectUnknown {
		return &Error{Code: CodeUnknownField, Offset: int64(m.at), Message: "the type declares no such member", Excerpt: excerpt([]byte(m.name))}
	}
	name := m.name
	if d.escaped || m.o.unknown == KeepUnknown {
		name = d.keep(bytesOver(name))
	}
	if d.seenBefore(m, name) {
		return d.duplicate(name)
	}
	d.space()
	start := d.pos
	if err := d.skip(); err != nil {
		return err.in(keySegment(name))
	}
	if m.o.unknown == KeepUnknown {
		kept := at[Unknown](add(p, m.o.keep))
		*kept = append(*kept, Member{Name: name, Value: append(JSON(nil), d.src[start:d.pos]...)})
		return nil
	}
	d.skipped++
	return nil
}

// fewNames is how many undeclared names are compared one by one before they go into a map: an
// object with very many must not take quadratic time.
const fewNames = 16

// seenBefore notes an undeclared name, and reports whether the object has had it.
func (d *decoder) seenBefore(m *members, name string) bool {
	if m.many != nil {
		_, twice := m.many[name]
		m.many[name] = struct{}{}
		return twice
	}
	for _, other := range d.names[m.base:] {
		if other == name {
			return true
		}
	}
	if d.names = append(d.names, name); len(d.names)-m.base > fewNames {
		m.many = make(map[string]struct{}, 4*fewNames)
		for _, other := range d.names[m.base:] {
			m.many[other] = struct{}{}
		}
	}
	return false
}

// settle reports a required member that was not seen, and clears the others.
func (d *decoder) settle(o *object, p Pointer, seen []uint64) *Error {
	for w, required := range o.required {
		if missing := required &^ seen[w]; missing != 0 {
			f := &o.fields[w<<6+trailingZeros(missing)]
			return d.fail(CodeMissing, "the member is required").in(fieldSegment(f.name))
		}
		optional := ^(required | seen[w])
		if rest := len(o.fields) - w<<6; rest < 64 {
			optional &= 1<<rest - 1
		}
		for ; optional != 0; optional &= optional - 1 {
			f := &o.fields[w<<6+trailingZeros(optional)]
			clearValue(&f.value, add(p, f.offset))
		}
	}
	return nil
}

// duplicate reports a member that stands twice, at its second place.
func (d *decoder) duplicate(name string) *Error {
	return &Error{Code: CodeDuplicate, Offset: int64(d.pos), Message: "the object names a member twice", Excerpt: excerpt([]byte(name))}
}
