package codec

import "errors"

// JSON is any JSON value, kept byte for byte: what was read is what is written. Written by this
// package it is checked but not compacted; encoding/json compacts it.
type JSON []byte

// MarshalJSON returns the bytes, or null for an empty JSON. It implements json.Marshaler.
func (j JSON) MarshalJSON() ([]byte, error) {
	if len(j) == 0 {
		return []byte("null"), nil
	}
	return j, nil
}

// UnmarshalJSON keeps a copy of data. It implements json.Unmarshaler.
func (j *JSON) UnmarshalJSON(data []byte) error {
	if j == nil {
		return errors.New("codec: UnmarshalJSON on a nil *JSON")
	}
	*j = append((*j)[:0], data...)
	return nil
}

// String returns the text.
func (j JSON) String() string { return string(j) }

// UnknownBranch is the layout of the Go type that keeps a branch of a union that this build does
// not know: the value of the tag, and the whole object as it was read, tag included.
type UnknownBranch struct {
	Tag string
	Raw JSON
}
