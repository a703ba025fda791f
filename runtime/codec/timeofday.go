package codec

import "fmt"

// TimeOfDay is a time on the clock, "15:04:05" on the wire, with a fraction of up to nine digits
// and an offset from UTC if it has one. The zero TimeOfDay is midnight.
type TimeOfDay struct {
	Hour, Minute, Second uint8
	// Digits is the number of fraction digits to write; 0 writes as many as Nanosecond needs.
	Digits     uint8
	Nanosecond int32
	// Zone is how the offset is written; OffsetMinutes counts only with ZoneOffset.
	Zone          ZoneForm
	OffsetMinutes int16
}

// ZoneForm says how a TimeOfDay names its offset from UTC.
type ZoneForm uint8

const (
	ZoneNone     ZoneForm = iota // a local time: no offset
	ZoneUTC                      // "Z"
	ZoneOffset                   // "+02:00"
	ZoneNegative                 // "-00:00", an unknown offset
)

// ParseTimeOfDay reads "15:04:05", "15:04:05.123", "15:04:05Z" or "15:04:05+02:00". More than nine
// fraction digits and a second of 60 are errors. The error does not quote s.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	t, ok := parseTimeOfDay(s)
	if !ok {
		return TimeOfDay{}, fmt.Errorf("parse time of day: want hh:mm:ss, a fraction of at most 9 digits, an offset")
	}
	return t, nil
}

// String returns the wire form.
func (t TimeOfDay) String() string { return string(t.append(nil)) }

func (t TimeOfDay) valid() bool {
	return t.Hour < 24 && t.Minute < 60 && t.Second < 60 && t.Digits <= 9 && t.Zone <= ZoneNegative &&
		t.Nanosecond >= 0 && t.Nanosecond < 1e9 && t.OffsetMinutes > -24*60 && t.OffsetMinutes < 24*60
}

func (t TimeOfDay) append(dst []byte) []byte {
	dst = appendClock(dst, int(t.Hour), int(t.Minute), int(t.Second))
	dst = appendFraction(dst, int(t.Nanosecond), int(t.Digits))
	switch t.Zone {
	case ZoneUTC:
		return append(dst, 'Z')
	case ZoneOffset:
		return appendOffset(dst, int(t.OffsetMinutes))
	case ZoneNegative:
		return append(dst, "-00:00"...)
	default:
		return dst
	}
}

func parseTimeOfDay(s string) (TimeOfDay, bool) {
	c, rest, ok := parseClock(s)
	if !ok {
		return TimeOfDay{}, false
	}
	t := TimeOfDay{
		Hour: uint8(c.hour), Minute: uint8(c.minute), Second: uint8(c.second),
		Nanosecond: int32(c.nanos), Digits: uint8(c.keptDigits()),
	}
	if rest == "" {
		return t, true
	}
	z, ok := parseZone(rest)
	t.Zone, t.OffsetMinutes = z.form, int16(z.minutes)
	return t, ok
}

// A clock is what the time part of a timestamp says.
type clock struct {
	hour, minute, second int
	nanos                int
	digits               int // of the fraction as read
}

// keptDigits returns how many fraction digits must be remembered to write the clock as it was
// read: none if the shortest form is what was read.
func (c clock) keptDigits() int {
	if c.digits > 0 && c.nanos%pow10[10-c.digits] == 0 {
		return c.digits
	}
	return 0
}

var pow10 = [...]int{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10}

// parseClock reads hh:mm:ss and an optional fraction, and returns what follows.
func parseClock(s string) (clock, string, bool) {
	if len(s) < 8 || s[2] != ':' || s[5] != ':' {
		return clock{}, "", false
	}
	h, m, sec := twoDigits(s, 0), twoDigits(s, 3), twoDigits(s, 6)
	c := clock{hour: h, minute: m, second: sec}
	if h|m|sec < 0 || h > 23 || m > 59 || sec > 59 {
		return clock{}, "", false
	}
	rest := s[8:]
	if rest == "" || rest[0] != '.' {
		return c, rest, true
	}
	n := 1
	for n < len(rest) && rest[n]-'0' <= 9 {
		n++
	}
	if n == 1 || n > 10 {
		return clock{}, "", false
	}
	f, _ := digits(rest[1:n])
	c.digits = n - 1
	c.nanos = f * pow10[9-c.digits]
	return c, rest[n:], true
}

// A zone is an offset as it stands in a timestamp.
type zone struct {
	form    ZoneForm
	minutes int
}

// parseZone reads the whole of s as "Z", "z" or "±hh:mm".
func parseZone(s string) (zone, bool) {
	if s == "Z" || s == "z" {
		return zone{form: ZoneUTC}, true
	}
	if len(s) != len("+00:00") || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return zone{}, false
	}
	h, ok1 := digits(s[1:3])
	m, ok2 := digits(s[4:6])
	if !ok1 || !ok2 || h > 23 || m > 59 {
		return zone{}, false
	}
	z := zone{form: ZoneOffset, minutes: h*60 + m}
	if s[0] == '-' {
		z.minutes = -z.minutes
		if z.minutes == 0 {
			z.form = ZoneNegative
		}
	}
	return z, true
}

func appendClock(dst []byte, hour, minute, second int) []byte {
	const size = len("15:04:05")
	dst = withRoom(dst, size)
	text := eightAsText(uint64(hour*10000 + minute*100 + second))
	put8(behind(dst), 0, text>>16&0xFFFF|':'<<16|text>>8&0xFFFF000000|':'<<40|text&(0xFFFF<<48))
	return dst[:len(dst)+size]
}

// appendFraction writes nanos with the given number of digits, or with as many as it needs if
// that is more.
func appendFraction(dst []byte, nanos, width int) []byte {
	if nanos == 0 && width == 0 {
		return dst
	}
	dst = withRoom(dst, 10)
	p, first := behind(dst), eightAsText(uint64(nanos)/10)
	last := uint64(nanos) % 10
	put1(p, 0, '.')
	put8(p, 1, first)
	put1(p, 9, byte('0'+last))
	need := 9
	if last == 0 {
		need = 8 - trailingZeroDigits(first)
	}
	return dst[:len(dst)+1+max(width, need)]
}

func appendOffset(dst []byte, minutes int) []byte {
	sign := byte('+')
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	h, m := minutes/60, minutes%60
	return append(dst, sign, byte('0'+h/10), byte('0'+h%10), ':', byte('0'+m/10), byte('0'+m%10))
}
