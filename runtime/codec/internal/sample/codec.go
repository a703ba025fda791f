package sample

import (
	"unsafe"

	"github.com/evgen/evgen/runtime/codec"
	"github.com/evgen/evgen/runtime/codec/internal/billing"
	"github.com/evgen/evgen/runtime/decimal"
)

// The struct types, for tests.
const (
	codecScalars = codec.First + iota
	codecOptionals
	codecNode
	codecCollections
	codecCard
	codecCash
	codecEmpty
	codecConstrained
	codecKind
	codecLevel
	codecStringOrInt64
	codecDecimal
	codecMoney
	codecPayment
	codecStringList
	codecFloat32List
	codecFloat64List
	codecInt64List
	codecKindList
	codecNullInt64List
	codecStringListList
	codecPaymentList
	codecMoneyList
	codecDecimalList
	codecTimestampList
	codecJSONList
	codecNodeList
	codecSumList
	codecShortList
	codecOneOrManyString
	codecOneOrManyInt64
	codecOneOrManyNode
	codecStringMap
	codecInt64Map
	codecNodeMap
	codecMoneyMap
	codecPaymentMap
	codecBoolMap
	codecBoolMapMap
	codecNullFloat64Map
	codecKindListMap
	codecScoreMap
	codecSecretMap
)

