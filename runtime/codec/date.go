package codec

import (
	"fmt"
	"time"
)

// Date is a calendar day without a zone, "2006-01-02" on the wire. Years are 0 to 9999. The zero
// Date is not a day; it is an error to encode.
type Date struct {
	Year  int16
	Month uint8 // 1 to 12
	Day   uint8 // 1 to 31
}

// DateOf returns the day of t in its own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{Year: int16(y), Month: uint8(m), Day: uint8(d)}
}

// ParseDate reads "2006-01-02". The error does not quote s.
func ParseDate(s string) (Date, error) {
	d, ok := parseDate(s)
	if !ok {
		return Date{}, fmt.Errorf("parse date: want YYYY-MM-DD")
	}
	return d, nil
}

// In returns midnight of the day in loc.
func (d Date) In(loc *time.Location) time.Time {
	return time.Date(int(d.Year), time.Month(d.Month), int(d.Day), 0, 0, 0, 0, loc)
}

// String returns the wire form.
func (d Date) String() string { return string(d.append(nil)) }

func (d Date) valid() bool {
	return d.Year >= 0 && d.Year <= 9999 && d.Month >= 1 && d.Month <= 12 &&
		d.Day >= 1 && int(d.Day) <= daysIn(int(d.Year), int(d.Month))
}

func (d Date) append(dst []byte) []byte {
	dst = appendDigits(dst, int(d.Year), 4)
	dst = append(dst, '-')
	dst = appendDigits(dst, int(d.Month), 2)
	dst = append(dst, '-')
	return appendDigits(dst, int(d.Day), 2)
}

func parseDate(s string) (Date, bool) {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return Date{}, false
	}
	y, ok1 := digits(s[0:4])
	m, ok2 := digits(s[5:7])
	d, ok3 := digits(s[8:10])
	date := Date{Year: int16(y), Month: uint8(m), Day: uint8(d)}
	return date, ok1 && ok2 && ok3 && date.valid()
}

func daysIn(year, month int) int {
	if month == 2 {
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 30 + (month+month>>3)&1
}

// digits reads a run of decimal digits, at most nine.
func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, len(s) > 0
}

// appendDigits writes n with leading zeros to the given width.
func appendDigits(dst []byte, n, width int) []byte {
	at := len(dst)
	const zeros = "000000000"
	dst = append(dst, zeros[:width]...)
	for i := at + width - 1; i >= at; i-- {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
	return dst
}
