package sampleevents

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/evgen/evgen/runtime"
)

// Here generated code holds descriptors and calls runtime/codec. The wire forms
// and encoding/json do for the tests of this floor, which knows no codec.
type (
	orderPlacedV1 struct {
		Customer string `json:"customer"`
		Total    int64  `json:"total"`
	}
	orderPlacedV2 struct {
		Customer    string `json:"customer"`
		AmountCents int64  `json:"amount_cents"`
		Currency    string `json:"currency"`
	}
	orderShippedV1 struct {
		Carrier string `json:"carrier"`
	}
	orderCancelledV1 struct {
		Reason string `json:"reason"`
	}
	orderReturnedV1 struct {
		Carrier string `json:"carrier"`
		Reason  string `json:"reason"`
	}
)

// AppendJSON implements [runtime.Event].
func (e OrderPlacedV1) AppendJSON(dst []byte) ([]byte, error) { return encode(dst, orderPlacedV1(e)) }

// AppendJSON implements [runtime.Event].
func (e OrderPlacedV2) AppendJSON(dst []byte) ([]byte, error) { return encode(dst, orderPlacedV2(e)) }

// AppendJSON implements [runtime.Event].
func (e OrderShippedV1) AppendJSON(dst []byte) ([]byte, error) { return encode(dst, orderShippedV1(e)) }

// AppendJSON implements [runtime.Event].
func (e OrderCancelledV1) AppendJSON(dst []byte) ([]byte, error) {
	return encode(dst, orderCancelledV1(e))
}

// AppendJSON implements [runtime.Event].
func (e OrderReturnedV1) AppendJSON(dst []byte) ([]byte, error) {
	return encode(dst, orderReturnedV1(e))
}

// UnmarshalJSON implements [json.Unmarshaler].
func (e *OrderPlacedV1) UnmarshalJSON(data []byte) error { return decode(data, (*orderPlacedV1)(e)) }

// UnmarshalJSON implements [json.Unmarshaler].
func (e *OrderPlacedV2) UnmarshalJSON(data []byte) error { return decode(data, (*orderPlacedV2)(e)) }

// UnmarshalJSON implements [json.Unmarshaler].
func (e *OrderShippedV1) UnmarshalJSON(data []byte) error { return decode(data, (*orderShippedV1)(e)) }

// UnmarshalJSON implements [json.Unmarshaler].
func (e *OrderCancelledV1) UnmarshalJSON(data []byte) error {
	return decode(data, (*orderCancelledV1)(e))
}

// UnmarshalJSON implements [json.Unmarshaler].
func (e *OrderReturnedV1) UnmarshalJSON(data []byte) error {
	return decode(data, (*orderReturnedV1)(e))
}

// Validate implements [runtime.Event].
func (OrderPlacedV1) Validate() error { return nil }

// Validate implements [runtime.Event]. The customer must not be empty.
func (e OrderPlacedV2) Validate() error {
	if e.Customer == "" {
		return ErrNoCustomer
	}
	return nil
}

// Validate implements [runtime.Event].
func (OrderShippedV1) Validate() error { return nil }

// Validate implements [runtime.Event].
func (OrderCancelledV1) Validate() error { return nil }

// Validate implements [runtime.Event]: the event is retired.
func (OrderReturnedV1) Validate() error { return &runtime.RetiredError{Type: TypeOrderReturned} }

// ErrNoCustomer stands for the violations that generated code reports.
var ErrNoCustomer = errors.New("customer: min_length 1")

func encode(dst []byte, wire any) ([]byte, error) {
	data, err := json.Marshal(wire)
	if err != nil {
		return dst, fmt.Errorf("encode: %w", err)
	}
	return append(dst, data...), nil
}

func decode(data []byte, wire any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(wire); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	return nil
}