// Codec describes the types of this package to the runtime.
var Codec = codec.Table{
	Package: "sample",
	Types: []codec.Type{
		codecScalars: &codec.Struct{
			Name: "Scalars", Size: unsafe.Sizeof(Scalars{}),
			Fields: []codec.Field{
				{Name: "s", Offset: unsafe.Offsetof(Scalars{}.S), Type: codec.String},
				{Name: "b", Offset: unsafe.Offsetof(Scalars{}.B), Type: codec.Bool},
				{Name: "i32", Offset: unsafe.Offsetof(Scalars{}.I32), Type: codec.Int32},
				{Name: "i64", Offset: unsafe.Offsetof(Scalars{}.I64), Type: codec.Int64},
				{Name: "u32", Offset: unsafe.Offsetof(Scalars{}.U32), Type: codec.Uint32},
				{Name: "u64", Offset: unsafe.Offsetof(Scalars{}.U64), Type: codec.Uint64},
				{Name: "i64t", Offset: unsafe.Offsetof(Scalars{}.I64T), Type: codec.Int64Text},
				{Name: "u64t", Offset: unsafe.Offsetof(Scalars{}.U64T), Type: codec.Uint64Text},
				{Name: "f32", Offset: unsafe.Offsetof(Scalars{}.F32), Type: codec.Float32},
				{Name: "f64", Offset: unsafe.Offsetof(Scalars{}.F64), Type: codec.Float64},
				{Name: "raw", Offset: unsafe.Offsetof(Scalars{}.Raw), Type: codec.Bytes},
				{Name: "id", Offset: unsafe.Offsetof(Scalars{}.ID), Type: codec.UUID},
				{Name: "link", Offset: unsafe.Offsetof(Scalars{}.Link), Type: codec.URI},
				{Name: "mail", Offset: unsafe.Offsetof(Scalars{}.Mail), Type: codec.Email},
				{Name: "at", Offset: unsafe.Offsetof(Scalars{}.At), Type: codec.Timestamp},
				{Name: "sec", Offset: unsafe.Offsetof(Scalars{}.Sec), Type: codec.UnixSeconds},
				{Name: "ms", Offset: unsafe.Offsetof(Scalars{}.Ms), Type: codec.UnixMillis},
				{Name: "us", Offset: unsafe.Offsetof(Scalars{}.Us), Type: codec.UnixMicros},
				{Name: "day", Offset: unsafe.Offsetof(Scalars{}.Day), Type: codec.DateType},
				{Name: "noon", Offset: unsafe.Offsetof(Scalars{}.Noon), Type: codec.TimeType},
				{Name: "took", Offset: unsafe.Offsetof(Scalars{}.Took), Type: codec.DurationType},
				{Name: "any", Offset: unsafe.Offsetof(Scalars{}.Any), Type: codec.JSONType},
				{Name: "dec", Offset: unsafe.Offsetof(Scalars{}.Dec), Type: codecDecimal},
				{Name: "kind", Offset: unsafe.Offsetof(Scalars{}.Kind), Type: codecKind},
				{Name: "lvl", Offset: unsafe.Offsetof(Scalars{}.Lvl), Type: codecLevel},
				{Name: "sum", Offset: unsafe.Offsetof(Scalars{}.Sum), Type: codecStringOrInt64},
			},
		},
		codecOptionals: &codec.Struct{
			Name: "Optionals", Size: unsafe.Sizeof(Optionals{}),
			Fields: []codec.Field{
				{Name: "text", Offset: unsafe.Offsetof(Optionals{}.Text), Type: codec.String, Presence: codec.Optional},
				{Name: "number", Offset: unsafe.Offsetof(Optionals{}.Number), Type: codec.Int64, Presence: codec.Optional},
				{Name: "when", Offset: unsafe.Offsetof(Optionals{}.When), Type: codec.Timestamp, Presence: codec.Optional},
				{Name: "list", Offset: unsafe.Offsetof(Optionals{}.List), Type: codecStringList, Presence: codec.Optional},
				{Name: "map", Offset: unsafe.Offsetof(Optionals{}.Map), Type: codecInt64Map, Presence: codec.Optional},
				{Name: "any", Offset: unsafe.Offsetof(Optionals{}.Any), Type: codec.JSONType, Presence: codec.Optional},
				{Name: "raw", Offset: unsafe.Offsetof(Optionals{}.Raw), Type: codec.Bytes, Presence: codec.Optional},
				{Name: "pay", Offset: unsafe.Offsetof(Optionals{}.Pay), Type: codecPayment, Presence: codec.Optional},
				{Name: "node", Offset: unsafe.Offsetof(Optionals{}.Node), Type: codecNode, Presence: codec.Optional},
				{Name: "or", Offset: unsafe.Offsetof(Optionals{}.Or), Type: codecOneOrManyString, Presence: codec.Optional},
				{Name: "null", Offset: unsafe.Offsetof(Optionals{}.Null), Type: codec.String, Presence: codec.Nullable},
				{Name: "null_raw", Offset: unsafe.Offsetof(Optionals{}.NullRaw), Type: codec.JSONType, Presence: codec.Nullable},
				{Name: "null_map", Offset: unsafe.Offsetof(Optionals{}.NullMap), Type: codecStringMap, Presence: codec.Nullable},
				{Name: "null_pay", Offset: unsafe.Offsetof(Optionals{}.NullPay), Type: codecPayment, Presence: codec.Nullable},
				{Name: "maybe", Offset: unsafe.Offsetof(Optionals{}.Maybe), Type: codec.String, Presence: codec.MaybeNull},
				{Name: "maybe_n", Offset: unsafe.Offsetof(Optionals{}.MaybeN), Type: codecNode, Presence: codec.MaybeNull},
				{Name: "maybe_l", Offset: unsafe.Offsetof(Optionals{}.MaybeL), Type: codecInt64List, Presence: codec.MaybeNull},
				{Name: "secret", Offset: unsafe.Offsetof(Optionals{}.Secret), Type: codec.String, Presence: codec.Optional, Sensitive: true},
				{Name: "sum", Offset: unsafe.Offsetof(Optionals{}.Sum), Type: codecStringOrInt64, Presence: codec.Optional},
				{Name: "dec", Offset: unsafe.Offsetof(Optionals{}.Dec), Type: codecDecimal, Presence: codec.Optional},
			},
		},
		codecNode: &codec.Struct{
			Name: "Node", Size: unsafe.Sizeof(Node{}), Memory: codec.Of[Node]{},
			Unknown: codec.KeepUnknown, Keep: unsafe.Offsetof(Node{}.Unknown),
			Fields: []codec.Field{
				{Name: "name", Offset: unsafe.Offsetof(Node{}.Name), Type: codec.String},
				{Name: "next", Offset: unsafe.Offsetof(Node{}.Next), Type: codecNode, Presence: codec.Optional},
				{Name: "kids", Offset: unsafe.Offsetof(Node{}.Kids), Type: codecNodeList, Presence: codec.Optional},
				{Name: "by_name", Offset: unsafe.Offsetof(Node{}.ByName), Type: codecNodeMap, Presence: codec.Optional},
			},
		},
		codecCollections: &codec.Struct{
			Name: "Collections", Size: unsafe.Sizeof(Collections{}),
			Fields: []codec.Field{
				{Name: "strings", Offset: unsafe.Offsetof(Collections{}.Strings), Type: codecStringList},
				{Name: "floats", Offset: unsafe.Offsetof(Collections{}.Floats), Type: codecFloat32List},
				{Name: "doubles", Offset: unsafe.Offsetof(Collections{}.Doubles), Type: codecFloat64List},
				{Name: "kinds", Offset: unsafe.Offsetof(Collections{}.Kinds), Type: codecKindList},
				{Name: "null_ints", Offset: unsafe.Offsetof(Collections{}.NullInts), Type: codecNullInt64List},
				{Name: "lists", Offset: unsafe.Offsetof(Collections{}.Lists), Type: codecStringListList},
				{Name: "pays", Offset: unsafe.Offsetof(Collections{}.Pays), Type: codecPaymentList},
				{Name: "money", Offset: unsafe.Offsetof(Collections{}.Money), Type: codecMoneyList},
				{Name: "decimals", Offset: unsafe.Offsetof(Collections{}.Decimals), Type: codecDecimalList},
				{Name: "times", Offset: unsafe.Offsetof(Collections{}.Times), Type: codecTimestampList},
				{Name: "anys", Offset: unsafe.Offsetof(Collections{}.Anys), Type: codecJSONList},
				{Name: "one", Offset: unsafe.Offsetof(Collections{}.One), Type: codecOneOrManyString},
				{Name: "one_int", Offset: unsafe.Offsetof(Collections{}.OneInt), Type: codecOneOrManyInt64},
				{Name: "one_node", Offset: unsafe.Offsetof(Collections{}.OneNode), Type: codecOneOrManyNode},
				{Name: "strs", Offset: unsafe.Offsetof(Collections{}.Strs), Type: codecStringMap},
				{Name: "moneys", Offset: unsafe.Offsetof(Collections{}.Moneys), Type: codecMoneyMap},
				{Name: "pay_map", Offset: unsafe.Offsetof(Collections{}.PayMap), Type: codecPaymentMap},
				{Name: "map_map", Offset: unsafe.Offsetof(Collections{}.MapMap), Type: codecBoolMapMap},
				{Name: "null_map", Offset: unsafe.Offsetof(Collections{}.NullMap), Type: codecNullFloat64Map},
				{Name: "list_map", Offset: unsafe.Offsetof(Collections{}.ListMap), Type: codecKindListMap},
				{Name: "sums", Offset: unsafe.Offsetof(Collections{}.Sums), Type: codecSumList},
			},
		},
		codecCard: &codec.Struct{
			Name: "Card", Size: unsafe.Sizeof(Card{}), Memory: codec.Of[Card]{},
			Fields: []codec.Field{
				{Name: "number", Offset: unsafe.Offsetof(Card{}.Number), Type: codec.String},
				{Name: "holder", Offset: unsafe.Offsetof(Card{}.Holder), Type: codec.String, Presence: codec.Optional},
			},
		},
		codecCash: &codec.Struct{
			Name: "Cash", Size: unsafe.Sizeof(Cash{}), Memory: codec.Of[Cash]{},
			Fields: []codec.Field{
				{Name: "note", Offset: unsafe.Offsetof(Cash{}.Note), Type: codec.String, Presence: codec.Optional},
			},
		},
		codecEmpty: &codec.Struct{
			Name: "Empty", Size: unsafe.Sizeof(Empty{}), Memory: codec.Of[Empty]{},
		},
		codecConstrained: &codec.Struct{
			Name: "Constrained", Size: unsafe.Sizeof(Constrained{}),
			Fields: []codec.Field{
				{Name: "age", Offset: unsafe.Offsetof(Constrained{}.Age), Type: codec.Int32, Checks: []codec.Check{{Constraint: codec.Min, Int: 18}, {Constraint: codec.Max, Int: 99}}},
				{Name: "count", Offset: unsafe.Offsetof(Constrained{}.Count), Type: codec.Uint64, Checks: []codec.Check{{Constraint: codec.Max, Uint: 18446744073709551614}}},
				{Name: "ratio", Offset: unsafe.Offsetof(Constrained{}.Ratio), Type: codec.Float64, Checks: []codec.Check{{Constraint: codec.Min, Float: -1}, {Constraint: codec.Max, Float: 1}}},
				{Name: "name", Offset: unsafe.Offsetof(Constrained{}.Name), Type: codec.String, Checks: []codec.Check{{Constraint: codec.MinLength, Int: 2}, {Constraint: codec.MaxLength, Int: 5}}},
				{Name: "code", Offset: unsafe.Offsetof(Constrained{}.Code), Type: codec.String, Presence: codec.Optional, Checks: []codec.Check{{Constraint: codec.Pattern, Text: "^[A-Z]+$"}}},
				{Name: "tags", Offset: unsafe.Offsetof(Constrained{}.Tags), Type: codecShortList, Checks: []codec.Check{{Constraint: codec.MinItems, Int: 1}, {Constraint: codec.MaxItems, Int: 3}, {Constraint: codec.UniqueItems}}},
				{Name: "fixed", Offset: unsafe.Offsetof(Constrained{}.Fixed), Type: codec.String, Checks: []codec.Check{{Constraint: codec.Const, Text: `"x"`}}},
				{Name: "level", Offset: unsafe.Offsetof(Constrained{}.Level), Type: codecLevel},
				{Name: "link", Offset: unsafe.Offsetof(Constrained{}.Link), Type: codec.URI},
				{Name: "mail", Offset: unsafe.Offsetof(Constrained{}.Mail), Type: codec.Email},
				{Name: "money", Offset: unsafe.Offsetof(Constrained{}.Money), Type: codecMoney},
				{Name: "pay", Offset: unsafe.Offsetof(Constrained{}.Pay), Type: codecPayment},
				{Name: "scores", Offset: unsafe.Offsetof(Constrained{}.Scores), Type: codecScoreMap, Checks: []codec.Check{{Constraint: codec.MaxItems, Int: 2}}},
				{Name: "blob", Offset: unsafe.Offsetof(Constrained{}.Blob), Type: codec.Bytes, Checks: []codec.Check{{Constraint: codec.MaxLength, Int: 3}}},
				{Name: "secret", Offset: unsafe.Offsetof(Constrained{}.Secret), Type: codecSecretMap, Sensitive: true},
			},
		},
		codecKind:          &codec.Enum{Name: "Kind", Strings: []string{"a", "b"}},
		codecLevel:         &codec.Enum{Name: "Level", Ints: []int64{1, 2}, Closed: true},
		codecStringOrInt64: &codec.ScalarSum{Name: "StringOrInt64", Allow: codec.AllowString | codec.AllowInt64},
		codecDecimal:       &decimal.Codec,
		codecMoney:         &codec.Import{Table: &billing.Codec, Name: "Money"},
		codecPayment: &codec.Union{
			Name: "Payment", Tag: "kind", Memory: codec.Of[Payment]{},
			Prototypes: codec.Prototypes[Payment]{Card{}, Cash{}, Empty{}, PaymentUnknown{}},
			Branches:   []codec.Branch{{Tag: "card", Type: codecCard}, {Tag: "cash", Type: codecCash}, {Tag: "empty", Type: codecEmpty}},
		},
		codecStringList:      &codec.List{Elem: codec.Elem{Type: codec.String}},
		codecFloat32List:     &codec.List{Elem: codec.Elem{Type: codec.Float32}},
		codecFloat64List:     &codec.List{Elem: codec.Elem{Type: codec.Float64}},
		codecInt64List:       &codec.List{Elem: codec.Elem{Type: codec.Int64}},
		codecKindList:        &codec.List{Elem: codec.Elem{Type: codecKind}},
		codecNullInt64List:   &codec.List{Elem: codec.Elem{Type: codec.Int64, Presence: codec.Nullable}},
		codecStringListList:  &codec.List{Elem: codec.Elem{Type: codecStringList}},
		codecPaymentList:     &codec.List{Elem: codec.Elem{Type: codecPayment}},
		codecMoneyList:       &codec.List{Elem: codec.Elem{Type: codecMoney}},
		codecDecimalList:     &codec.List{Elem: codec.Elem{Type: codecDecimal}},
		codecTimestampList:   &codec.List{Elem: codec.Elem{Type: codec.Timestamp}},
		codecJSONList:        &codec.List{Elem: codec.Elem{Type: codec.JSONType}},
		codecNodeList:        &codec.List{Elem: codec.Elem{Type: codecNode}},
		codecSumList:         &codec.List{Elem: codec.Elem{Type: codecStringOrInt64}},
		codecShortList:       &codec.List{Elem: codec.Elem{Type: codec.String, Checks: []codec.Check{{Constraint: codec.MaxLength, Int: 4}}}},
		codecOneOrManyString: &codec.OneOrManyOf{Elem: codec.Elem{Type: codec.String}},
		codecOneOrManyInt64:  &codec.OneOrManyOf{Elem: codec.Elem{Type: codec.Int64}},
		codecOneOrManyNode:   &codec.OneOrManyOf{Elem: codec.Elem{Type: codecNode}},
		codecStringMap:       &codec.Map{Elem: codec.Elem{Type: codec.String}},
		codecInt64Map:        &codec.Map{Elem: codec.Elem{Type: codec.Int64}},
		codecNodeMap:         &codec.Map{Elem: codec.Elem{Type: codecNode}},
		codecMoneyMap:        &codec.Map{Elem: codec.Elem{Type: codecMoney}},
		codecPaymentMap:      &codec.Map{Elem: codec.Elem{Type: codecPayment}},
		codecBoolMap:         &codec.Map{Elem: codec.Elem{Type: codec.Bool}},
		codecBoolMapMap:      &codec.Map{Elem: codec.Elem{Type: codecBoolMap}},
		codecNullFloat64Map:  &codec.Map{Elem: codec.Elem{Type: codec.Float64, Presence: codec.Nullable}},
		codecKindListMap:     &codec.Map{Elem: codec.Elem{Type: codecKindList}},
		codecScoreMap:        &codec.Map{Elem: codec.Elem{Type: codec.Float64, Checks: []codec.Check{{Constraint: codec.Min, Float: 0}}}},
		codecSecretMap:       &codec.Map{Elem: codec.Elem{Type: codec.String, Checks: []codec.Check{{Constraint: codec.MinLength, Int: 1}}}},
	},
}

