package codec

import (
	"fmt"
	"unsafe"

	"github.com/hamba/avro/v2"

	"github.com/evgen/evgen/bench/codec/msg"
)

// A BinaryPeer is a binary format, for context. (vtprotobuf is not among them: its generator
// needs protoc.)
type BinaryPeer struct {
	Name           string
	EncodeCaptured func(*Captured) ([]byte, error)
	DecodeCaptured func([]byte, *Captured) error
	EncodeEmbedded func(*Embedded) ([]byte, error)
	DecodeEmbedded func([]byte, *Embedded) error
}

// BinaryPeers returns the binary formats.
func BinaryPeers() ([]BinaryPeer, error) {
	captured, err := avro.Parse(capturedSchema)
	if err != nil {
		return nil, fmt.Errorf("parse avro schema of Captured: %w", err)
	}
	embedded, err := avro.Parse(embeddedSchema)
	if err != nil {
		return nil, fmt.Errorf("parse avro schema of Embedded: %w", err)
	}
	return []BinaryPeer{
		{
			Name:           "msgp",
			EncodeCaptured: func(v *Captured) ([]byte, error) { return (*msg.Captured)(unsafe.Pointer(v)).MarshalMsg(nil) },
			DecodeCaptured: func(b []byte, v *Captured) error {
				_, err := (*msg.Captured)(unsafe.Pointer(v)).UnmarshalMsg(b)
				return err
			},
			EncodeEmbedded: func(v *Embedded) ([]byte, error) { return (*msg.Embedded)(unsafe.Pointer(v)).MarshalMsg(nil) },
			DecodeEmbedded: func(b []byte, v *Embedded) error {
				_, err := (*msg.Embedded)(unsafe.Pointer(v)).UnmarshalMsg(b)
				return err
			},
		},
		{
			Name:           "avro",
			EncodeCaptured: func(v *Captured) ([]byte, error) { return avro.Marshal(captured, (*avroCaptured)(unsafe.Pointer(v))) },
			DecodeCaptured: func(b []byte, v *Captured) error {
				return avro.Unmarshal(captured, b, (*avroCaptured)(unsafe.Pointer(v)))
			},
			EncodeEmbedded: func(v *Embedded) ([]byte, error) { return avro.Marshal(embedded, (*avroEmbedded)(unsafe.Pointer(v))) },
			DecodeEmbedded: func(b []byte, v *Embedded) error {
				return avro.Unmarshal(embedded, b, (*avroEmbedded)(unsafe.Pointer(v)))
			},
		},
	}, nil
}
