package codec

// DescriptorV1 names the descriptor format of this file. Generated code refers to it, so that code
// written for a format this package no longer reads does not compile.
const DescriptorV1 = 1

// ID names a type inside one Table: a builtin below First, or an index into Table.Types.
// Types refer to each other by ID rather than by pointer, so that recursive types are no
// initialization cycle and the whole table is laid out by the compiler.
type ID uint32

// The builtin types. The comment is the Go type that a required field of it has.
const (
	Invalid      ID = iota // the zero ID is never valid
	String                 // string
	Bool                   // bool
	Int32                  // int32
	Int64                  // int64
	Uint32                 // uint32
	Uint64                 // uint64
	Int64Text              // int64, a JSON string on the wire
	Uint64Text             // uint64, a JSON string on the wire
	Float32                // float32
	Float64                // float64
	Bytes                  // []byte, base64 (standard alphabet, padded) on the wire
	UUID                   // uuid.UUID
	URI                    // string; the form is checked by Validate only
	Email                  // string; the form is checked by Validate only
	Timestamp              // time.Time, RFC 3339
	UnixSeconds            // time.Time, a number of seconds on the wire
	UnixMillis             // time.Time, a number of milliseconds on the wire
	UnixMicros             // time.Time, a number of microseconds on the wire
	DateType               // Date
	TimeType               // TimeOfDay
	DurationType           // Duration
	JSONType               // JSON, kept byte for byte

	// First is the ID of the first type that a package declares itself.
	First ID = 32
)

// Table describes all types of one generated package. It is a package-level variable of
// generated code, built from constants only, and is linked into a program on first use.
// A Table must not be changed or copied after its first use.
type Table struct {
	// Package is the schema package, as in error messages.
	Package string
	// Types holds the composite types at the index of their ID; entries below First are nil.
	Types []Type
	// Limits bounds what is decoded; zero members stand for the defaults.
	Limits Limits

	link linker
}

// Limits bounds the input of one decode.
type Limits struct {
	// MaxDepth is the deepest nesting of arrays and objects; 0 stands for DefaultMaxDepth.
	MaxDepth int
	// MaxSize is the largest input in bytes; 0 stands for DefaultMaxSize.
	MaxSize int
}

// The limits that hold where a Table sets none.
const (
	DefaultMaxDepth = 128
	DefaultMaxSize  = 64 << 20
)

// Type is one composite type of a Table: *Struct, *List, *Map, *OneOrManyOf, *Enum, *ScalarSum,
// *Union, *Text or *Import.
type Type interface{ typeName() string }

// Presence says how a value may be missing, and so which Go shape holds it.
type Presence uint8

const (
	// Required values are always written; on read absence and null are errors. Go: T.
	Required Presence = iota
	// Optional values may be absent; a null that is read is taken as absence (of a JSONType it
	// is kept). Go: *T, or T itself where T is a list, map, union, Bytes or JSONType.
	Optional
	// Nullable values are always written, nil as null; absence is an error. Go: as Optional.
	Nullable
	// MaybeNull values keep absent, null and value apart. Go: Maybe[T].
	MaybeNull
)

// Field is one member of a Struct.
type Field struct {
	Name      string  // name on the wire
	Offset    uintptr // unsafe.Offsetof the Go field
	Type      ID
	Presence  Presence
	Checks    []Check // enforced by Validate, never on read
	Sensitive bool    // errors never quote the value
}

// Elem is what a list, map or one-or-many holds. Its presence is Required or Nullable.
type Elem struct {
	Type     ID
	Presence Presence
	Checks   []Check // enforced on each element
}

// UnknownPolicy says what decoding does with members that a Struct does not declare.
type UnknownPolicy uint8

const (
	SkipUnknown   UnknownPolicy = iota // check their syntax, count them, forget them
	KeepUnknown                        // keep them in a field of type Unknown, write them last
	RejectUnknown                      // fail with CodeUnknownField
)

// Struct is a JSON object with declared members.
type Struct struct {
	Name    string
	Size    uintptr // unsafe.Sizeof the Go struct
	Memory  Memory  // Of[T]{}; nil for a struct that no pointer, list, map, union or Maybe holds
	Unknown UnknownPolicy
	Keep    uintptr // unsafe.Offsetof the Unknown field, with KeepUnknown
	Fields  []Field // in schema order, which is the order of writing
}

