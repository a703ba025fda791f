package codec

import (
	"encoding/base64"
	"strconv"
	"sync"
)

// The encoder is functions over the slice they append to: a state of its own would be an
// allocation, or a trip to a pool, for each call.

// encodeBuffers holds scratch for Marshal, keyLists for maps of more than a few entries: both keep
// only capacity.
var (
	encodeBuffers = sync.Pool{New: func() any { return new([]byte) }}
	keyLists      = sync.Pool{New: func() any { return new([]string) }}
)

// appendObject writes a struct.
func appendObject(dst []byte, o *object, p Pointer) ([]byte, *Error) {
	start := len(dst)
	dst, err := appendMembers(dst, o, p)
	return closeObject(dst, start), err
}

// appendMembers writes the members of a struct, each with a comma before it.
func appendMembers(dst []byte, o *object, p Pointer) ([]byte, *Error) {
	var err *Error
	for i := range o.fields {
		f := &o.fields[i]
		q := add(p, f.offset)
		if f.presence != Required && f.presence != Nullable && isAbsent(&f.value, q) {
			continue
		}
		dst = appendPadded(dst, f.head)
		switch {
		case f.presence != Required:
			dst, err = appendValue(dst, &f.value, q)
		case f.op == String:
			dst, err = appendString(dst, *at[string](q)) // most fields, without a call between
		default:
			dst, err = appendBare(dst, f.op, f.shape, q)
		}
		if err != nil {
			return dst, err.inField(f)
		}
	}
	if o.unknown == KeepUnknown {
		return appendUnknown(dst, o, *at[Unknown](add(p, o.keep)))
	}
	return dst, nil
}

// closeObject turns the comma of the first member, at start, into the opening brace.
func closeObject(dst []byte, start int) []byte {
	if len(dst) == start {
		return append(dst, "{}"...)
	}
	dst[start] = '{'
	return append(dst, '}')
}

// appendUnknown writes members that were kept. One that the type declares, or that stands twice,
// would make an object that no decoder may read, and is refused.
func appendUnknown(dst []byte, o *object, members Unknown) ([]byte, *Error) {
	for i := range members {
		m := &members[i]
		_, declared := o.index[m.Name]
		for _, other := range members[:i] {
			declared = declared || other.Name == m.Name
		}
		if declared {
			return dst, unencodable("the object already has this member").in(keySegment(m.Name))
		}
		var err *Error
		if dst, err = appendString(append(dst, ','), m.Name); err == nil {
			dst, err = appendJSON(append(dst, ':'), m.Value)
		}
		if err != nil {
			return dst, err.in(keySegment(m.Name))
		}
	}
	return dst, nil
}

// isAbsent reports whether an optional value is not to be written.
func isAbsent(v *value, p Pointer) bool {
	switch {
	case v.presence == MaybeNull:
		return *at[maybeState](add(p, v.shape.size)) == maybeAbsent
	case v.op == opUnion && !v.boxed:
		return at[ifaceWords](p).kind == nil
	default: // a pointer, a map, or a slice, whose first word is a pointer
		return *at[Pointer](p) == nil
	}
}

// appendValue writes a value as its presence says; an absent one is null.
func appendValue(dst []byte, v *value, p Pointer) ([]byte, *Error) {
	if v.presence == Required {
		return appendBare(dst, v.op, v.shape, p)
	}
	if v.presence == MaybeNull {
		if *at[maybeState](add(p, v.shape.size)) != maybeValue {
			return append(dst, "null"...), nil
		}
		return appendBare(dst, v.op, v.shape, p)
	}
	if isAbsent(v, p) {
		return append(dst, "null"...), nil
	}
	if v.boxed {
		p = *at[Pointer](p)
	}
	return appendBare(dst, v.op, v.shape, p)
}

// appendBare writes a value that is there. It is one switch for the reasons of decoder.bare.
func appendBare(dst []byte, op opcode, s *shape, p Pointer) ([]byte, *Error) {
	switch op {
	case String, URI, Email:
		return appendString(dst, *at[string](p))
	case Bool:
		return strconv.AppendBool(dst, *at[bool](p)), nil
	case Int32:
		return appendInt(dst, int64(*at[int32](p))), nil
	case Int64:
		return appendInt(dst, *at[int64](p)), nil
	case Uint32:
		return appendUint(dst, uint64(*at[uint32](p))), nil
	case Uint64:
		return appendUint(dst, *at[uint64](p)), nil
	case Int64Text:
		return append(appendInt(append(dst, '"'), *at[int64](p)), '"'), nil
	case Uint64Text:
		return append(appendUint(append(dst, '"'), *at[uint64](p)), '"'), nil
	case Float32:
		return appendFloat32(dst, *at[float32](p))
	case Float64:
		return appendFloat64(dst, *at[float64](p))
	case Bytes:
		return append(base64.StdEncoding.AppendEncode(append(dst, '"'), *at[[]byte](p)), '"'), nil
	case UUID:
		return appendUUID(dst, at[[16]byte](p)), nil
	case Timestamp, UnixSeconds, UnixMillis, UnixMicros:
		return appendTime(dst, op, p)
	case DateType, TimeType, DurationType:
		return appendCalendar(dst, op, p)
	case JSONType:
		return appendJSON(dst, *at[JSON](p))
	case opStruct:
		return appendObject(dst, s.object, p)
	case opList:
		return appendList(dst, s.elem, at[sliceWords](p))
	case opMap:
		return appendMap(dst, s.elem, p)
	case opOneOrMany:
		return appendOneOrMany(dst, s.elem, at[oneOrManyWords](p))
	case opScalarSum:
		return appendScalar(dst, s.allow, at[Scalar](p))
	case opUnion:
		return appendUnion(dst, s.union, at[ifaceWords](p))
	case opText:
		return appendForeignText(dst, s.text, p)
	}
	return dst, &Error{Code: CodeDescriptor, Message: "the table has no such type"}
}