// AppendJSON appends the JSON of v.
func (v Scalars) AppendJSON(dst []byte) ([]byte, error) {
	return Codec.Append(dst, codecScalars, unsafe.Pointer(&v))
}

// MarshalJSON returns the JSON of v.
func (v Scalars) MarshalJSON() ([]byte, error) {
	return Codec.Marshal(codecScalars, unsafe.Pointer(&v))
}

// UnmarshalJSON sets v from JSON.
func (v *Scalars) UnmarshalJSON(data []byte) error {
	return Codec.Decode(data, codecScalars, unsafe.Pointer(v))
}

// Validate checks the constraints on v.
func (v Scalars) Validate() error { return Codec.Validate(codecScalars, unsafe.Pointer(&v)) }

// AppendJSON appends the JSON of v.
func (v Optionals) AppendJSON(dst []byte) ([]byte, error) {
	return Codec.Append(dst, codecOptionals, unsafe.Pointer(&v))
}

// MarshalJSON returns the JSON of v.
func (v Optionals) MarshalJSON() ([]byte, error) {
	return Codec.Marshal(codecOptionals, unsafe.Pointer(&v))
}

// UnmarshalJSON sets v from JSON.
func (v *Optionals) UnmarshalJSON(data []byte) error {
	return Codec.Decode(data, codecOptionals, unsafe.Pointer(v))
}