// List is a JSON array: []T.
type List struct{ Elem Elem }

// Map is a JSON object with free names: map[string]T. Names are written in byte order.
type Map struct{ Elem Elem }

// OneOrManyOf is a T or an array of T: OneOrMany[T].
type OneOrManyOf struct{ Elem Elem }

// Enum is a named string or integer type (int64). Values lists are for Validate and samples.
type Enum struct {
	Name    string
	Strings []string // of a string enum
	Ints    []int64  // of an integer enum; the enum is one if Strings is empty
	Closed  bool     // Validate refuses other values
}

// Alternatives is the set of forms that a ScalarSum takes.
type Alternatives uint8

const (
	AllowString Alternatives = 1 << iota
	AllowBool
	AllowInt64
	AllowFloat64
)

// ScalarSum is a sum of scalars, a Go type whose underlying type is that of Scalar.
type ScalarSum struct {
	Name  string
	Allow Alternatives
}

// Union is an object told apart by the string member Tag: a sealed Go interface whose branches
// are structs held by value.
type Union struct {
	Name   string
	Tag    string
	Memory Memory // Of[U]{}; needed where a list or map holds the union
	// Prototypes is Prototypes[U]{A{}, B{}, UUnknown{}}: a zero value per entry of Branches in
	// the same order, then, if unknown branches are kept, one of a type laid out as UnknownBranch.
	Prototypes PrototypeList
	Branches   []Branch
}

// Branch is one form of a Union.
type Branch struct {
	Tag  string // value of the tag
	Type ID     // a *Struct, or an *Import of one
}

// Text is a foreign type whose wire form is a JSON string, such as a decimal.
type Text struct {
	Name   string
	Size   uintptr
	Memory Memory
	// Append appends the text (unquoted, no escaping needed) of the value at p.
	Append func(dst []byte, p Pointer) ([]byte, error)
	// Parse sets the value at p; s must not be retained.
	Parse func(p Pointer, s string) error
	// Check reports whether the value at p meets c; nil if no constraint applies to the type.
	Check func(p Pointer, c *Check) bool
	// Sample is a text that Parse takes.
	Sample string
}

// Import is a Struct, Enum, ScalarSum or Union that another package declares.
type Import struct {
	Table *Table
	Name  string
}

// Check is one constraint on a value. Which member carries the bound depends on Constraint.
type Check struct {
	Constraint Constraint
	Int        int64   // bound of signed integers, lengths, counts and scale
	Uint       uint64  // bound of unsigned integers
	Float      float64 // bound of floats
	Text       string  // pattern, bound of a Text type, or const as JSON
}

// Constraint names what a Check demands.
type Constraint uint8

const (
	Min          Constraint = iota + 1 // value >= bound; Int, Uint, Float or Text by the type
	Max                                // value <= bound
	ExclusiveMin                       // value > bound
	ExclusiveMax                       // value < bound
	MultipleOf                         // value / bound is whole
	MinLength                          // characters (runes) of a string, bytes of Bytes: Int
	MaxLength                          // as MinLength
	Pattern                            // RE2 expression that must match somewhere in the string: Text
	MinItems                           // entries of a list, map or one-or-many: Int
	MaxItems                           // as MinItems
	UniqueItems                        // no two elements of a list are written alike
	Const                              // the one value allowed, in the bytes that encode it: Text
	OneOf                              // a JSON array of the values allowed, each in the bytes that encode it: Text
	Scale                              // most digits after the point of a decimal: Int
	Format                             // reported for uri and email; never written in a table
	ClosedEnum                         // reported for closed enums; never written in a table
	NonNil                             // reported for required unions; never written in a table
)

func (t *Struct) typeName() string      { return t.Name }
func (t *List) typeName() string        { return "list" }
func (t *Map) typeName() string         { return "map" }
func (t *OneOrManyOf) typeName() string { return "one_or_many" }
func (t *Enum) typeName() string        { return t.Name }
func (t *ScalarSum) typeName() string   { return t.Name }
func (t *Union) typeName() string       { return t.Name }
func (t *Text) typeName() string        { return t.Name }
func (t *Import) typeName() string      { return t.Name }
