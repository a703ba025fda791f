package model

import "github.com/evgen/evgen/schema/source"

// Upcast makes a value of one version from a value of the previous one.
//
// For structs it has one rule for each field of the target, in the target's order: those that were
// written and those that follow from equal names. For enums and unions it may hold Enum or Go.
type Upcast struct {
	From, To *Shaped
	Rules    []*Rule
	Drop     []*Path    // fields of the old version that end here
	Enum     []*EnumMap // renamed values of an enum type; values of the same name carry themselves
	Go       bool       // the whole step is written by hand
	Span     source.Span
}

// Shaped is a version of an event or of a type: exactly one is set.
type Shaped struct {
	Event *EventVersion
	Type  *TypeVersion
}

// Into says which events the newest version of an event becomes.
type Into struct {
	Targets []*IntoTarget // none: the fact vanishes
	Drop    []*Path
	Go      bool // written by hand: any number of the targets
	Span    source.Span
}

// IntoTarget is one event made of another one, with a rule for each of its fields.
type IntoTarget struct {
	Version *EventVersion
	Rules   []*Rule
	Span    source.Span
}

// Op is what a rule does.
type Op uint8

// The operations of upcast rules.
const (
	OpCarry    Op = iota // the field of the same name, of equal or losslessly wider type, or another version of its named type
	OpFrom               // another field, possibly nested
	OpDefault            // Value for facts that lack From (or for all, when From is nil)
	OpValue              // Value always
	OpConvert            // From through Convert, Value when that fails
	OpEnum               // From through Enum
	OpTemplate           // Template
	OpWrap               // From as the only element of a list
	OpUnwrap             // the first element of the list From, Value when there is none
	OpEnvelope           // Envelope
	OpAbsent             // an optional field that stays absent
	OpNested             // Rules build a nested struct
	OpGo                 // hand-written
)

// Rule makes one field of the target.
//
// A source lacks a value when its field, or a struct on the way to it, is absent, and when it is null where the
// target cannot be null. Then the target gets Value; without one it is optional and becomes absent. Apart from
// that a source fits its target without loss: see package resolve for what widens to what.
type Rule struct {
	Target   *Field
	Op       Op
	Optional bool        // the target field may be absent
	From     *Path       // set for OpCarry too
	Value    *Value      // OpDefault, OpValue; also what `else:` and `default:` give; of the target's type
	Convert  *Conversion // OpConvert
	Enum     []*EnumMap  // OpEnum
	Template []TemplatePart
	Envelope EnvelopeField
	Rules    []*Rule // OpNested: one for each field of the nested struct
	Implied  bool    // not written in the schema
	Span     source.Span
}

// EnumMap renames one enum value. Old and New are the literals.
type EnumMap struct {
	Old, New *Value
	Span     source.Span
}

// TemplatePart is literal text or a field.
type TemplatePart struct {
	Text string
	From *Path // nil for text
}

// Conversion is a built-in conversion between scalars.
type Conversion struct {
	Name    string // "unix_ms_to_timestamp"
	Layout  string // of string_to_timestamp and timestamp_to_string; a Go time layout
	CanFail bool
}

// EnvelopeField names a member of the envelope.
type EnvelopeField uint8

// The members of the envelope that rules may use.
const (
	EnvOccurredAt EnvelopeField = iota + 1
	EnvRecordedAt
	EnvStreamID
	EnvEventID
	EnvCorrelationID
	EnvCausationID
	EnvActor
	EnvTenant
)
