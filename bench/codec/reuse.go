package codec

import (
	"bytes"
	"encoding/json"

	"github.com/bytedance/sonic/encoder"
	"github.com/go-faster/jx"
	jsonv2 "github.com/go-json-experiment/json"
	goccy "github.com/goccy/go-json"
)

// A Reuser writes into a buffer that its user keeps, for those who send or store the bytes at once.
// The result is valid until the next call.
type Reuser struct {
	Name           string
	EncodeCaptured func(*Captured) ([]byte, error)
}

// Reusers returns this project's codec first, then each peer that can write into a kept buffer, by
// the way that its documentation names.
func Reusers() []Reuser {
	var own, sonics, plain, v2, gocc []byte
	e := new(jx.Encoder)
	return []Reuser{
		{"evgen", func(v *Captured) (_ []byte, err error) {
			own, err = AppendCaptured(own[:0], v)
			return own, err
		}},
		{"encoding/json", func(v *Captured) ([]byte, error) {
			b := bytes.NewBuffer(plain[:0])
			err := json.NewEncoder(b).Encode(v)
			plain = b.Bytes()
			return plain, err
		}},
		{"json-experiment", func(v *Captured) ([]byte, error) {
			b := bytes.NewBuffer(v2[:0])
			err := jsonv2.MarshalWrite(b, v)
			v2 = b.Bytes()
			return v2, err
		}},
		{"goccy", func(v *Captured) ([]byte, error) {
			b := bytes.NewBuffer(gocc[:0])
			err := goccy.NewEncoder(b).Encode(v)
			gocc = b.Bytes()
			return gocc, err
		}},
		{"sonic", func(v *Captured) ([]byte, error) {
			sonics = sonics[:0]
			err := encoder.EncodeInto(&sonics, v, 0)
			return sonics, err
		}},
		{"jx", func(v *Captured) ([]byte, error) {
			e.Reset()
			jxCaptured(e, v)
			return e.Bytes(), nil
		}},
	}
}