// Validate checks the constraints on v.
func (v Optionals) Validate() error { return Codec.Validate(codecOptionals, unsafe.Pointer(&v)) }

// AppendJSON appends the JSON of v.
func (v Node) AppendJSON(dst []byte) ([]byte, error) {
	return Codec.Append(dst, codecNode, unsafe.Pointer(&v))
}

// MarshalJSON returns the JSON of v.
func (v Node) MarshalJSON() ([]byte, error) { return Codec.Marshal(codecNode, unsafe.Pointer(&v)) }

// UnmarshalJSON sets v from JSON.
func (v *Node) UnmarshalJSON(data []byte) error {
	return Codec.Decode(data, codecNode, unsafe.Pointer(v))
}

// Validate checks the constraints on v.
func (v Node) Validate() error { return Codec.Validate(codecNode, unsafe.Pointer(&v)) }

// AppendJSON appends the JSON of v.
func (v Collections) AppendJSON(dst []byte) ([]byte, error) {
	return Codec.Append(dst, codecCollections, unsafe.Pointer(&v))
}

// MarshalJSON returns the JSON of v.
func (v Collections) MarshalJSON() ([]byte, error) {
	return Codec.Marshal(codecCollections, unsafe.Pointer(&v))
}

// UnmarshalJSON sets v from JSON.
func (v *Collections) UnmarshalJSON(data []byte) error {
	return Codec.Decode(data, codecCollections, unsafe.Pointer(v))
}

