// Package model is the resolved schema: every name is bound, every version
// chain is complete, every upcast rule is checked.
//
// In: nothing; package resolve builds it. Out: plain data that may be printed.
// It holds no Go names (package plan settles those) and never changes after it is built.
package model

import "github.com/evgen/evgen/schema/source"

// Model is all packages of a schema tree, sorted by name.
type Model struct {
	Packages []*Package
}

// Package is one schema package: the union of all files that name it.
type Package struct {
	Name  string
	Doc   string
	Owner string
	Files []*source.File // sorted by name
	Span  source.Span    // of the first `package:` value

	// In file order, then in order of declaration.
	Types       []*Type
	Aggregates  []*Aggregate
	Events      []*Event
	Projections []*Projection
	Consumers   []*Consumer
	Reactions   []*Reaction
	Sagas       []*Saga
}

// Aggregate is a consistency boundary whose events share a stream "<Name>-<id>".
type Aggregate struct {
	Package *Package
	Name    string
	Doc     string
	ID      *TypeRef // string, uuid, int64 and the like: a scalar that can stand in a stream id
	Events  []*Event // in order of declaration
	Span    source.Span
}

// Event is a fact in all its versions.
type Event struct {
	Package    *Package
	Name       string
	Doc        string
	Owner      string   // own or the package's
	Wire       string   // wire type: "memory.MemoryCreated" unless set by `type:`
	Was        []string // former wire types, which still decode; a bare former name stands here as "<package>.<name>"
	Aggregate  *Aggregate
	Key        *Path           // ordering key of an event without an aggregate, valid in the newest version; nil if none
	Retired    bool            // decodable, not producible
	Deprecated string          // reason; empty if not deprecated
	Versions   []*EventVersion // ascending, never empty
	Into       *Into           // nil unless old facts of this event become other events
	Span       source.Span
}

// Latest returns the newest version that is not a draft, or the newest of all if every version is a draft.
func (e *Event) Latest() *EventVersion {
	for i := len(e.Versions) - 1; i >= 0; i-- {
		if !e.Versions[i].Draft {
			return e.Versions[i]
		}
	}
	return e.Versions[len(e.Versions)-1]
}

// Version returns the version with that number, or nil.
func (e *Event) Version(number int) *EventVersion {
	for _, v := range e.Versions {
		if v.Number == number {
			return v
		}
	}
	return nil
}

// EventVersion is one shape of an event, in full.
type EventVersion struct {
	Event  *Event
	Number int
	Draft  bool
	Doc    string
	Struct *Struct
	Upcast *Upcast // from the previous version; nil for the first
	Span   source.Span
}

// Type is a named type in all its versions. A type without `versions:` has exactly one, numbered 1.
type Type struct {
	Package   *Package
	Name      string
	Doc       string
	Versioned bool
	Versions  []*TypeVersion // ascending, never empty
	Span      source.Span
}

// TypeVersion is one shape of a named type.
type TypeVersion struct {
	Type   *Type
	Number int
	Draft  bool
	Doc    string
	Shape  Shape
	Upcast *Upcast // from the previous version; nil for the first
	Span   source.Span
}

// Shape is a *Struct, an *Enum or a *Union.
type Shape interface{ shape() }

func (*Struct) shape() {}
func (*Enum) shape()   {}
func (*Union) shape()  {}

// Unknown says what decoding does with fields that the schema does not name.
type Unknown uint8

// The policies for unknown fields.
const (
	UnknownSkip   Unknown = iota // ignored
	UnknownKeep                  // kept raw and written again
	UnknownReject                // an error: a closed object
)

// Struct is an ordered set of fields.
type Struct struct {
	Fields    []*Field
	Unknown   Unknown
	Unchecked *Value // keywords of JSON Schema that objects should satisfy and that nothing enforces; nil if none
}

