package codec

import (
	"unsafe"

	"github.com/evgen/evgen/runtime/codec"
)

const (
	codecCaptured = codec.First + iota
	codecSource
	codecEmbedded
	codecFloat64List
	codecFloat32List
	codecStringList
	codecStringMap
)

// Codec describes the events, as generated code does.
var Codec = codec.Table{
	Package: "bench",
	Types: []codec.Type{
		codecCaptured: &codec.Struct{
			Name: "Captured", Size: unsafe.Sizeof(Captured{}),
			Fields: []codec.Field{
				{Name: "id", Offset: unsafe.Offsetof(Captured{}.ID), Type: codec.UUID},
				{Name: "correlation", Offset: unsafe.Offsetof(Captured{}.Correlation), Type: codec.UUID},
				{Name: "type", Offset: unsafe.Offsetof(Captured{}.Type), Type: codec.String},
				{Name: "occurred_at", Offset: unsafe.Offsetof(Captured{}.OccurredAt), Type: codec.Timestamp},
				{Name: "recorded_at", Offset: unsafe.Offsetof(Captured{}.RecordedAt), Type: codec.Timestamp},
				{Name: "text", Offset: unsafe.Offsetof(Captured{}.Text), Type: codec.String},
				{Name: "summary", Offset: unsafe.Offsetof(Captured{}.Summary), Type: codec.String, Presence: codec.Optional},
				{Name: "scores", Offset: unsafe.Offsetof(Captured{}.Scores), Type: codecFloat64List},
				{Name: "tags", Offset: unsafe.Offsetof(Captured{}.Tags), Type: codecStringList},
				{Name: "labels", Offset: unsafe.Offsetof(Captured{}.Labels), Type: codecStringMap},
				{Name: "source", Offset: unsafe.Offsetof(Captured{}.Source), Type: codecSource},
				{Name: "accesses", Offset: unsafe.Offsetof(Captured{}.Accesses), Type: codec.Int64},
				{Name: "size", Offset: unsafe.Offsetof(Captured{}.Size), Type: codec.Int64},
				{Name: "rank", Offset: unsafe.Offsetof(Captured{}.Rank), Type: codec.Int32},
				{Name: "pinned", Offset: unsafe.Offsetof(Captured{}.Pinned), Type: codec.Bool},
			},
		},
		codecSource: &codec.Struct{
			Name: "Source", Size: unsafe.Sizeof(Source{}),
			Fields: []codec.Field{
				{Name: "origin", Offset: unsafe.Offsetof(Source{}.Origin), Type: codec.String},
				{Name: "uri", Offset: unsafe.Offsetof(Source{}.URI), Type: codec.URI, Presence: codec.Optional},
				{Name: "line", Offset: unsafe.Offsetof(Source{}.Line), Type: codec.Int64},
				{Name: "agent", Offset: unsafe.Offsetof(Source{}.Agent), Type: codec.String},
			},
		},
		codecEmbedded: &codec.Struct{
			Name: "Embedded", Size: unsafe.Sizeof(Embedded{}),
			Fields: []codec.Field{
				{Name: "id", Offset: unsafe.Offsetof(Embedded{}.ID), Type: codec.UUID},
				{Name: "model", Offset: unsafe.Offsetof(Embedded{}.Model), Type: codec.String},
				{Name: "embedding", Offset: unsafe.Offsetof(Embedded{}.Embedding), Type: codecFloat32List},
			},
		},
		codecFloat64List: &codec.List{Elem: codec.Elem{Type: codec.Float64}},
		codecFloat32List: &codec.List{Elem: codec.Elem{Type: codec.Float32}},
		codecStringList:  &codec.List{Elem: codec.Elem{Type: codec.String}},
		codecStringMap:   &codec.Map{Elem: codec.Elem{Type: codec.String}},
	},
}

// The functions below take the place of generated methods: with methods of these names, the peers
// that honour json.Marshaler would measure this codec instead of their own.

// AppendCaptured is the encoder without the allocation of its result.
func AppendCaptured(dst []byte, v *Captured) ([]byte, error) {
	return Codec.Append(dst, codecCaptured, unsafe.Pointer(v))
}

func marshalCaptured(v *Captured) ([]byte, error) {
	return Codec.Marshal(codecCaptured, unsafe.Pointer(v))
}

func decodeCaptured(data []byte, v *Captured) error {
	return Codec.Decode(data, codecCaptured, unsafe.Pointer(v))
}

func marshalEmbedded(v *Embedded) ([]byte, error) {
	return Codec.Marshal(codecEmbedded, unsafe.Pointer(v))
}

func decodeEmbedded(data []byte, v *Embedded) error {
	return Codec.Decode(data, codecEmbedded, unsafe.Pointer(v))
}