func unencodable(message string) *Error { return &Error{Code: CodeUnencodable, Message: message} }

// appendList writes an array; nil as an empty one.
func appendList(dst []byte, elem *value, list *sliceWords) ([]byte, *Error) {
	if list.len == 0 {
		return append(dst, "[]"...), nil
	}
	start := len(dst)
	dst, err := appendElements(dst, elem, list)
	dst[start] = '['
	return append(dst, ']'), err
}

// appendElements writes the elements of an array, each with a comma before it. What events have
// long lists of goes without appendValue and appendBare for each element.
func appendElements(dst []byte, elem *value, list *sliceWords) ([]byte, *Error) {
	if elem.presence == Required {
		switch elem.op {
		case String:
			return appendEach(dst, *at[[]string](Pointer(list)), appendString)
		case Float32:
			return appendFloat32s(dst, *at[[]float32](Pointer(list)))
		case Float64:
			return appendEach(dst, *at[[]float64](Pointer(list)), appendFloat64)
		}
	}
	for i := range list.len {
		var err *Error
		dst, err = appendValue(append(dst, ','), elem, add(list.data, uintptr(i)*elem.slotSize))
		if err != nil {
			return dst, err.in(indexSegment(i))
		}
	}
	return dst, nil
}

func appendEach[T any](dst []byte, list []T, write func([]byte, T) ([]byte, *Error)) ([]byte, *Error) {
	for i, v := range list {
		var err *Error
		if dst, err = write(append(dst, ','), v); err != nil {
			return dst, err.in(indexSegment(i))
		}
	}
	return dst, nil
}

func appendOneOrMany(dst []byte, elem *value, v *oneOrManyWords) ([]byte, *Error) {
	if v.single && v.values.len == 1 {
		return appendValue(dst, elem, v.values.data)
	}
	return appendList(dst, elem, &v.values)
}

// appendMap writes an object; nil as an empty one.
func appendMap(dst []byte, elem *value, p Pointer) ([]byte, *Error) {
	start := len(dst)
	dst, err := elem.slot.appendMap(dst, elem, p)
	return closeObject(dst, start), err
}

// appendEntry writes an entry of a map with a comma before it.
func appendEntry(dst []byte, key string, elem *value, p Pointer) ([]byte, *Error) {
	dst, err := appendString(append(dst, ','), key)
	if err == nil {
		if dst = append(dst, ':'); elem.op == String && elem.presence == Required {
			dst, err = appendString(dst, *at[string](p))
		} else {
			dst, err = appendValue(dst, elem, p)
		}
	}
	if err != nil {
		return dst, err.in(keySegment(key))
	}
	return dst, nil
}

// appendUnion writes the branch with its tag first.
func appendUnion(dst []byte, u *union, w *ifaceWords) ([]byte, *Error) {
	if w.kind == nil {
		return dst, unencodable("the union is nil")
	}
	for i := range u.branches {
		b := &u.branches[i]
		if b.kind == w.kind {
			return appendBranch(dst, u, b, w.pointee(b.direct))
		}
	}
	if u.other != nil && u.other.kind == w.kind {
		return appendJSON(dst, at[UnknownBranch](w.data).Raw)
	}
	return dst, unencodable("the union holds a type that is none of its branches; are they held by value?")
}

// appendBranch writes a struct behind the tag, which must not be among the members it keeps.
func appendBranch(dst []byte, u *union, b *branch, p Pointer) ([]byte, *Error) {
	o := b.shape.object
	if o.unknown == KeepUnknown {
		if _, twice := at[Unknown](add(p, o.keep)).Get(u.tag); twice {
			return dst, unencodable("the object already has this member").in(keySegment(u.tag))
		}
	}
	dst, err := appendMembers(append(dst, b.head...), o, p)
	return append(dst, '}'), err
}

func appendScalar(dst []byte, allow Alternatives, s *Scalar) ([]byte, *Error) {
	if s.kind == NoScalar || allow&(1<<(s.kind-1)) == 0 {
		return dst, unencodable("the sum holds none of its alternatives")
	}
	switch s.kind {
	case StringScalar:
		return appendString(dst, s.text)
	case BoolScalar:
		return strconv.AppendBool(dst, s.bits == 1), nil
	case Int64Scalar:
		return appendInt(dst, int64(s.bits)), nil
	default:
		f, _ := s.AsFloat64()
		return appendFloat64(dst, f)
	}
}

func appendForeignText(dst []byte, t *Text, p Pointer) ([]byte, *Error) {
	out, err := t.Append(append(dst, '"'), p)
	if err != nil {
		return dst, unencodable("the " + t.Name + " has no text")
	}
	return append(out, '"'), nil
}
