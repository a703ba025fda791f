// Package codec reads, writes and checks the JSON of events from tables that generated code holds.
//
// In go static tables (Table) and pointers to the Go values that they describe; out come bytes,
// filled values, or typed errors (*Error, *ValidationError). It never reflects, never calls back
// into the methods of generated types, never applies constraints while reading, and never keeps a
// reference to the input.
//
// # What generated code contains
//
// One table a package, one entry a type, and four short methods a struct:
//
//	const (
//		codecMemoryCreatedV1 = codec.First + iota
//		codecSource
//		codecOrigin
//		codecFloat32List
//		codecMoney
//		codecPayment
//	)
//
//	// Codec describes the types of this package to the runtime.
//	var Codec = codec.Table{
//		Package: "memory",
//		Types: []codec.Type{
//			codecMemoryCreatedV1: &codec.Struct{
//				Name: "MemoryCreatedV1",
//				Size: unsafe.Sizeof(MemoryCreatedV1{}),
//				Fields: []codec.Field{
//					{Name: "text", Offset: unsafe.Offsetof(MemoryCreatedV1{}.Text), Type: codec.String,
//						Checks: []codec.Check{{Constraint: codec.MaxLength, Int: 8000}}},
//					{Name: "created_at", Offset: unsafe.Offsetof(MemoryCreatedV1{}.CreatedAt), Type: codec.Timestamp},
//					{Name: "source", Offset: unsafe.Offsetof(MemoryCreatedV1{}.Source), Type: codecSource, Presence: codec.Optional},
//					{Name: "embedding", Offset: unsafe.Offsetof(MemoryCreatedV1{}.Embedding), Type: codecFloat32List, Presence: codec.Optional},
//				},
//			},
//			codecSource: &codec.Struct{
//				Name: "Source", Size: unsafe.Sizeof(Source{}), Memory: codec.Of[Source]{},
//				Unknown: codec.KeepUnknown, Keep: unsafe.Offsetof(Source{}.Unknown),
//				Fields: []codec.Field{ ... },
//			},
//			codecOrigin:      &codec.Enum{Name: "Origin", Strings: []string{"conversation", "document"}},
//			codecFloat32List: &codec.List{Elem: codec.Elem{Type: codec.Float32}},
//			codecMoney:       &codec.Import{Table: &billing.Codec, Name: "Money"},
//			codecPayment: &codec.Union{
//				Name: "Payment", Tag: "kind", Memory: codec.Of[Payment]{},
//				Prototypes: codec.Prototypes[Payment]{Card{}, Cash{}, PaymentUnknown{}},
//				Branches:   []codec.Branch{{Tag: "card", Type: codecCard}, {Tag: "cash", Type: codecCash}},
//			},
//		},
//	}
//
//	func (v MemoryCreatedV1) AppendJSON(dst []byte) ([]byte, error) {
//		return Codec.Append(dst, codecMemoryCreatedV1, unsafe.Pointer(&v))
//	}
//
//	func (v MemoryCreatedV1) MarshalJSON() ([]byte, error) {
//		return Codec.Marshal(codecMemoryCreatedV1, unsafe.Pointer(&v))
//	}
//
//	func (v *MemoryCreatedV1) UnmarshalJSON(data []byte) error {
//		return Codec.Decode(data, codecMemoryCreatedV1, unsafe.Pointer(v))
//	}
//
//	func (v MemoryCreatedV1) Validate() error {
//		return Codec.Validate(codecMemoryCreatedV1, unsafe.Pointer(&v))
//	}
//
// A decimal is an entry `codecDecimal: &decimal.Codec` (package runtime/decimal). Every composite
// shape is one entry, shared by all fields that have it. Memory is needed by a struct, union or
// text type that an optional field, a list, a map or a union holds; the linker says so if it is
// missing, and Check, called by generated tests, links every table and compares sizes.
package codec
