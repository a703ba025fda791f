package codec

import "regexp"

// A program is a linked table: what the interpreter runs.
type program struct {
	shapes   []*shape // by ID
	err      *Error
	patterns []func() (*regexp.Regexp, error) // compiled on first use
}

// An opcode selects how a bare value is read, written and checked. The builtin IDs are opcodes.
type opcode = ID

const (
	opStruct opcode = JSONType + 1 + iota
	opList
	opMap
	opOneOrMany
	opScalarSum
	opUnion
	opText
)

// A shape is one linked type.
type shape struct {
	op      opcode
	name    string
	size    uintptr
	memory  Memory // of the type itself; nil if nothing needs it
	elem    *value // of list, map, one-or-many
	object  *object
	union   *union
	enum    *Enum
	allow   Alternatives
	text    *Text
	checked bool // Validate has something to do in it
}

// A value is a use of a shape: how one field or element is held and checked.
type value struct {
	op       opcode
	presence Presence
	boxed    bool // held by pointer
	checked  bool // Validate has something to do here or below
	slotSize uintptr
	slot     Memory // of what holds the value: the shape's, or that of a pointer
	shape    *shape
	checks   []check
}

// An object is a linked struct.
type object struct {
	qualified string // package.Name
	fields    []field
	index     map[string]int // of fields by name
	required  []uint64       // bit set of the fields whose absence is an error
	unknown   UnknownPolicy
	keep      uintptr
}

// A field is a linked member.
type field struct {
	value
	name      string
	key       string // `"name":`, as it is written
	head      padded // key with a comma before it
	offset    uintptr
	sensitive bool
}

// A union is a linked sum of structs.
type union struct {
	name     string
	tag      string
	branches []branch // in the order of the prototypes
	index    map[string]int
	other    *branch // keeps unknown branches; nil if they are refused
}

// A branch is one linked form of a union.
type branch struct {
	tag    string
	head   string // `{"tag":"value"`, as it is written
	kind   Pointer
	direct directness
	shape  *shape
}

// bits in a set of fields.
func setBit(set []uint64, i int)      { set[i>>6] |= 1 << (i & 63) }
func hasBit(set []uint64, i int) bool { return set[i>>6]&(1<<(i&63)) != 0 }