// Validate checks the constraints on v.
func (v Collections) Validate() error { return Codec.Validate(codecCollections, unsafe.Pointer(&v)) }

// AppendJSON appends the JSON of v.
func (v Card) AppendJSON(dst []byte) ([]byte, error) {
	return Codec.Append(dst, codecCard, unsafe.Pointer(&v))
}

// MarshalJSON returns the JSON of v.
func (v Card) MarshalJSON() ([]byte, error) { return Codec.Marshal(codecCard, unsafe.Pointer(&v)) }

// UnmarshalJSON sets v from JSON.
func (v *Card) UnmarshalJSON(data []byte) error {
	return Codec.Decode(data, codecCard, unsafe.Pointer(v))
}

// Validate checks the constraints on v.
func (v Card) Validate() error { return Codec.Validate(codecCard, unsafe.Pointer(&v)) }

// AppendJSON appends the JSON of v.
func (v Cash) AppendJSON(dst []byte) ([]byte, error) {
	return Codec.Append(dst, codecCash, unsafe.Pointer(&v))
}

// MarshalJSON returns the JSON of v.
func (v Cash) MarshalJSON() ([]byte, error) { return Codec.Marshal(codecCash, unsafe.Pointer(&v)) }

// UnmarshalJSON sets v from JSON.
func (v *Cash) UnmarshalJSON(data []byte) error {
	return Codec.Decode(data, codecCash, unsafe.Pointer(v))
}

