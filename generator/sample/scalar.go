package sample

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/evgen/evgen/schema/model"
)

func appendQuoted(dst []byte, s string) []byte {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always encodes
	return append(dst, strings.TrimSuffix(b.String(), "\n")...)
}

// Quote writes a text as JSON.
func Quote(s string) []byte { return appendQuoted(nil, s) }

// texts are the samples of kinds that are written as strings of a fixed form.
var texts = map[model.Kind]func(n int) string{
	model.UUID:      func(n int) string { return fmt.Sprintf("018f5c2e-7a10-7000-8000-%012d", n) },
	model.URI:       func(n int) string { return fmt.Sprintf("https://example.com/%d", n) },
	model.Email:     func(n int) string { return fmt.Sprintf("user%d@example.com", n) },
	model.Timestamp: func(n int) string { return fmt.Sprintf("2024-02-29T12:%02d:%02d.5Z", n/60%60, n%60) },
	model.Date:      func(n int) string { return fmt.Sprintf("2024-02-%02d", n%28+1) },
	model.Time:      func(n int) string { return fmt.Sprintf("12:%02d:%02d", n/60%60, n%60) },
	model.Duration:  func(n int) string { return fmt.Sprintf("PT%dM", n) },
	model.Bytes:     func(int) string { return "AAH/" },
}

// scalar appends a value of a scalar type that meets the limits; n makes it differ from its neighbours.
func scalar(dst []byte, t *model.TypeRef, l *model.Limits, n int) []byte {
	switch t.Kind {
	case model.Bool:
		return strconv.AppendBool(dst, n%2 == 1)
	case model.JSON:
		return fmt.Appendf(dst, `{"any":[%d,null,"value"]}`, n)
	case model.String:
		return appendQuoted(dst, text(l, n))
	case model.Decimal:
		return appendQuoted(dst, strconv.FormatFloat(number(l, float64(n)), 'f', -1, 64))
	case model.Float32, model.Float64:
		return strconv.AppendFloat(dst, number(l, float64(n)+0.5), 'g', -1, 64)
	case model.Timestamp:
		return timestamp(dst, t.Encoding, n)
	case model.Int32, model.Int64, model.Uint32, model.Uint64:
		return integer(dst, t, l, n)
	default:
		return appendQuoted(dst, texts[t.Kind](n))
	}
}

// unixUnits are how many units of an encoding a second has.
var unixUnits = map[model.Encoding]int64{model.EncodingUnixS: 1, model.EncodingUnixMS: 1e3, model.EncodingUnixUS: 1e6}

func timestamp(dst []byte, e model.Encoding, n int) []byte {
	if unit, ok := unixUnits[e]; ok {
		return strconv.AppendInt(dst, (1709208000+int64(n))*unit, 10)
	}
	return appendQuoted(dst, texts[model.Timestamp](n))
}

func integer(dst []byte, t *model.TypeRef, l *model.Limits, n int) []byte {
	v := int64(math.Ceil(number(l, float64(n))))
	if t.Encoding == model.EncodingString {
		return appendQuoted(dst, strconv.FormatInt(v, 10))
	}
	return strconv.AppendInt(dst, v, 10)
}

// number returns a number within the limits: n itself if it is.
func number(l *model.Limits, n float64) float64 {
	if low, ok := bound(l.Min); ok && n < low {
		n = low
	}
	if low, ok := bound(l.ExclusiveMin); ok && n <= low {
		n = above(low, l)
	}
	if high, ok := bound(l.Max); ok && n > high {
		n = high
	}
	if high, ok := bound(l.ExclusiveMax); ok && n >= high {
		n = below(high, l)
	}
	if unit, ok := bound(l.MultipleOf); ok && unit > 0 {
		n = unit * math.Ceil(n/unit)
	}
	return n
}

// above is a number over an exclusive lower bound, halfway to the upper one where there is one close by.
func above(low float64, l *model.Limits) float64 {
	if high, ok := upper(l); ok && high < low+1 {
		return (low + high) / 2
	}
	return low + 1
}

func below(high float64, l *model.Limits) float64 {
	if low, ok := bound(l.Min); ok && low > high-1 {
		return (low + high) / 2
	}
	return high - 1
}

func upper(l *model.Limits) (float64, bool) {
	if high, ok := bound(l.Max); ok {
		return high, true
	}
	return bound(l.ExclusiveMax)
}

func bound(v *model.Value) (float64, bool) {
	if v == nil {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.Trim(string(v.JSON), `"`), 64)
	return f, err == nil
}

// text returns a string that matches the pattern and has an allowed length, where that can be had.
func text(l *model.Limits, n int) string {
	s := fmt.Sprintf("text %d", n)
	if l.Pattern != "" {
		return matching(l.Pattern, l)
	}
	if l.MinLength != nil {
		if lack := *l.MinLength - utf8.RuneCountInString(s); lack > 0 {
			s += strings.Repeat("x", lack)
		}
	}
	if l.MaxLength != nil && utf8.RuneCountInString(s) > *l.MaxLength {
		tail := strconv.Itoa(n)
		s = (strings.Repeat("0", *l.MaxLength) + tail)[len(tail):]
	}
	return s
}
