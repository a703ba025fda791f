package codec

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Duration is an ISO 8601 duration such as "P1Y2M3DT4H5M6.5S" or "P2W". Its parts are kept apart,
// since a year or month has no fixed length. Each part is the number in the text; a leading minus
// makes the whole negative. Only the last part of a text may have a fraction, and only seconds:
// other fractions are refused. The zero Duration is written "PT0S".
type Duration struct {
	Negative                                            bool
	Years, Months, Weeks, Days, Hours, Minutes, Seconds int64
	Nanoseconds                                         int32

	// text is what was read, where the parts alone would be written otherwise. It counts only
	// while the parts are those of parts, so that a changed copy is written anew.
	text  string
	parts uint64
}

// DurationOf returns d in hours, minutes and seconds.
func DurationOf(d time.Duration) Duration {
	var out Duration
	n := uint64(d)
	if d < 0 {
		out.Negative, n = true, -n
	}
	out.Nanoseconds = int32(n % 1e9)
	n /= 1e9
	out.Hours, out.Minutes, out.Seconds = int64(n/3600), int64(n/60%60), int64(n%60)
	return out
}

// ParseDuration reads an ISO 8601 duration. The error does not quote s.
func ParseDuration(s string) (Duration, error) {
	d, ok := parseDuration(s)
	if !ok {
		return Duration{}, fmt.Errorf("parse duration: want an ISO 8601 duration such as P1DT2H")
	}
	return d, nil
}

// Std returns the time.Duration, and whether there is one: not if it has years or months, or is
// out of range. A day has 24 hours.
func (d Duration) Std() (time.Duration, bool) {
	if d.Years != 0 || d.Months != 0 {
		return 0, false
	}
	days := float64(d.Weeks)*7 + float64(d.Days)
	if days*86400+float64(d.Hours)*3600+float64(d.Minutes)*60+float64(d.Seconds) >= math.MaxInt64/1e9 {
		return 0, false
	}
	secs := (d.Weeks*7+d.Days)*86400 + d.Hours*3600 + d.Minutes*60 + d.Seconds
	out := time.Duration(secs)*time.Second + time.Duration(d.Nanoseconds)
	if d.Negative {
		out = -out
	}
	return out, true
}

// String returns the wire form.
func (d Duration) String() string { return string(d.append(nil)) }

func (d Duration) valid() bool {
	return d.Years >= 0 && d.Months >= 0 && d.Weeks >= 0 && d.Days >= 0 && d.Hours >= 0 &&
		d.Minutes >= 0 && d.Seconds >= 0 && d.Nanoseconds >= 0 && d.Nanoseconds < 1e9
}

func (d Duration) append(dst []byte) []byte {
	if d.text != "" && d.parts == d.fingerprint() {
		return append(dst, d.text...)
	}
	if d.Negative {
		dst = append(dst, '-')
	}
	dst = append(dst, 'P')
	start := len(dst)
	dst = appendPart(dst, d.Years, 'Y')
	dst = appendPart(dst, d.Months, 'M')
	dst = appendPart(dst, d.Weeks, 'W')
	dst = appendPart(dst, d.Days, 'D')
	if d.Hours|d.Minutes|d.Seconds|int64(d.Nanoseconds) == 0 {
		if len(dst) == start {
			dst = append(dst, "T0S"...)
		}
		return dst
	}
	dst = append(dst, 'T')
	dst = appendPart(dst, d.Hours, 'H')
	dst = appendPart(dst, d.Minutes, 'M')
	if d.Seconds|int64(d.Nanoseconds) != 0 {
		dst = strconv.AppendInt(dst, d.Seconds, 10)
		dst = append(appendFraction(dst, int(d.Nanoseconds), 0), 'S')
	}
	return dst
}

func appendPart(dst []byte, n int64, unit byte) []byte {
	if n == 0 {
		return dst
	}
	return append(strconv.AppendInt(dst, n, 10), unit)
}

// fingerprint mixes the parts into one word.
func (d *Duration) fingerprint() uint64 {
	h := uint64(d.Nanoseconds)
	if d.Negative {
		h = ^h
	}
	for _, n := range [...]int64{d.Years, d.Months, d.Weeks, d.Days, d.Hours, d.Minutes, d.Seconds} {
		h = (h ^ uint64(n)) * 0x9E3779B97F4A7C15
		h ^= h >> 29
	}
	return h
}

// parseDuration does not retain s.
func parseDuration(s string) (Duration, bool) {
	var d Duration
	rest, negative := strings.CutPrefix(s, "-")
	d.Negative = negative
	rest, ok := strings.CutPrefix(rest, "P")
	if !ok || rest == "" {
		return Duration{}, false
	}
	date, clock, hasClock := strings.Cut(rest, "T")
	if hasClock && clock == "" {
		return Duration{}, false
	}
	units := [...]durationUnit{{'Y', &d.Years}, {'M', &d.Months}, {'W', &d.Weeks}, {'D', &d.Days}}
	if !parseParts(date, units[:], nil) {
		return Duration{}, false
	}
	units2 := [...]durationUnit{{'H', &d.Hours}, {'M', &d.Minutes}, {'S', &d.Seconds}}
	if !parseParts(clock, units2[:], &d.Nanoseconds) {
		return Duration{}, false
	}
	var scratch [64]byte
	if string(d.append(scratch[:0])) != s {
		d.text, d.parts = strings.Clone(s), d.fingerprint()
	}
	return d, true
}

type durationUnit struct {
	letter byte
	into   *int64
}

// parseParts reads numbers, each followed by a unit that comes later in units than the one before.
// A fraction is taken where nanos says so: at the last unit.
func parseParts(s string, units []durationUnit, nanos *int32) bool {
	for s != "" {
		n := 0
		for n < len(s) && s[n]-'0' <= 9 {
			n++
		}
		v, err := strconv.ParseInt(s[:n], 10, 64)
		if err != nil {
			return false
		}
		s = s[n:]
		fraction := s != "" && (s[0] == '.' || s[0] == ',')
		if fraction {
			if s, fraction = parseNanos(s, nanos); !fraction {
				return false
			}
		}
		for len(units) > 0 && (s == "" || units[0].letter != s[0]) {
			units = units[1:]
		}
		if len(units) == 0 || fraction && (nanos == nil || len(units) != 1) {
			return false
		}
		*units[0].into = v
		units, s = units[1:], s[1:]
	}
	return true
}

// parseNanos reads a point or comma and up to nine digits, and returns what follows.
func parseNanos(s string, nanos *int32) (string, bool) {
	n := 1
	for n < len(s) && s[n]-'0' <= 9 {
		n++
	}
	if nanos == nil || n == 1 || n > 10 {
		return s, false
	}
	f, _ := digits(s[1:n])
	*nanos = int32(f * pow10[10-n])
	return s[n:], true
}
