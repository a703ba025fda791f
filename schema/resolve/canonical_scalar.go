package resolve

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"math/big"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/schema/model"
)

// textForms canonicalises the scalars that are text; ok is false when the text has not the form.
var textForms = map[model.Kind]struct {
	want string
	read func(s string) (canonical string, ok bool)
}{
	model.String: {"text", func(s string) (string, bool) { return s, true }},
	model.UUID:   {"a UUID such as 018f4e3a-7b7c-7c3e-9a43-6a8d5b2f9c10", canonicalUUID},
	model.URI: {"a URI", func(s string) (string, bool) {
		u, err := url.Parse(s)
		return s, err == nil && u.Scheme != ""
	}},
	model.Email: {"an e-mail address", func(s string) (string, bool) {
		a, err := mail.ParseAddress(s)
		return s, err == nil && a.Address == s
	}},
	model.Bytes: {"base64", func(s string) (string, bool) {
		b, err := base64.StdEncoding.DecodeString(s)
		return base64.StdEncoding.EncodeToString(b), err == nil
	}},
	model.Timestamp: {"an RFC 3339 timestamp such as 2026-01-31T12:00:00Z", func(s string) (string, bool) {
		_, err := time.Parse(time.RFC3339Nano, s)
		return s, err == nil
	}},
	model.Date: {"a date such as 2026-01-31", func(s string) (string, bool) {
		_, err := time.Parse(time.DateOnly, s)
		return s, err == nil
	}},
	model.Time: {"a time such as 12:30:00", func(s string) (string, bool) {
		return s, isTime(s)
	}},
	model.Duration: {"an ISO 8601 duration such as PT1H30M", func(s string) (string, bool) {
		return s, isDuration(s)
	}},
}

func canonicalScalar(dst []byte, v any, t *model.TypeRef) ([]byte, misfit) {
	switch t.Kind {
	case model.Bool:
		if b, ok := v.(bool); ok {
			return strconv.AppendBool(dst, b), ""
		}
		return nil, mustBe("true or false", v)
	case model.Int32, model.Int64, model.Uint32, model.Uint64:
		return canonicalInt(dst, v, t.Kind)
	case model.Float32, model.Float64:
		return canonicalFloat(dst, v, t.Kind)
	case model.Decimal:
		return canonicalDecimal(dst, v)
	}
	if n, ok := v.(json.Number); ok && t.Kind == model.Timestamp && t.Encoding != model.EncodingDefault {
		return canonicalUnix(dst, n, t.Encoding)
	}
	form := textForms[t.Kind]
	s, ok := v.(string)
	if ok {
		s, ok = form.read(s)
	}
	if !ok {
		return nil, mustBe(form.want, v)
	}
	return append(dst, quoteJSON(s)...), ""
}

func canonicalUUID(s string) (string, bool) {
	id, err := uuid.Parse(s)
	return id.String(), err == nil && len(s) == len(id.String())
}

// intRanges are the bounds of integer kinds.
var intRanges = map[model.Kind]struct{ min, max *big.Int }{
	model.Int32:  {big.NewInt(math.MinInt32), big.NewInt(math.MaxInt32)},
	model.Int64:  {big.NewInt(math.MinInt64), big.NewInt(math.MaxInt64)},
	model.Uint32: {new(big.Int), big.NewInt(math.MaxUint32)},
	model.Uint64: {new(big.Int), new(big.Int).SetUint64(math.MaxUint64)},
}

func canonicalInt(dst []byte, v any, kind model.Kind) ([]byte, misfit) {
	text, ok := numberText(v)
	if !ok {
		return nil, mustBe("a whole number", v)
	}
	n, ok := wholeNumber(text)
	if !ok {
		return nil, mustBe("a whole number", v)
	}
	if r := intRanges[kind]; n.Cmp(r.min) < 0 || n.Cmp(r.max) > 0 {
		return nil, mustBe("from "+r.min.String()+" to "+r.max.String(), v)
	}
	return n.Append(dst, 10), ""
}

// numberText takes numbers, and numbers in quotes as they stand on the wire under `encoding: string`.
func numberText(v any) (string, bool) {
	switch v := v.(type) {
	case json.Number:
		return v.String(), true
	case string:
		return v, wholeText.MatchString(v)
	}
	return "", false
}

var wholeText = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,19})$`)

// wholeNumber reads integral forms, 1.0 and 1e3 included.
func wholeNumber(text string) (*big.Int, bool) {
	r, ok := exactNumber(text)
	if !ok || !r.IsInt() {
		return nil, false
	}
	return r.Num(), true
}

// maxExponent keeps exact arithmetic on 1e999999999 from eating the memory.
const maxExponent = 400

// exactNumber reads a JSON number without rounding.
func exactNumber(text string) (*big.Rat, bool) {
	if at := strings.IndexAny(text, "eE"); at >= 0 {
		if exp, err := strconv.Atoi(text[at+1:]); err != nil || exp > maxExponent || exp < -maxExponent {
			return nil, false
		}
	}
	if len(text) > 2*maxExponent {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

func canonicalFloat(dst []byte, v any, kind model.Kind) ([]byte, misfit) {
	n, ok := v.(json.Number)
	if !ok {
		return nil, mustBe("a number", v)
	}
	bits := 64
	if kind == model.Float32 {
		bits = 32
	}
	f, err := strconv.ParseFloat(n.String(), bits)
	if err != nil {
		return nil, mustBe("in the range of "+kind.String(), v)
	}
	b, err := json.Marshal(f)
	if bits == 32 {
		b, err = json.Marshal(float32(f))
	}
	if err != nil {
		return nil, mustBe("a finite number", v)
	}
	return append(dst, b...), ""
}

var decimalText = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

func canonicalDecimal(dst []byte, v any) ([]byte, misfit) {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = v
	}
	if !decimalText.MatchString(text) {
		return nil, mustBe(`a decimal such as "12.50"`, v)
	}
	return append(dst, quoteJSON(text)...), ""
}

var unixUnits = map[model.Encoding]time.Duration{
	model.EncodingUnixS: time.Second, model.EncodingUnixMS: time.Millisecond, model.EncodingUnixUS: time.Microsecond,
}

func canonicalUnix(dst []byte, n json.Number, e model.Encoding) ([]byte, misfit) {
	whole, ok := wholeNumber(n.String())
	if !ok || !whole.IsInt64() {
		return nil, mustBe("a whole number", n)
	}
	perSecond := int64(time.Second / unixUnits[e])
	t := time.Unix(whole.Int64()/perSecond, whole.Int64()%perSecond*int64(unixUnits[e])).UTC()
	if t.Year() < 0 || t.Year() > 9999 {
		return nil, mustBe("between the years 0 and 9999", n)
	}
	return append(dst, quoteJSON(t.Format(time.RFC3339Nano))...), ""
}

func isTime(s string) bool {
	for _, layout := range []string{"15:04:05.999999999", "15:04:05.999999999Z07:00", "15:04"} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}

var durationForm = regexp.MustCompile(`^-?P(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?)$`)

func isDuration(s string) bool {
	return durationForm.MatchString(s) && !strings.HasSuffix(s, "P") && !strings.HasSuffix(s, "T")
}
