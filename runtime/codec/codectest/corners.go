package codectest

import (
	"math"
	"strings"
	"time"

	"github.com/evgen/evgen/runtime/codec"
)

// A Corner is one document that must be read as Want, or refused.
type Corner struct {
	Name string
	In   string
	Want *Probe     // nil if the document must be refused
	Code codec.Code // of the refusal by this project's codec
}

// An EncodeCorner is one value that must be written as Want, or refused.
type EncodeCorner struct {
	Name string
	In   Probe
	Want string // "" if the value must be refused
	Code codec.Code
}

// Base returns the value that every corner differs from in one respect.
func Base() Probe {
	return Probe{
		S: "x", I: 1, I32: 1, U: 1, F: 0.5, F32: 0.5, B: true, T: time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC),
		L: []string{"a"}, M: map[string]int64{"k": 1}, N: Inner{X: 1},
	}
}

// baseMembers are the members of Base's document.
var baseMembers = [][2]string{
	{"s", `"x"`}, {"i", "1"}, {"i32", "1"}, {"u", "1"}, {"f", "0.5"}, {"f32", "0.5"}, {"b", "true"},
	{"t", `"2020-01-02T03:04:05Z"`}, {"l", `["a"]`}, {"m", `{"k":1}`}, {"n", `{"x":1}`},
}

