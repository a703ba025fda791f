package projection

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime/codec"
)

// This file holds what generated declarations call: values of facts made fit for
// columns, and the checks that say which are not.

// StreamUUID returns the id of f's stream; the zero UUID where [CheckStreamUUID] fails.
func StreamUUID(f *Fact) uuid.UUID {
	id, err := uuid.Parse(f.Stream.ID())
	if err != nil {
		return uuid.UUID{}
	}
	return id
}

// CheckStreamUUID says that the id of f's stream is no UUID.
func CheckStreamUUID(f *Fact) error {
	if _, err := uuid.Parse(f.Stream.ID()); err != nil {
		return fmt.Errorf("the id of stream %q is no UUID: %w", f.Stream, err)
	}
	return nil
}

// StreamInt returns the id of f's stream as a number; 0 where [CheckStreamInt] fails.
func StreamInt(f *Fact) int64 {
	id, err := strconv.ParseInt(f.Stream.ID(), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// CheckStreamInt says that the id of f's stream is no number, or one that no
// column of type [Int] holds.
func CheckStreamInt(f *Fact) error {
	if _, err := strconv.ParseInt(f.Stream.ID(), 10, 64); err != nil {
		return fmt.Errorf("the id of stream %q is no number of 64 bits: %w", f.Stream, err)
	}
	return nil
}

// CheckUint says that v is more than a column of type [Int] holds.
func CheckUint(column string, v uint64) error {
	if v > math.MaxInt64 {
		return fmt.Errorf("column %s: a number above %d does not fit", column, int64(math.MaxInt64))
	}
	return nil
}

// Encoder appends the JSON of a value: the method AppendJSON of generated types.
type Encoder func(dst []byte) ([]byte, error)

// CheckJSON says why a value has no JSON: it holds what JSON cannot, such as a NaN.
func CheckJSON(column string, encode Encoder) error {
	if _, err := encode(nil); err != nil {
		return fmt.Errorf("column %s: %w", column, err)
	}
	return nil
}

// EncodeJSON returns the JSON of a value; nil where [CheckJSON] fails.
func EncodeJSON(encode Encoder) []byte {
	b, err := encode(nil)
	if err != nil {
		return nil
	}
	return b
}

// EncodeValue returns the JSON of the only member, "v", of an object: generated
// code wraps what is no object itself.
func EncodeValue(encode Encoder) []byte {
	b := EncodeJSON(encode)
	if b == nil {
		return nil
	}
	return b[len(`{"v":`) : len(b)-len(`}`)]
}

// NotWrittenError says that a method of a hand-written handler is still the stub that
// evgen made.
type NotWrittenError struct{ Method string }

func (e *NotWrittenError) Error() string {
	return fmt.Sprintf("%s is not written yet: replace the stub by what the read model needs", e.Method)
}

// JoinKey makes an ordering key of several columns.
func JoinKey(parts ...string) string { return strings.Join(parts, "\x1f") }

// NullText writes what p points to, or NULL.
func NullText[S ~string](w RowWriter, p *S) {
	if p == nil {
		w.Null()
		return
	}
	w.Text(string(*p))
}

// NullBool writes what p points to, or NULL.
func NullBool(w RowWriter, p *bool) { null(w, p, w.Bool) }

// NullInt writes what p points to, or NULL.
func NullInt[I ~int64](w RowWriter, p *I) {
	if p == nil {
		w.Null()
		return
	}
	w.Int(int64(*p))
}

// NullFloat writes what p points to, or NULL.
func NullFloat(w RowWriter, p *float64) { null(w, p, w.Float) }

// Digits is a decimal, by what it tells of its digits.
type Digits interface {
	Exponent() int32
	StringFixed(places int32) string
}

// WriteDecimal writes all digits of d, trailing zeros included.
func WriteDecimal[D Digits](w RowWriter, d D) { w.Decimal(d.StringFixed(max(-d.Exponent(), 0))) }

// NullDecimal writes what p points to, or NULL.
func NullDecimal[D Digits](w RowWriter, p *D) {
	if p == nil {
		w.Null()
		return
	}
	WriteDecimal(w, *p)
}

// NullUUID writes what p points to, or NULL.
func NullUUID(w RowWriter, p *uuid.UUID) { null(w, p, w.UUID) }

// NullTimestamp writes what p points to, or NULL.
func NullTimestamp(w RowWriter, p *time.Time) { null(w, p, w.Timestamp) }

// WriteDate writes a day.
func WriteDate(w RowWriter, d codec.Date) { w.Date(int(d.Year), time.Month(d.Month), int(d.Day)) }

// NullDate writes what p points to, or NULL.
func NullDate(w RowWriter, p *codec.Date) {
	if p == nil {
		w.Null()
		return
	}
	WriteDate(w, *p)
}

// NullBytes writes b, or NULL where it is nil.
func NullBytes(w RowWriter, b []byte) {
	if b == nil {
		w.Null()
		return
	}
	w.Bytes(b)
}

// NullJSON writes b, or NULL where it is nil.
func NullJSON(w RowWriter, b []byte) {
	if b == nil {
		w.Null()
		return
	}
	w.JSON(b)
}

// JSONOrNull writes b, or null where it is empty: a column that is not set yet.
func JSONOrNull(w RowWriter, b []byte) {
	if len(b) == 0 {
		b = []byte("null")
	}
	w.JSON(b)
}

func null[T any](w RowWriter, p *T, write func(T)) {
	if p == nil {
		w.Null()
		return
	}
	write(*p)
}
