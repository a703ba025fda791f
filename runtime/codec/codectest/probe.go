// Package codectest holds what tests of codecs need: a table of corners of JSON that a correct
// codec gets right, and samples for any type that a codec.Table describes.
//
// In go tables and seeds, out come documents and expectations. It decides nothing about a codec
// and runs nothing; production code does not import it.
package codectest

import (
	"time"
	"unsafe"

	"github.com/evgen/evgen/runtime/codec"
)

// Probe is the type that Corners are written for. All members but O are required. The tags are
// for other codecs, which Corners are tried on for comparison.
type Probe struct {
	S   string           `json:"s"`
	I   int64            `json:"i"`
	I32 int32            `json:"i32"`
	U   uint64           `json:"u"`
	F   float64          `json:"f"`
	F32 float32          `json:"f32"`
	B   bool             `json:"b"`
	T   time.Time        `json:"t"`
	L   []string         `json:"l"`
	M   map[string]int64 `json:"m"`
	N   Inner            `json:"n"`
	O   *string          `json:"o,omitempty"`
}

// Inner is a nested struct, which may be nested in itself.
type Inner struct {
	X    int64  `json:"x"`
	Next *Inner `json:"next,omitempty"`
}

const (
	codecProbe = codec.First + iota
	codecInner
	codecStringList
	codecInt64Map
)

// Codec describes Probe.
var Codec = codec.Table{
	Package: "codectest",
	Types: []codec.Type{
		codecProbe: &codec.Struct{
			Name: "Probe", Size: unsafe.Sizeof(Probe{}),
			Fields: []codec.Field{
				{Name: "s", Offset: unsafe.Offsetof(Probe{}.S), Type: codec.String},
				{Name: "i", Offset: unsafe.Offsetof(Probe{}.I), Type: codec.Int64},
				{Name: "i32", Offset: unsafe.Offsetof(Probe{}.I32), Type: codec.Int32},
				{Name: "u", Offset: unsafe.Offsetof(Probe{}.U), Type: codec.Uint64},
				{Name: "f", Offset: unsafe.Offsetof(Probe{}.F), Type: codec.Float64},
				{Name: "f32", Offset: unsafe.Offsetof(Probe{}.F32), Type: codec.Float32},
				{Name: "b", Offset: unsafe.Offsetof(Probe{}.B), Type: codec.Bool},
				{Name: "t", Offset: unsafe.Offsetof(Probe{}.T), Type: codec.Timestamp},
				{Name: "l", Offset: unsafe.Offsetof(Probe{}.L), Type: codecStringList},
				{Name: "m", Offset: unsafe.Offsetof(Probe{}.M), Type: codecInt64Map},
				{Name: "n", Offset: unsafe.Offsetof(Probe{}.N), Type: codecInner},
				{Name: "o", Offset: unsafe.Offsetof(Probe{}.O), Type: codec.String, Presence: codec.Optional},
			},
		},
		codecInner: &codec.Struct{
			Name: "Inner", Size: unsafe.Sizeof(Inner{}), Memory: codec.Of[Inner]{},
			Fields: []codec.Field{
				{Name: "x", Offset: unsafe.Offsetof(Inner{}.X), Type: codec.Int64},
				{Name: "next", Offset: unsafe.Offsetof(Inner{}.Next), Type: codecInner, Presence: codec.Optional},
			},
		},
		codecStringList: &codec.List{Elem: codec.Elem{Type: codec.String}},
		codecInt64Map:   &codec.Map{Elem: codec.Elem{Type: codec.Int64}},
	},
}

// Encode returns the JSON of p by this project's codec.
func (p Probe) Encode() ([]byte, error) { return Codec.Append(nil, codecProbe, unsafe.Pointer(&p)) }

// Decode sets p by this project's codec. (The methods are not named as encoding/json wants them,
// so that other codecs see a plain struct.)
func (p *Probe) Decode(data []byte) error {
	return Codec.Decode(data, codecProbe, unsafe.Pointer(p))
}
