package syntax

import "github.com/evgen/evgen/schema/source"

// Document is one schema file as written: nothing is resolved, order is kept.
type Document struct {
	File        *source.File
	Package     Text
	Doc         Text
	Owner       Text
	Types       []*TypeDecl
	Aggregates  []*AggregateDecl
	Events      []*EventDecl
	Projections []*ProjectionDecl
	Consumers   []*ConsumerDecl
	Reactions   []*ReactionDecl
	Sagas       []*SagaDecl
}

// Text is a string and its place. The zero Text was not written.
type Text struct {
	Value string
	Span  source.Span
}

// Flag is a bool and its place. The zero Flag was not written.
type Flag struct {
	Value bool
	Span  source.Span
}

// Literal is any YAML value, kept as canonical JSON (compact, keys in the order written, numbers as written). Nil JSON: not written.
type Literal struct {
	JSON []byte
	Span source.Span
}

// TypeDecl is a named type: Versions, or exactly one version numbered 1 with Versioned false.
type TypeDecl struct {
	Name      Text
	Doc       Text
	Versioned bool
	Versions  []*TypeVersionDecl
	Span      source.Span
}

// TypeVersionDecl is one shape of a named type. Exactly one of Struct, Enum and Union is set.
type TypeVersionDecl struct {
	Number int
	Draft  Flag
	Doc    Text
	Struct *StructDecl
	Enum   *EnumDecl
	Union  *UnionDecl
	Upcast *UpcastDecl
	Span   source.Span // of the number, or of the name
}

// StructDecl is `fields:` with `unknown:` and `unchecked:`.
type StructDecl struct {
	Fields    []*FieldDecl
	Unknown   Text    // "", "skip", "keep", "reject"
	Unchecked Literal // a mapping: keywords of JSON Schema
	Span      source.Span
}

// FieldDecl is one field, in short or long form.
type FieldDecl struct {
	Name       Text
	Type       *TypeExpr
	Doc        Text
	JSON       Text
	Go         Text
	Deprecated Text
	Unit       Text
	Sensitive  Flag
	Subject    Text
	Encoding   Text
	Default    Literal
	Example    Literal
	Limits     LimitsDecl
	Each       *LimitsDecl // constraints on the elements of a list or map
	Unchecked  Literal     // a mapping: keywords of JSON Schema
	Span       source.Span
}

// LimitsDecl is the constraints of a field as written; a Literal with nil JSON was not written.
type LimitsDecl struct {
	Min, Max, ExclusiveMin, ExclusiveMax, MultipleOf Literal
	MinLength, MaxLength, MinItems, MaxItems, Scale  Literal
	Pattern                                          Text
	UniqueItems                                      Flag
	Const                                            Literal
	OneOf                                            Literal // a list
	Span                                             source.Span
}

// EnumDecl is `enum:` with `closed:` and `fallback:`.
type EnumDecl struct {
	Values   []*EnumValueDecl
	Closed   Flag
	Fallback Literal
	Span     source.Span
}

// EnumValueDecl is a scalar, or a mapping {value, go, doc, deprecated}.
type EnumValueDecl struct {
	Value      Literal
	Go         Text
	Doc        Text
	Deprecated Text
}

// UnionDecl is `union:` with `tag:` and `closed:`. As a list, a branch's tag is its type's name.
type UnionDecl struct {
	Tag      Text
	Closed   Flag
	Branches []*BranchDecl
	Span     source.Span
}

// BranchDecl is one alternative of a union.
type BranchDecl struct {
	Tag  Text
	Type *TypeExpr
}

// TypeExpr is a parsed type expression such as `list<string | null>?`.
type TypeExpr struct {
	Name     string      // "string", "list", "Source", "billing.Money"; empty for a sum
	Version  int         // of "Source@2"; 0 if none
	Args     []*TypeExpr // of list, map, one_or_many
	Alts     []*TypeExpr // of a sum, without null
	Nullable bool        // "| null"
	Optional bool        // "?": only at the top
	Span     source.Span
}

// AggregateDecl is one aggregate.
type AggregateDecl struct {
	Name Text
	Doc  Text
	ID   *TypeExpr
	Span source.Span
}

