package codec

import (
	"math"
	"time"
)

// timeInto reads a timestamp of any encoding.
func (d *decoder) timeInto(op opcode, p Pointer) *Error {
	if op == Timestamp {
		return d.timestamp(at[time.Time](p))
	}
	start := d.pos
	n, err := d.signed(math.MaxInt64)
	if err != nil {
		return err
	}
	unit := unixUnits[op-UnixSeconds]
	t := time.Unix(floorDiv(n, unit), (n-floorDiv(n, unit)*unit)*(1e9/unit)).UTC()
	if toUnix(t, unit) != n || t.Year() < 0 || t.Year() > 9999 {
		return d.failToken(CodeRange, start, "want a time in the years 0 to 9999")
	}
	*at[time.Time](p) = t
	return nil
}

// unixUnits are the parts of a second that UnixSeconds, UnixMillis and UnixMicros count.
var unixUnits = [...]int64{1, 1e3, 1e6}

func floorDiv(n, by int64) int64 {
	q := n / by
	if n%by < 0 {
		q--
	}
	return q
}

// toUnix returns t in units of 1/unit second, rounded down.
func toUnix(t time.Time, unit int64) int64 {
	return t.Unix()*unit + int64(t.Nanosecond())/(1e9/unit)
}

// timestamp reads RFC 3339. The offset and the digits of the fraction live on in the location of
// the time, see stampLocation; a lower-case t or z is read and written in upper case.
func (d *decoder) timestamp(p *time.Time) *Error {
	start := d.pos
	text, err := d.text("a timestamp")
	if err != nil {
		return err
	}
	t, ok := parseTimestamp(stringOver(text))
	if !ok {
		return d.failToken(CodeForm, start, "want an RFC 3339 timestamp with at most 9 fraction digits")
	}
	*p = t
	return nil
}

func parseTimestamp(s string) (time.Time, bool) {
	if len(s) < len("2006-01-02T15:04:05Z") || s[10]|0x20 != 't' {
		return time.Time{}, false
	}
	day, ok := parseDate(s[:10])
	if !ok {
		return time.Time{}, false
	}
	c, rest, ok := parseClock(s[11:])
	if !ok {
		return time.Time{}, false
	}
	z, ok := parseZone(rest)
	if !ok {
		return time.Time{}, false
	}
	secs := unixDays(day)*86400 + int64(c.hour*3600+c.minute*60+c.second) - int64(z.minutes)*60
	t := time.Unix(secs, int64(c.nanos))
	digits := c.keptDigits()
	if z.form == ZoneUTC && digits == 0 {
		return t.UTC(), true
	}
	return t.In(stampLocation(z, digits)), true
}

// unixDays returns the days from 1970-01-01 to d, in the civil calendar with years that begin in
// March, so that the leap day is the last.
func unixDays(d Date) int64 {
	y, m := int64(d.Year), int64(d.Month)
	if m <= 2 {
		y--
		m += 12
	}
	era := floorDiv(y, 400)
	year := y - era*400
	day := (153*(m-3)+2)/5 + int64(d.Day) - 1
	return era*146097 + year*365 + year/4 - year/100 + day - 719468
}

// calendarInto reads a date, a time of day or a duration.
func (d *decoder) calendarInto(op opcode, p Pointer) *Error {
	start := d.pos
	text, err := d.text(calendarWants[op-DateType])
	if err != nil {
		return err
	}
	s, ok := stringOver(text), false
	switch op {
	case DateType:
		*at[Date](p), ok = parseDate(s)
	case TimeType:
		*at[TimeOfDay](p), ok = parseTimeOfDay(s)
	case DurationType:
		*at[Duration](p), ok = parseDuration(s)
	}
	if !ok {
		return d.failToken(CodeForm, start, "want "+calendarWants[op-DateType])
	}
	return nil
}

// calendarWants names what DateType, TimeType and DurationType take.
var calendarWants = [...]string{"a date such as 2006-01-02", "a time of day such as 15:04:05", "an ISO 8601 duration such as P1DT2H"}