// Field returns the field with that schema name, or nil.
func (s *Struct) Field(name string) *Field {
	for _, f := range s.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Field is one member of a struct.
type Field struct {
	Name       string // as declared
	JSON       string // wire name; equals Name unless set by `json:`
	GoName     string // set by `go:`; else empty
	Doc        string
	Deprecated string
	Unit       string
	Sensitive  bool
	Subject    *Path // whose data it is: the field that names the subject; nil unless sensitive with `subject:`
	OfStream   bool  // the subject is the stream: `subject: $stream_id`
	Type       *TypeRef
	Optional   bool    // `T?`: may be absent. Nullability is in Type.
	Limits     *Limits // constraints on the value; nil if none
	Each       *Limits // constraints on each element of a list or map; nil if none
	Unchecked  *Value  // keywords of JSON Schema that the value should satisfy and that nothing enforces; nil if none
	Default    *Value
	Example    *Value
	Span       source.Span
}

// Sealed reports whether the field is encrypted for a subject.
func (f *Field) Sealed() bool { return f.Subject != nil || f.OfStream }

// SubjectText is whose data it is, as a schema says it; "" for nobody's.
func (f *Field) SubjectText() string {
	switch {
	case f.OfStream:
		return "$" + EnvStreamID.String()
	case f.Subject != nil:
		return f.Subject.String()
	}
	return ""
}

// Enum is a set of string or integer values.
type Enum struct {
	Kind     Kind // String or Int64
	Closed   bool // refuses unknown values on write
	Values   []*EnumValue
	Fallback *EnumValue // what readers take an unknown value for; nil if none
}

// EnumValue is one member of an enum.
type EnumValue struct {
	Text       string // the value of a string enum
	Int        int64  // the value of an integer enum
	GoName     string // set by `go:`; else empty
	Doc        string
	Deprecated string
	Span       source.Span
}

// Union is a choice between structs, told apart by the string under the tag name.
type Union struct {
	Tag      string // wire name of the tag
	Closed   bool   // refuses unknown branches on write
	Branches []*Branch
}

// Branch is one alternative of a union.
type Branch struct {
	Tag  string       // the tag's value
	Type *TypeVersion // a Struct
	Span source.Span
}

// Kind tells built-in types apart.
type Kind uint8

// The kinds of type references.
const (
	Invalid Kind = iota
	String
	Bool
	Int32
	Int64
	Uint32
	Uint64
	Float32
	Float64
	Decimal
	Bytes
	UUID
	URI
	Email
	Timestamp
	Date
	Time
	Duration
	JSON
	List      // Elem
	Map       // Elem; keys are strings
	OneOrMany // Elem
	Scalars   // Alts: a sum of scalars
	Named     // Type
)

// Encoding is a non-default wire form of a scalar.
type Encoding uint8

// The encodings.
const (
	EncodingDefault Encoding = iota
	EncodingString           // 64-bit integers as JSON strings
	EncodingUnixS            // timestamps as numbers
	EncodingUnixMS
	EncodingUnixUS
)

// TypeRef is a use of a type. It may be compared structurally with Equal.
type TypeRef struct {
	Kind     Kind
	Nullable bool
	Encoding Encoding     // of a scalar
	Elem     *TypeRef     // of List, Map and OneOrMany
	Alts     []*TypeRef   // of Scalars; at most one of each of string-like, bool, integer, float
	Named    *TypeVersion // of Named
	Span     source.Span
}

// Equal reports whether two references mean the same type, nullability and encoding included.
func (t *TypeRef) Equal(u *TypeRef) bool {
	if t == nil || u == nil {
		return t == u
	}
	if t.Kind != u.Kind || t.Nullable != u.Nullable || t.Encoding != u.Encoding || t.Named != u.Named || len(t.Alts) != len(u.Alts) {
		return false
	}
	for i := range t.Alts {
		if !t.Alts[i].Equal(u.Alts[i]) {
			return false
		}
	}
	return t.Elem.Equal(u.Elem)
}

// Limits are constraints that are enforced on write and never on read. Nil members do not constrain.
type Limits struct {
	Min, Max             *Value // numbers, decimals
	ExclusiveMin         *Value
	ExclusiveMax         *Value
	MultipleOf           *Value
	MinLength, MaxLength *int // characters of a string, bytes of bytes
	Pattern              string
	MinItems, MaxItems   *int
	UniqueItems          bool
	Const                *Value
	OneOf                []*Value // any of several values
	Scale                *int     // digits after the point of a decimal
	Span                 source.Span
}

// Value is a literal of the schema, checked against the type it stands for.
//
// Its JSON does not depend on the wire form of the type: 64-bit integers are numbers and timestamps are RFC 3339
// text whatever their encoding, one_or_many is an array, decimals are text, UUIDs are in lower case, structs have
// wire names, unions have their tag.
type Value struct {
	JSON []byte // canonical JSON: compact, object keys sorted
	Span source.Span
}

// Path is a way to a field through nested structs.
type Path struct {
	Fields []*Field // never empty
	Span   source.Span
}