// Validate checks the constraints on v.
func (v Cash) Validate() error { return Codec.Validate(codecCash, unsafe.Pointer(&v)) }

// AppendJSON appends the JSON of v.
func (v Empty) AppendJSON(dst []byte) ([]byte, error) {
	return Codec.Append(dst, codecEmpty, unsafe.Pointer(&v))
}

// MarshalJSON returns the JSON of v.
func (v Empty) MarshalJSON() ([]byte, error) { return Codec.Marshal(codecEmpty, unsafe.Pointer(&v)) }

// UnmarshalJSON sets v from JSON.
func (v *Empty) UnmarshalJSON(data []byte) error {
	return Codec.Decode(data, codecEmpty, unsafe.Pointer(v))
}

// Validate checks the constraints on v.
func (v Empty) Validate() error { return Codec.Validate(codecEmpty, unsafe.Pointer(&v)) }

// AppendJSON appends the JSON of v.
func (v Constrained) AppendJSON(dst []byte) ([]byte, error) {
	return Codec.Append(dst, codecConstrained, unsafe.Pointer(&v))
}

// MarshalJSON returns the JSON of v.
func (v Constrained) MarshalJSON() ([]byte, error) {
	return Codec.Marshal(codecConstrained, unsafe.Pointer(&v))
}

// UnmarshalJSON sets v from JSON.
func (v *Constrained) UnmarshalJSON(data []byte) error {
	return Codec.Decode(data, codecConstrained, unsafe.Pointer(v))
}

// Validate checks the constraints on v.
func (v Constrained) Validate() error { return Codec.Validate(codecConstrained, unsafe.Pointer(&v)) }
