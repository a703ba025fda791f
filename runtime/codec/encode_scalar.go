package codec

import (
	"math"
	"strconv"
	"time"
)

// appendFloat64 writes the shortest text that reads back as f, in the form of encoding/json.
func appendFloat64(dst []byte, f float64) ([]byte, *Error) {
	a := math.Abs(f)
	if a >= 1e-6 && a < 1e7 {
		if out, ok := appendShortDecimal(dst, f); ok {
			return out, nil
		}
	}
	s, ok := shortest64(a)
	if !ok {
		return appendRareFloat(dst, f, 64)
	}
	if f < 0 {
		dst = append(dst, '-')
	}
	if a < 1e-6 || a >= 1e21 {
		return s.appendScientific(dst), nil
	}
	return s.append(dst), nil
}

// appendFloat32 is appendFloat64 with the digits that a float32 needs.
func appendFloat32(dst []byte, f float32) ([]byte, *Error) {
	a := float32(math.Abs(float64(f)))
	if isFraction32(f) {
		dst = withRoom(dst, fraction32Room)
		return dst[:len(dst)+putFraction32(behind(dst), 0, f)], nil
	}
	s, ok := shortest32(a)
	if !ok {
		return appendRareFloat(dst, float64(f), 32)
	}
	if f < 0 {
		dst = append(dst, '-')
	}
	if a < 1e-6 || a >= 1e21 {
		return s.appendScientific(dst), nil
	}
	return s.append(dst), nil
}

// appendRareFloat writes zeros, and what is very small or large, and refuses what is no number.
func appendRareFloat(dst []byte, f float64, size int) ([]byte, *Error) {
	switch a := math.Abs(f); {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return dst, unencodable("JSON has no NaN and no infinity")
	case a != 0 && (a < 1e-6 || a >= 1e21):
		return trimExponent(strconv.AppendFloat(dst, f, 'e', -1, size)), nil
	}
	return strconv.AppendFloat(dst, f, 'f', -1, size), nil
}

// trimExponent turns e-09 into e-9.
func trimExponent(dst []byte) []byte {
	if n := len(dst); n >= 4 && dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		return dst[:n-1]
	}
	return dst
}

func appendUUID(dst []byte, id *[16]byte) []byte {
	const size = len(`"018f3c6e-7b1a-7c3d-9e2f-0123456789ab"`)
	dst = withRoom(dst, size)
	p := behind(dst)
	b, c := hexOf(get4(Pointer(id), 4)), hexOf(get4(Pointer(id), 8))
	put1(p, 0, '"')
	put8(p, 1, hexOf(get4(Pointer(id), 0)))
	put1(p, 9, '-')
	put4(p, 10, uint32(b))
	put1(p, 14, '-')
	put4(p, 15, uint32(b>>32))
	put1(p, 19, '-')
	put4(p, 20, uint32(c))
	put1(p, 24, '-')
	put4(p, 25, uint32(c>>32))
	put8(p, 29, hexOf(get4(Pointer(id), 12)))
	put1(p, size-1, '"')
	return dst[:len(dst)+size]
}

// hexOf returns the eight hexadecimal digits of four bytes, the first low: it spreads the half bytes,
// and lifts those above nine to the letters.
func hexOf(n uint32) uint64 {
	w := uint64(n)
	w = (w | w<<16) & 0x0000FFFF0000FFFF
	w = (w | w<<8) & 0x00FF00FF00FF00FF
	w = (w>>4 | w<<8) & (0x0F * eachByte)
	letters := (w + 0x06*eachByte) >> 4 & eachByte
	return w + zeros + letters*('a'-'0'-10)
}

func appendTime(dst []byte, op opcode, p Pointer) ([]byte, *Error) {
	t := *at[time.Time](p)
	if op != Timestamp {
		if y := t.UTC().Year(); y < 0 || y > 9999 {
			return dst, unencodable("the time is not in the years 0 to 9999")
		}
		return strconv.AppendInt(dst, toUnix(t, unixUnits[op-UnixSeconds]), 10), nil
	}
	out, ok := appendTimestamp(append(dst, '"'), t)
	if !ok {
		return dst, unencodable("the time has no RFC 3339 form: its year is not 0 to 9999, or its offset not of whole minutes below 24 hours")
	}
	return append(out, '"'), nil
}

// appendTimestamp writes RFC 3339 as the location of t says, see stampLocation.
func appendTimestamp(dst []byte, t time.Time) ([]byte, bool) {
	s := spelling(t.Location())
	offset := 0
	if s.zone != "Z" {
		_, offset = t.Zone()
	}
	secs := t.Unix() + int64(offset)
	days := floorDiv(secs, 86400)
	date, ok := civilDate(days)
	if !ok || offset%60 != 0 || offset <= -86400 || offset >= 86400 {
		return dst, false
	}
	rest := int(secs - days*86400)
	dst = append(date.append(dst), 'T')
	dst = appendClock(dst, rest/3600, rest/60%60, rest%60)
	dst = appendFraction(dst, t.Nanosecond(), s.digits)
	switch {
	case s.zone == "Z":
		return append(dst, 'Z'), true
	case s.zone != "":
		return append(dst, s.zone...), true
	case offset == 0:
		return append(dst, 'Z'), true
	}
	return appendOffset(dst, offset/60), true
}

// civilDate is the inverse of unixDays, for the years 0 to 9999. It is from C. Neri and L. Schneider,
// "Euclidean affine functions and their application to calendar algorithms" (2022): years begin in
// March, and all divisions are by constants. The calendar repeats after 400 years; one such era
// more keeps the numbers positive.
func civilDate(days int64) (Date, bool) {
	const first, last = -719528, 2932896
	const toMarch, era = 719468, 146097
	if days < first || days > last {
		return Date{}, false
	}
	quarters := 4*uint64(days+toMarch+era) + 3
	century := quarters / era
	inCentury := 2939745 * (quarters%era | 3)
	year := 100*century + inCentury>>32
	day := inCentury & (1<<32 - 1) / 2939745 / 4
	month := 2141*day + 197913
	nextYear := one(day >= 306)
	return Date{
		Year:  int16(year + nextYear - 400),
		Month: uint8(month>>16 - 12*nextYear),
		Day:   uint8(month&0xFFFF/2141 + 1),
	}, true
}

func appendCalendar(dst []byte, op opcode, p Pointer) ([]byte, *Error) {
	dst = append(dst, '"')
	ok := false
	switch op {
	case DateType:
		v := at[Date](p)
		if ok = v.valid(); ok {
			dst = v.append(dst)
		}
	case TimeType:
		v := at[TimeOfDay](p)
		if ok = v.valid(); ok {
			dst = v.append(dst)
		}
	case DurationType:
		v := at[Duration](p)
		if ok = v.valid(); ok {
			dst = v.append(dst)
		}
	}
	if !ok {
		return dst, unencodable("the value is not " + calendarWants[op-DateType])
	}
	return append(dst, '"'), nil
}
