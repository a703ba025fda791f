package codec

import "sync"

// A decoder reads one document in a single pass. Its methods leave pos behind what they read.
type decoder struct {
	src      []byte
	pos      int
	depth    int
	maxDepth int
	skipped  int      // unknown members
	block    []byte   // where the strings of this document stand
	scratch  []byte   // unescaped text on its way into a block
	texts    []string // elements of a list on their way into a slice of the right size
	names    []string // undeclared names of the objects being read; they may view src
	escaped  bool     // whether the last rawText was unescaped, and so stands in scratch
}

// Decoders are kept because their scratch space is worth keeping.
var decoders = sync.Pool{New: func() any { return new(decoder) }}

const maxKeptBuffer = 64 << 10

// borrowDecoder returns a decoder over data. A data that is too large is not looked at: document
// reports it.
func borrowDecoder(data []byte, limits Limits) *decoder {
	d := decoders.Get().(*decoder)
	d.src, d.pos, d.skipped = data, 0, 0
	d.depth, d.maxDepth = 0, limits.MaxDepth
	if d.maxDepth == 0 {
		d.maxDepth = DefaultMaxDepth
	}
	size := limits.MaxSize
	if size == 0 {
		size = DefaultMaxSize
	}
	if len(data) > size {
		d.pos = -1
	}
	return d
}

// release gives the decoder back without anything of the document.
func (d *decoder) release() {
	d.src, d.block = nil, nil
	if cap(d.scratch) > maxKeptBuffer {
		d.scratch = nil
	}
	d.texts = emptied(d.texts)
	d.names = emptied(d.names)
	decoders.Put(d)
}

// emptied returns s without its strings, or nil if it has grown large.
func emptied(s []string) []string {
	s = s[:cap(s)]
	if len(s) > maxKeptBuffer/16 {
		return nil
	}
	clear(s)
	return s[:0]
}

// document reads the whole input as one object.
func (d *decoder) document(s *shape, p Pointer) *Error {
	if d.pos < 0 {
		return &Error{Code: CodeTooLarge, Message: "the input is larger than the limit"}
	}
	d.space()
	if err := d.object(s.object, p, ""); err != nil {
		return err
	}
	if d.space(); d.pos < len(d.src) {
		return d.fail(CodeTrailing, "want the end of the input")
	}
	return nil
}

// value reads a value as its presence allows.
func (d *decoder) value(v *value, p Pointer) *Error {
	if v.presence != Required {
		return d.absentable(v, p)
	}
	return d.bare(v.op, v.shape, p)
}

// absentable reads a value that may be null, or whose Go shape is not that of the bare value.
func (d *decoder) absentable(v *value, p Pointer) *Error {
	if d.peek() == 'n' && (v.op != JSONType || v.presence == MaybeNull) {
		if err := d.literal("null"); err != nil {
			return err
		}
		clearValue(v, p)
		if v.presence == MaybeNull {
			*at[maybeState](add(p, v.shape.size)) = maybeNull
		}
		return nil
	}
	if v.boxed {
		q := v.shape.memory.grow(nil, 0, 1)
		if err := d.bare(v.op, v.shape, q); err != nil {
			return err
		}
		*at[Pointer](p) = q
		return nil
	}
	if err := d.bare(v.op, v.shape, p); err != nil {
		return err
	}
	if v.presence == MaybeNull {
		*at[maybeState](add(p, v.shape.size)) = maybeValue
	}
	return nil
}

// clearValue makes the value at p absent.
func clearValue(v *value, p Pointer) {
	switch {
	case v.presence == MaybeNull:
		v.shape.memory.clear(p)
		*at[maybeState](add(p, v.shape.size)) = maybeAbsent
	case v.boxed || v.op == opMap:
		*at[Pointer](p) = nil
	case v.op == opUnion:
		*at[ifaceWords](p) = ifaceWords{}
	default:
		*at[sliceWords](p) = sliceWords{}
	}
}

