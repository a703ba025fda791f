package projection

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime/codec"
)

// ErrNoRow says that a read model has no row of a key.
var ErrNoRow = errors.New("no row has this key")

// Scan reads the columns of one row into row, by the method Scan of a driver's
// row: generated code has one for each read model, the same for all databases.
type Scan[R any] func(scan func(dest ...any) error, row *R) error

// target makes of what a driver gives a value of a column: drivers have different
// types for the same column.
type target[T any] struct {
	value *T
	read  func(src any) (T, bool)
}

// Scan implements [sql.Scanner].
func (t target[T]) Scan(src any) error {
	v, ok := t.read(src)
	if !ok {
		return fmt.Errorf("column holds a %T, which is no %T", src, *t.value)
	}
	*t.value = v
	return nil
}

// nullable is a target that NULL leaves nil.
type nullable[T any] struct {
	value **T
	read  func(src any) (T, bool)
}

// Scan implements [sql.Scanner].
func (n nullable[T]) Scan(src any) error {
	*n.value = nil
	if src == nil {
		return nil
	}
	var v T
	if err := (target[T]{&v, n.read}).Scan(src); err != nil {
		return err
	}
	*n.value = &v
	return nil
}

// The functions Into... say where a column goes; those called IntoNull... leave a
// nil pointer where it is NULL.

// IntoText takes a column of type [Text].
func IntoText[S ~string](p *S) sql.Scanner { return target[S]{p, readText[S]} }

// IntoNullText takes a column of type [Text] that may be NULL.
func IntoNullText[S ~string](p **S) sql.Scanner { return nullable[S]{p, readText[S]} }

// IntoBool takes a column of type [Bool].
func IntoBool(p *bool) sql.Scanner { return target[bool]{p, readBool} }

// IntoNullBool takes a column of type [Bool] that may be NULL.
func IntoNullBool(p **bool) sql.Scanner { return nullable[bool]{p, readBool} }

// IntoInt takes a column of type [Int].
func IntoInt[I ~int64](p *I) sql.Scanner { return target[I]{p, readInt[I]} }

// IntoNullInt takes a column of type [Int] that may be NULL.
func IntoNullInt[I ~int64](p **I) sql.Scanner { return nullable[I]{p, readInt[I]} }

// IntoFloat takes a column of type [Float].
func IntoFloat(p *float64) sql.Scanner { return target[float64]{p, readFloat} }

// IntoNullFloat takes a column of type [Float] that may be NULL.
func IntoNullFloat(p **float64) sql.Scanner { return nullable[float64]{p, readFloat} }

// IntoUUID takes a column of type [UUID].
func IntoUUID(p *uuid.UUID) sql.Scanner { return target[uuid.UUID]{p, readUUID} }

// IntoNullUUID takes a column of type [UUID] that may be NULL.
func IntoNullUUID(p **uuid.UUID) sql.Scanner { return nullable[uuid.UUID]{p, readUUID} }

// IntoTimestamp takes a column of type [Timestamp], in UTC.
func IntoTimestamp(p *time.Time) sql.Scanner { return target[time.Time]{p, readTimestamp} }

// IntoNullTimestamp takes a column of type [Timestamp] that may be NULL, in UTC.
func IntoNullTimestamp(p **time.Time) sql.Scanner { return nullable[time.Time]{p, readTimestamp} }

// IntoDate takes a column of type [Date].
func IntoDate(p *codec.Date) sql.Scanner { return target[codec.Date]{p, readDate} }

// IntoNullDate takes a column of type [Date] that may be NULL.
func IntoNullDate(p **codec.Date) sql.Scanner { return nullable[codec.Date]{p, readDate} }

// IntoBytes takes a column of type [Bytes]; NULL is nil.
func IntoBytes(p *[]byte) sql.Scanner { return target[[]byte]{p, readBytes[[]byte]} }

// IntoJSON takes a column of type [JSON], as the database spells it; NULL is nil.
func IntoJSON(p *codec.JSON) sql.Scanner { return target[codec.JSON]{p, readBytes[codec.JSON]} }

// Parsed is a type that reads a text itself, as decimals do.
type Parsed[T any] interface {
	*T
	sql.Scanner
}

// IntoDecimal takes a column of type [Decimal].
func IntoDecimal[T any, P Parsed[T]](p P) sql.Scanner { return p }

// IntoNullDecimal takes a column of type [Decimal] that may be NULL.
func IntoNullDecimal[T any, P Parsed[T]](p **T) sql.Scanner {
	return nullable[T]{p, func(src any) (v T, ok bool) {
		return v, P(&v).Scan(src) == nil
	}}
}

func readText[S ~string](src any) (S, bool) {
	switch v := src.(type) {
	case string:
		return S(v), true
	case []byte:
		return S(v), true
	}
	return "", false
}

func readBool(src any) (bool, bool) {
	switch v := src.(type) {
	case bool:
		return v, true
	case int64:
		return v != 0, true
	}
	return false, false
}

func readInt[I ~int64](src any) (I, bool) {
	v, ok := src.(int64)
	return I(v), ok
}

func readFloat(src any) (float64, bool) {
	v, ok := src.(float64)
	return v, ok
}

func readUUID(src any) (id uuid.UUID, ok bool) {
	return id, src != nil && id.Scan(src) == nil
}

// readTimestamp also takes microseconds since 1970.
func readTimestamp(src any) (time.Time, bool) {
	switch v := src.(type) {
	case time.Time:
		return v.UTC(), true
	case int64:
		return time.UnixMicro(v).UTC(), true
	}
	return time.Time{}, false
}

func readDate(src any) (codec.Date, bool) {
	switch v := src.(type) {
	case time.Time:
		return codec.DateOf(v), true
	case string:
		d, err := codec.ParseDate(v)
		return d, err == nil
	}
	return codec.Date{}, false
}

func readBytes[B ~[]byte](src any) (B, bool) {
	switch v := src.(type) {
	case nil:
		return nil, true
	case string:
		return B(v), true
	case []byte:
		return append(make(B, 0, len(v)), v...), true // the driver keeps its own
	}
	return nil, false
}