// doc returns Base's document with one member replaced, left out (value "") or added at the end.
func doc(name, value string) string {
	var parts []string
	found := false
	for _, m := range baseMembers {
		if m[0] == name {
			m[1], found = value, true
		}
		if m[1] != "" {
			parts = append(parts, `"`+m[0]+`":`+m[1])
		}
	}
	if !found {
		parts = append(parts, `"`+name+`":`+value)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// plain is Base's document.
func plain() string { return doc("s", `"x"`) }

func reads(name, in string, change func(*Probe)) Corner {
	p := Base()
	change(&p)
	return Corner{Name: name, In: in, Want: &p}
}

func refuses(name, in string, code codec.Code) Corner { return Corner{Name: name, In: in, Code: code} }

func text(s string) func(*Probe)      { return func(p *Probe) { p.S = s } }
func integer(n int64) func(*Probe)    { return func(p *Probe) { p.I = n } }
func number(f float64) func(*Probe)   { return func(p *Probe) { p.F = f } }
func moment(t time.Time) func(*Probe) { return func(p *Probe) { p.T = t } }
func unchanged(*Probe)                {}
func deep(n int) string               { return strings.Repeat("[", n) + strings.Repeat("]", n) }
func nested(n int) string {
	return strings.Repeat(`{"x":1,"next":`, n) + `{"x":1}` + strings.Repeat("}", n)
}

// Corners returns the documents to read.
func Corners() []Corner {
	all := stringCorners()
	all = append(all, numberCorners()...)
	all = append(all, memberCorners()...)
	return append(all, documentCorners()...)
}

func stringCorners() []Corner {
	return []Corner{
		reads("escapes", doc("s", `"\"\\\/\b\f\n\r\t"`), text("\"\\/\b\f\n\r\t")),
		reads("unicode escape", doc("s", `"\u00e9\u0000"`), text("é\x00")),
		reads("surrogate pair", doc("s", `"\ud83d\ude00"`), text("😀")),
		reads("upper-case hex", doc("s", `"\uD83D\uDE00"`), text("😀")),
		refuses("lone high surrogate", doc("s", `"\ud83d"`), codec.CodeUTF8),
		refuses("lone low surrogate", doc("s", `"\ude00"`), codec.CodeUTF8),
		refuses("high surrogate and text", doc("s", `"\ud83dx"`), codec.CodeUTF8),
		refuses("two high surrogates", doc("s", `"\ud83d\ud83d"`), codec.CodeUTF8),
		refuses("raw newline", doc("s", "\"a\nb\""), codec.CodeSyntax),
		refuses("raw control character", doc("s", "\"a\x01b\""), codec.CodeSyntax),
		reads("raw delete", doc("s", "\"a\x7fb\""), text("a\x7fb")),
		reads("raw line separator", doc("s", "\"a\u2028b\""), text("a\u2028b")),
		refuses("invalid UTF-8", doc("s", "\"a\xffb\""), codec.CodeUTF8),
		refuses("overlong UTF-8", doc("s", "\"\xc0\xaf\""), codec.CodeUTF8),
		refuses("surrogate in UTF-8", doc("s", "\"\xed\xa0\x80\""), codec.CodeUTF8),
		refuses("unknown escape", doc("s", `"\x41"`), codec.CodeSyntax),
		refuses("short unicode escape", doc("s", `"\u12"`), codec.CodeSyntax),
		refuses("single quotes", doc("s", `'x'`), codec.CodeSyntax),
		refuses("number for a string", doc("s", `1`), codec.CodeType),
		reads("space around a value", doc("s", " \t\r\n\"x\" "), unchanged),
	}
}

func numberCorners() []Corner {
	return []Corner{
		reads("integral float 1.0", doc("i", "2.0"), integer(2)),
		reads("integral exponent 1e3", doc("i", "1e3"), integer(1000)),
		reads("integral exponent 120E-1", doc("i", "120E-1"), integer(12)),
		reads("least int64", doc("i", "-9223372036854775808"), integer(math.MinInt64)),
		reads("minus zero as integer", doc("i", "-0"), integer(0)),
		reads("greatest uint64", doc("u", "18446744073709551615"), func(p *Probe) { p.U = math.MaxUint64 }),
		refuses("int64 overflow", doc("i", "9223372036854775808"), codec.CodeRange),
		refuses("int32 overflow", doc("i32", "2147483648"), codec.CodeRange),
		refuses("uint64 overflow", doc("u", "18446744073709551616"), codec.CodeRange),
		refuses("negative unsigned", doc("u", "-1"), codec.CodeRange),
		refuses("fraction into integer", doc("i", "1.5"), codec.CodeRange),
		refuses("huge exponent into integer", doc("i", "1e400"), codec.CodeRange),
		refuses("string into integer", doc("i", `"1"`), codec.CodeType),
		refuses("leading zero", doc("i", "01"), codec.CodeSyntax),
		refuses("leading zero of a float", doc("f", "01.5"), codec.CodeSyntax),
		refuses("leading plus", doc("i", "+1"), codec.CodeSyntax),
		refuses("hexadecimal", doc("i", "0x1"), codec.CodeSyntax),
		refuses("no digit behind the point", doc("f", "1."), codec.CodeSyntax),
		refuses("no digit before the point", doc("f", ".5"), codec.CodeSyntax),
		refuses("empty exponent", doc("f", "1e"), codec.CodeSyntax),
		refuses("NaN", doc("f", "NaN"), codec.CodeSyntax),
		refuses("infinity", doc("f", "Infinity"), codec.CodeSyntax),
		refuses("float64 overflow", doc("f", "1e309"), codec.CodeRange),
		refuses("float32 overflow", doc("f32", "1e39"), codec.CodeRange),
		reads("17 digits", doc("f", "0.30000000000000004"), number(0.30000000000000004)),
		reads("halfway between floats", doc("f", "9007199254740993"), number(9007199254740992)),
		reads("least float64", doc("f", "5e-324"), number(5e-324)),
		reads("more digits than a float has", doc("f", "0.1000000000000000055511151231257827021181583404541015625"), number(0.1)),
	}
}

func memberCorners() []Corner {
	whole := plain()
	return []Corner{
		refuses("duplicate member", doc("s", `"x","s":"y"`), codec.CodeDuplicate),
		refuses("duplicate by escape", doc("s", `"x","\u0073":"y"`), codec.CodeDuplicate),
		refuses("duplicate unknown member", doc("z", `1,"z":2`), codec.CodeDuplicate),
		refuses("duplicate map key", doc("m", `{"k":1,"k":2}`), codec.CodeDuplicate),
		reads("re-cased member is another", doc("S", `"y"`), unchanged),
		refuses("re-cased member is missing", strings.Replace(whole, `"s"`, `"S"`, 1), codec.CodeMissing),
		reads("escaped name", strings.Replace(whole, `"s"`, `"\u0073"`, 1), unchanged),
		reads("unknown member", doc("z", `{"deep":[1,{"a":null}]}`), unchanged),
		refuses("bad syntax in unknown member", doc("z", `{"deep":[1,]}`), codec.CodeSyntax),
		refuses("bad number in unknown member", doc("z", `-`), codec.CodeSyntax),
		refuses("missing member", doc("i", ""), codec.CodeMissing),
		refuses("missing nested member", doc("n", "{}"), codec.CodeMissing),
		refuses("null for a string", doc("s", "null"), codec.CodeNull),
		refuses("null for a number", doc("i", "null"), codec.CodeNull),
		refuses("null for a struct", doc("n", "null"), codec.CodeNull),
		refuses("null for a list", doc("l", "null"), codec.CodeNull),
		refuses("null in a list", doc("l", `["a",null]`), codec.CodeNull),
		refuses("null in a map", doc("m", `{"k":null}`), codec.CodeNull),
		reads("null for an optional", doc("o", "null"), unchanged),
		refuses("object for a list", doc("l", "{}"), codec.CodeType),
		refuses("array for a struct", doc("n", "[]"), codec.CodeType),
		refuses("trailing comma in an object", doc("n", `{"x":1,}`), codec.CodeSyntax),
		refuses("trailing comma in an array", doc("l", `["a",]`), codec.CodeSyntax),
		refuses("no comma", doc("l", `["a" "b"]`), codec.CodeSyntax),
		refuses("name without quotes", doc("n", `{x:1}`), codec.CodeSyntax),
		reads("timestamp in lower case", doc("t", `"2020-01-02t03:04:05z"`), unchanged),
		reads("timestamp with nanoseconds", doc("t", `"2020-01-02T03:04:05.123456789Z"`), moment(time.Date(2020, 1, 2, 3, 4, 5, 123456789, time.UTC))),
		reads("timestamp with an offset", doc("t", `"2020-01-02T05:04:05+02:00"`), unchanged),
		refuses("timestamp without an offset", doc("t", `"2020-01-02T03:04:05"`), codec.CodeForm),
		refuses("timestamp of a day that is none", doc("t", `"2021-02-29T03:04:05Z"`), codec.CodeForm),
		refuses("timestamp with a comma", doc("t", `"2020-01-02T03:04:05,5Z"`), codec.CodeForm),
		refuses("timestamp with hour 24", doc("t", `"2020-01-02T24:00:00Z"`), codec.CodeForm),
	}
}

func documentCorners() []Corner {
	whole := plain()
	return []Corner{
		reads("space everywhere", strings.NewReplacer("@", "2020-01-02T03:04:05Z", ":", " : ", ",", " ,\n\t", "[", "[ ", "]", "\r]", "{", "{\t", "}", " }").Replace(doc("t", `"@"`)), unchanged),
		reads("space around", " \t\r\n"+whole+" \t\r\n", unchanged),
		refuses("trailing data", whole+"{}", codec.CodeTrailing),
		refuses("trailing brace", whole+"}", codec.CodeTrailing),
		refuses("trailing NUL", whole+"\x00", codec.CodeTrailing),
		refuses("truncated", whole[:len(whole)-1], codec.CodeTruncated),
		refuses("empty", "", codec.CodeTruncated),
		refuses("space only", "  ", codec.CodeTruncated),
		refuses("null", "null", codec.CodeNull),
		refuses("byte-order mark", "\xef\xbb\xbf"+whole, codec.CodeSyntax),
		refuses("comment", "/**/"+whole, codec.CodeSyntax),
		refuses("form feed as space", "\f"+whole, codec.CodeSyntax),
		refuses("too deep, unknown", doc("z", deep(100_000)), codec.CodeTooDeep),
		refuses("too deep, typed", doc("n", nested(20_000)), codec.CodeTooDeep),
		refuses("too deep and cut", `{"z":`+strings.Repeat("[", 100_000), codec.CodeTooDeep),
	}
}

// EncodeCorners returns the values to write.
func EncodeCorners() []EncodeCorner {
	writes := func(name, want string, change func(*Probe)) EncodeCorner {
		p := Base()
		change(&p)
		return EncodeCorner{Name: name, In: p, Want: want, Code: codec.CodeUnencodable}
	}
	invalid := writes("write invalid UTF-8", "", text("a\xff"))
	invalid.Code = codec.CodeUTF8
	return []EncodeCorner{
		invalid,
		writes("write NaN", "", number(math.NaN())),
		writes("write infinity", "", number(math.Inf(-1))),
		writes("write map in key order", doc("m", `{"a":2,"b":1,"c":3,"d":4}`), func(p *Probe) { p.M = map[string]int64{"d": 4, "b": 1, "a": 2, "c": 3} }),
		writes("write nil list as []", doc("l", "[]"), func(p *Probe) { p.L = nil }),
		writes("write nil map as {}", doc("m", "{}"), func(p *Probe) { p.M = nil }),
		writes("write control characters", doc("s", `"\u0000\u001f\n"`), text("\x00\x1f\n")),
		writes("write 1e21", doc("f", "1e+21"), number(1e21)),
		writes("write 1e-7", doc("f", "1e-7"), number(1e-7)),
		writes("write float32 shortest", doc("f32", "0.1"), func(p *Probe) { p.F32 = 0.1 }),
		writes("write year 10000", "", moment(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC))),
	}
}