// bare reads a value that is not null. It is one switch because a table of functions that refer
// back to it would be an initialization cycle, and a jump table is what the compiler makes of it.
func (d *decoder) bare(op opcode, s *shape, p Pointer) *Error {
	switch op {
	case String, URI, Email:
		return d.stringInto(at[string](p))
	case Bool:
		return d.boolInto(at[bool](p))
	case Int32:
		return d.int32Into(at[int32](p))
	case Int64:
		return d.int64Into(at[int64](p))
	case Uint32:
		return d.uint32Into(at[uint32](p))
	case Uint64:
		return d.uint64Into(at[uint64](p))
	case Int64Text:
		return d.int64TextInto(at[int64](p))
	case Uint64Text:
		return d.uint64TextInto(at[uint64](p))
	case Float32:
		return d.float32Into(at[float32](p))
	case Float64:
		return d.float64Into(at[float64](p))
	case Bytes:
		return d.bytesInto(at[[]byte](p))
	case UUID:
		return d.uuidInto(at[[16]byte](p))
	case Timestamp, UnixSeconds, UnixMillis, UnixMicros:
		return d.timeInto(op, p)
	case DateType, TimeType, DurationType:
		return d.calendarInto(op, p)
	case JSONType:
		return d.jsonInto(at[[]byte](p))
	case opStruct:
		return d.object(s.object, p, "")
	case opList:
		return d.list(s.elem, at[sliceWords](p))
	case opMap:
		return d.mapInto(s.elem, p)
	case opOneOrMany:
		return d.oneOrMany(s.elem, at[oneOrManyWords](p))
	case opScalarSum:
		return d.scalarInto(s.allow, at[Scalar](p))
	case opUnion:
		return d.union(s.union, at[ifaceWords](p))
	case opText:
		return d.foreignText(s.text, p)
	}
	return d.fail(CodeDescriptor, "the table has no such type")
}

// enter counts one level of nesting.
func (d *decoder) enter() *Error {
	if d.depth++; d.depth > d.maxDepth {
		return d.fail(CodeTooDeep, "nested deeper than the limit")
	}
	return nil
}

// peek returns the byte at pos, 0 at the end of the input. (A NUL in the input is no token, so the
// two are told apart where it matters: in fail.)
func (d *decoder) peek() byte {
	if d.pos < len(d.src) {
		return d.src[d.pos]
	}
	return 0
}

// space skips white space and returns the byte behind it, 0 at the end.
func (d *decoder) space() byte {
	for d.pos < len(d.src) {
		c := d.src[d.pos]
		if c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
		d.pos++
	}
	return 0
}

// literal reads true, false or null.
func (d *decoder) literal(word string) *Error {
	rest := d.src[d.pos:]
	if len(rest) >= len(word) && string(rest[:len(word)]) == word {
		d.pos += len(word)
		return nil
	}
	for i := 0; i < len(word) && i < len(rest); i++ {
		if rest[i] != word[i] {
			d.pos += i
			return d.fail(CodeSyntax, "want "+word)
		}
	}
	d.pos = len(d.src)
	return d.fail(CodeSyntax, "want "+word)
}

// fail returns an error at pos: CodeTruncated instead of a syntax or type error at the end of the
// input. It quotes one byte of the input at most.
func (d *decoder) fail(code Code, message string) *Error {
	e := &Error{Code: code, Offset: int64(d.pos), Message: message}
	switch code {
	case CodeSyntax, CodeType, CodeNull:
		if d.pos >= len(d.src) {
			e.Code, e.Message = CodeTruncated, "the input ends: "+message
		} else if code == CodeSyntax {
			e.Excerpt = excerpt(d.src[d.pos : d.pos+1])
		}
	}
	return e
}

// failToken is fail at the token that starts at the given place and ends at pos.
func (d *decoder) failToken(code Code, start int, message string) *Error {
	return &Error{Code: code, Offset: int64(start), Message: message, Excerpt: excerpt(d.src[start:d.pos])}
}

// mistyped reports that the value at pos is of another kind than wanted. The value is read so that
// bad syntax is reported as such, and quoted if it is a scalar.
func (d *decoder) mistyped(want string) *Error {
	start := d.pos
	c := d.peek()
	if err := d.skip(); err != nil {
		return err
	}
	if c == 'n' {
		return &Error{Code: CodeNull, Offset: int64(start), Message: "want " + want + ", not null"}
	}
	if c == '{' || c == '[' {
		return &Error{Code: CodeType, Offset: int64(start), Message: "want " + want + ", not " + kindName(c)}
	}
	return d.failToken(CodeType, start, "want "+want)
}

func kindName(c byte) string {
	if c == '{' {
		return "an object"
	}
	return "an array"
}
