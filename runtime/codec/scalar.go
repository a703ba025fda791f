package codec

import "math"

// ScalarKind says which alternative a Scalar holds.
type ScalarKind uint8

const (
	NoScalar ScalarKind = iota // the zero Scalar, an error to encode
	StringScalar
	BoolScalar
	Int64Scalar
	Float64Scalar
)

// Scalar holds one of several scalars. Generated sums are named types over it, whose constructors
// and accessors convert to Scalar and call these. Scalars are equal under == if kind and value are
// (a NaN equals itself).
type Scalar struct {
	text string
	bits uint64
	kind ScalarKind
}

// ScalarOfString returns the Scalar that holds v.
func ScalarOfString(v string) Scalar { return Scalar{kind: StringScalar, text: v} }

// ScalarOfBool returns the Scalar that holds v.
func ScalarOfBool(v bool) Scalar {
	s := Scalar{kind: BoolScalar}
	if v {
		s.bits = 1
	}
	return s
}

// ScalarOfInt64 returns the Scalar that holds v.
func ScalarOfInt64(v int64) Scalar { return Scalar{kind: Int64Scalar, bits: uint64(v)} }

// ScalarOfFloat64 returns the Scalar that holds v.
func ScalarOfFloat64(v float64) Scalar {
	return Scalar{kind: Float64Scalar, bits: math.Float64bits(v)}
}

// Kind says which accessor has the value.
func (s Scalar) Kind() ScalarKind { return s.kind }

// AsString returns the string, and whether s holds one.
func (s Scalar) AsString() (string, bool) { return s.text, s.kind == StringScalar }

// AsBool returns the bool, and whether s holds one.
func (s Scalar) AsBool() (v, ok bool) {
	return s.kind == BoolScalar && s.bits == 1, s.kind == BoolScalar
}

// AsInt64 returns the integer, and whether s holds one.
func (s Scalar) AsInt64() (int64, bool) {
	if s.kind != Int64Scalar {
		return 0, false
	}
	return int64(s.bits), true
}

// AsFloat64 returns the number, and whether s holds one; an integer is converted.
func (s Scalar) AsFloat64() (float64, bool) {
	switch s.kind {
	case Float64Scalar:
		return math.Float64frombits(s.bits), true
	case Int64Scalar:
		return float64(int64(s.bits)), true
	default:
		return 0, false
	}
}
