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

// String returns the wire form, "" for what is no day.
func (d Date) String() string {
	if !d.valid() {
		return ""
	}
	return string(d.append(nil))
}

func (d Date) valid() bool {
	return d.Year >= 0 && d.Year <= 9999 && d.Month >= 1 && d.Month <= 12 &&
		d.Day >= 1 && int(d.Day) <= daysIn(int(d.Year), int(d.Month))
}

func (d Date) append(dst []byte) []byte {
	const size = len("2006-01-02")
	dst = withRoom(dst, size)
	p, text := behind(dst), eightAsText(uint64(int(d.Year)*10000+int(d.Month)*100+int(d.Day)))
	put4(p, 0, uint32(text))
	put1(p, 4, '-')
	put2(p, 5, uint16(text>>32))
	put1(p, 7, '-')
	put2(p, 8, uint16(text>>48))
	return dst[:len(dst)+size]
}

func parseDate(s string) (Date, bool) {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return Date{}, false
	}
	hundreds, year, month, day := twoDigits(s, 0), twoDigits(s, 2), twoDigits(s, 5), twoDigits(s, 8)
	if hundreds|year|month|day < 0 {
		return Date{}, false
	}
	date := Date{Year: int16(100*hundreds + year), Month: uint8(month), Day: uint8(day)}
	return date, date.valid()
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

// twoDigits reads the digits at s[i:i+2], negative if there are none.
func twoDigits(s string, i int) int {
	hi, lo := s[i]-'0', s[i+1]-'0'
	if hi > 9 || lo > 9 {
		return -1
	}
	return int(hi)*10 + int(lo)
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