// EventDecl is one event.
type EventDecl struct {
	Name       Text
	Doc        Text
	Owner      Text
	Wire       Text // `type:`
	Was        []Text
	Aggregate  Text
	Key        Text // dotted path
	Retired    Flag
	Deprecated Text
	Versions   []*EventVersionDecl
	Upcast     *UpcastDecl // only Into, Drop and Go
	Span       source.Span
}

// EventVersionDecl is one version of an event.
type EventVersionDecl struct {
	Number int
	Draft  Flag
	Doc    Text
	Struct *StructDecl
	Upcast *UpcastDecl
	Span   source.Span
}

// UpcastDecl is an `upcast:` mapping. Rules are mappings, so `drop: [..]` and `into: [..]`, whose values are
// lists, and the flag `go: true` cannot be mistaken for fields of those names.
type UpcastDecl struct {
	Rules  []*RuleDecl
	Drop   []Text // dotted paths
	Into   []*IntoDecl
	IsInto bool           // `into:` was written, possibly empty
	Enum   []*EnumMapDecl // whole-type step of an enum: `enum: {old: new}`
	Go     Flag
	Span   source.Span
}

// IntoDecl is one target of `into:`: `A`, `A@2`, or `A: {field: rule}`.
type IntoDecl struct {
	Event   Text
	Version int
	Rules   []*RuleDecl
	Span    source.Span
}

// RuleDecl is one upcast rule for a target field (a dotted path).
type RuleDecl struct {
	Target   Text
	From     Text
	Default  Literal
	Value    Literal
	Convert  Text
	Layout   Text
	Else     Literal
	Enum     []*EnumMapDecl
	Template Text
	Wrap     Text // "list"
	Unwrap   Text // "first"
	Go       Flag
	Span     source.Span
}

// EnumMapDecl renames one enum value.
type EnumMapDecl struct {
	Old, New Literal
	Span     source.Span
}

// ProjectionDecl is one read model.
type ProjectionDecl struct {
	Name        Text
	Doc         Text
	Handler     Text // "go" or empty
	PartitionBy Text
	Key         []*ColumnDecl
	Indexes     [][]Text
	On          []*OnDecl
	Span        source.Span
}

// ColumnDecl is a column and where its value comes from.
type ColumnDecl struct {
	Name Text
	From Literal // a string: field path or $envelope; {value: v} or any other scalar: a literal
}

// OnDecl is what happens on an event: `delete`, or set and add.
type OnDecl struct {
	Event   Text
	Delete  Flag
	Creates *Flag // begins rows, or only changes those that are there; nil: follows from the others
	Set     []*ColumnDecl
	Add     []*ColumnDecl
	Span    source.Span
}

// ConsumerDecl is one reader of events.
type ConsumerDecl struct {
	Name  Text
	Go    Text
	Doc   Text
	Team  Text
	Reads []Text
	Span  source.Span
}

// ReactionDecl is one reaction.
type ReactionDecl struct {
	Name  Text
	Go    Text
	Doc   Text
	On    []Text
	Emits []Text
	Span  source.Span
}

// SagaDecl is one saga.
type SagaDecl struct {
	Name      Text
	Go        Text
	Doc       Text
	Start     Text
	Correlate Text
	Timeout   Text
	Emits     []Text
	Steps     []*SagaStepDecl
	Span      source.Span
}

// SagaStepDecl is one step of a saga.
type SagaStepDecl struct {
	Name       Text
	Do         *Flag // false: the step consists of waiting
	Compensate Text
	Timeout    Text
	RetryMax   Literal
	Backoff    Text
	RetryBase  Text
	RetryCap   Text
	Await      []*AwaitDecl
	Refuse     []*AwaitDecl
	Span       source.Span
}

// AwaitDecl is an event that a step waits for, and where its correlation key is.
type AwaitDecl struct {
	Event Text
	Key   Text
}

// IsZero reports whether no constraint was written.
func (l *LimitsDecl) IsZero() bool {
	for _, x := range [...]Literal{l.Min, l.Max, l.ExclusiveMin, l.ExclusiveMax, l.MultipleOf, l.MinLength, l.MaxLength, l.MinItems, l.MaxItems, l.Scale, l.Const, l.OneOf} {
		if x.JSON != nil {
			return false
		}
	}
	return l.Pattern.Value == "" && !l.UniqueItems.Value
}
