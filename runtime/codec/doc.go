// Package codec reads, writes and checks the JSON of events from tables that generated code holds.
//
// In go static tables (Table) and pointers to the Go values that they describe; out come bytes,
// filled values, or typed errors (*Error, *ValidationError). It never reflects, never calls back
// into the methods of generated types, never applies constraints while reading, and never keeps a
// reference to the input.
//
// # What is read, and what is not
//
//   - Input is JSON as in RFC 8259, in valid UTF-8, without lone surrogates; names are case-sensitive.
//     Nothing may follow the value. Depth and size have limits (Limits).
//   - A member named twice is an error, also in maps and for members that are skipped or kept.
//     Inside values that are skipped or kept whole (JSON) it is not looked for.
//   - Integers take any form of integral value: 1.0, 1e3. Floats are rounded once, to the nearest.
//   - A timestamp keeps its spelling: "Z" or "+00:00" or another offset, and zeros at the end of the
//     fraction live on in the location of the time.Time, so two times read from different texts may
//     differ under == though Equal. Lower-case t and z are read and written in upper case. More than
//     nine digits of a fraction, and leap seconds, are errors. Fractions finer than the unit of a
//     UnixSeconds, UnixMillis or UnixMicros are dropped when it is written.
//   - A UUID is read in either case and written in lower case.
//   - Strings are copied into blocks of at most 1 KiB that the strings of one event share, so one
//     that is kept alone pins no more than that. Strings over 256 bytes that do not fit stand alone.
//
// # What is written
//
// Members in schema order, map entries in byte order of their names, the shortest digits of floats
// in the form of encoding/json, the shortest escapes: equal values give equal bytes. Values of type
// JSON are written as they are, after a check. encoding/json, where it calls MarshalJSON, compacts
// such values and escapes <, > and & in the result: the same value, but for those bytes.
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
