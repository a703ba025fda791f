package codec

import (
	"encoding/json"
	"unsafe"

	"github.com/bytedance/sonic"
	jsonv2 "github.com/go-json-experiment/json"
	goccy "github.com/goccy/go-json"
	"github.com/mailru/easyjson"

	"github.com/evgen/evgen/bench/codec/easy"
	"github.com/evgen/evgen/runtime/codec/codectest"
)

// A Peer is one JSON codec.
type Peer struct {
	Name           string
	EncodeCaptured func(*Captured) ([]byte, error)
	DecodeCaptured func([]byte, *Captured) error
	EncodeEmbedded func(*Embedded) ([]byte, error)
	DecodeEmbedded func([]byte, *Embedded) error
	EncodeProbe    func(*codectest.Probe) ([]byte, error)
	DecodeProbe    func([]byte, *codectest.Probe) error
}

// Peers returns this project's codec first, then encoding/json, then the others.
func Peers() []Peer {
	return []Peer{
		{"evgen", marshalCaptured, decodeCaptured, marshalEmbedded, decodeEmbedded, func(p *codectest.Probe) ([]byte, error) { return p.Encode() }, func(b []byte, p *codectest.Probe) error { return p.Decode(b) }},
		tagged("encoding/json", json.Marshal, json.Unmarshal),
		tagged("json-experiment", marshalV2, unmarshalV2),
		tagged("goccy", goccy.Marshal, goccy.Unmarshal),
		tagged("sonic", sonic.Marshal, sonic.Unmarshal),
		easyPeer(),
		jxPeer(),
	}
}

func marshalV2(v any) ([]byte, error)      { return jsonv2.Marshal(v) }
func unmarshalV2(data []byte, v any) error { return jsonv2.Unmarshal(data, v) }

// tagged is a peer that works by struct tags.
func tagged(name string, marshal func(any) ([]byte, error), unmarshal func([]byte, any) error) Peer {
	return Peer{
		Name:           name,
		EncodeCaptured: func(v *Captured) ([]byte, error) { return marshal(v) },
		DecodeCaptured: func(b []byte, v *Captured) error { return unmarshal(b, v) },
		EncodeEmbedded: func(v *Embedded) ([]byte, error) { return marshal(v) },
		DecodeEmbedded: func(b []byte, v *Embedded) error { return unmarshal(b, v) },
		EncodeProbe:    func(v *codectest.Probe) ([]byte, error) { return marshal(v) },
		DecodeProbe:    func(b []byte, v *codectest.Probe) error { return unmarshal(b, v) },
	}
}

// easyPeer views the events as the types of package easy, which are laid out alike and carry the
// generated methods.
func easyPeer() Peer {
	return Peer{
		Name: "easyjson",
		EncodeCaptured: func(v *Captured) ([]byte, error) {
			return easyjson.Marshal((*easy.Captured)(unsafe.Pointer(v)))
		},
		DecodeCaptured: func(b []byte, v *Captured) error {
			return easyjson.Unmarshal(b, (*easy.Captured)(unsafe.Pointer(v)))
		},
		EncodeEmbedded: func(v *Embedded) ([]byte, error) {
			return easyjson.Marshal((*easy.Embedded)(unsafe.Pointer(v)))
		},
		DecodeEmbedded: func(b []byte, v *Embedded) error {
			return easyjson.Unmarshal(b, (*easy.Embedded)(unsafe.Pointer(v)))
		},
		EncodeProbe: func(v *codectest.Probe) ([]byte, error) {
			return easyjson.Marshal((*easy.Probe)(unsafe.Pointer(v)))
		},
		DecodeProbe: func(b []byte, v *codectest.Probe) error {
			return easyjson.Unmarshal(b, (*easy.Probe)(unsafe.Pointer(v)))
		},
	}
}
