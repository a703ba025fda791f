package upcast

import (
	"encoding/base64"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime/codec"
)

// Integer is any Go integer that schemas know.
type Integer interface {
	~int32 | ~int64 | ~uint32 | ~uint64
}

// Float is any Go float that schemas know.
type Float interface{ ~float32 | ~float64 }

// IntToString writes an integer in decimal.
func IntToString[T Integer](v T) string {
	if v < 0 {
		return strconv.FormatInt(int64(v), 10)
	}
	return strconv.FormatUint(uint64(v), 10)
}

// FloatToString writes a number with as few digits as identify it.
func FloatToString[T Float](v T) string {
	bits := 64
	if _, narrow := any(v).(float32); narrow {
		bits = 32
	}
	return strconv.FormatFloat(float64(v), 'g', -1, bits)
}

// BoolToString writes "true" or "false".
func BoolToString(v bool) string { return strconv.FormatBool(v) }

// BoolToInt is 1 for true and 0 for false.
func BoolToInt[T Integer](v bool) T {
	if v {
		return 1
	}
	return 0
}

// StringToBool reads "true" and "false", else returns other.
func StringToBool(s string, other bool) bool {
	switch s {
	case "true":
		return true
	case "false":
		return false
	default:
		return other
	}
}

// StringToInt reads a decimal integer that fits T, else returns other.
func StringToInt[T Integer](s string, other T) T {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return IntToInt(n, other)
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n > uint64(maxOf[T]()) {
		return other
	}
	return T(n)
}

// IntToInt converts between integers where the value fits, else returns other.
func IntToInt[T, F Integer](v F, other T) T {
	n := T(v)
	if F(n) != v || (n < 0) != (v < 0) {
		return other
	}
	return n
}

// maxOf is the largest T.
func maxOf[T Integer]() T {
	var zero T
	if all := ^zero; all > 0 {
		return all
	}
	if n := int64(math.MaxInt64); int64(T(n)) == n {
		return T(n)
	}
	n := int64(math.MaxInt32)
	return T(n)
}

// StringToFloat reads a finite number, else returns other.
func StringToFloat[T Float](s string, other T) T {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(float64(T(f)), 0) || math.IsNaN(f) {
		return other
	}
	return T(f)
}

// FloatToInt converts a whole number that fits T, else returns other.
func FloatToInt[T Integer, F Float](v F, other T) T {
	f := float64(v)
	if f != math.Trunc(f) || f < -1<<63 || f >= 1<<64 {
		return other
	}
	if f < 1<<63 {
		return IntToInt(int64(f), other)
	}
	return IntToInt(uint64(f), other)
}

// UnixSToTimestamp takes seconds since 1970.
func UnixSToTimestamp[T Integer](v T) time.Time { return time.Unix(int64(v), 0).UTC() }

// TimestampToUnixS gives seconds since 1970, rounded down.
func TimestampToUnixS[T Integer](v time.Time) T { return T(v.Unix()) }

// TimestampToUnixMs gives milliseconds since 1970, rounded down.
func TimestampToUnixMs[T Integer](v time.Time) T { return T(v.UnixMilli()) }

// TimestampToUnixUs gives microseconds since 1970, rounded down.
func TimestampToUnixUs[T Integer](v time.Time) T { return T(v.UnixMicro()) }

// UnixMsToTimestamp takes milliseconds since 1970.
func UnixMsToTimestamp[T Integer](v T) time.Time { return time.UnixMilli(int64(v)).UTC() }

// UnixUsToTimestamp takes microseconds since 1970.
func UnixUsToTimestamp[T Integer](v T) time.Time { return time.UnixMicro(int64(v)).UTC() }

// TimestampToText writes RFC 3339.
func TimestampToText(v time.Time) string { return v.Format(time.RFC3339Nano) }

// TimestampToString writes a timestamp in a Go time layout.
func TimestampToString(v time.Time, layout string) string { return v.Format(layout) }

// StringToTimestamp reads a timestamp in a Go time layout, in UTC where the text names no zone, else returns other.
func StringToTimestamp(s, layout string, other time.Time) time.Time {
	t, err := time.Parse(layout, s)
	if err != nil {
		return other
	}
	return t
}

// StringToUUID reads a UUID, else returns other.
func StringToUUID(s string, other uuid.UUID) uuid.UUID {
	id, err := uuid.Parse(s)
	if err != nil {
		return other
	}
	return id
}

// UUIDToString writes a UUID in lower case.
func UUIDToString(v uuid.UUID) string { return v.String() }

// StringToDate reads "2006-01-02", else returns other.
func StringToDate(s string, other codec.Date) codec.Date {
	d, err := codec.ParseDate(s)
	if err != nil {
		return other
	}
	return d
}

// DateToString writes "2006-01-02".
func DateToString(v codec.Date) string { return v.String() }

// DateToTimestamp is midnight UTC of the day.
func DateToTimestamp(v codec.Date) time.Time { return v.In(time.UTC) }

// TimestampToDate is the day in UTC.
func TimestampToDate(v time.Time) codec.Date { return codec.DateOf(v.UTC()) }

// StringToBytes is the UTF-8 of a text.
func StringToBytes(s string) []byte { return []byte(s) }

// BytesToString is the text that bytes are the UTF-8 of, or other where they are none.
func BytesToString(b []byte, other string) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return other
}

// BytesToText is the base64 of bytes, as they stand on the wire.
func BytesToText(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// IntToBool takes 0 and 1, else returns other.
func IntToBool[T Integer](v T, other bool) bool {
	if v != 0 && v != 1 {
		return other
	}
	return v == 1
}

// StringToTime reads "15:04:05", else returns other.
func StringToTime(s string, other codec.TimeOfDay) codec.TimeOfDay {
	t, err := codec.ParseTimeOfDay(s)
	if err != nil {
		return other
	}
	return t
}

// TimeToString writes "15:04:05".
func TimeToString(v codec.TimeOfDay) string { return v.String() }

// StringToDuration reads an ISO 8601 duration, else returns other.
func StringToDuration(s string, other codec.Duration) codec.Duration {
	d, err := codec.ParseDuration(s)
	if err != nil {
		return other
	}
	return d
}

// DurationToString writes an ISO 8601 duration.
func DurationToString(v codec.Duration) string { return v.String() }
