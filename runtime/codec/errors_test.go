package codec_test

import (
	"errors"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"github.com/evgen/evgen/runtime/codec"
	"github.com/evgen/evgen/runtime/codec/internal/billing"
	"github.com/evgen/evgen/runtime/codec/internal/sample"
	"github.com/evgen/evgen/runtime/decimal"
)

func TestErrorsNamePathAndOffset(t *testing.T) {
	cases := []struct {
		name, in, path string
		offset         int64
		code           codec.Code
		doc            document
	}{
		{"list of structs", `{"name":"a","kids":[{"name":"b"},{"name":1}]}`, "kids[1].name", 41, codec.CodeType, new(sample.Node)},
		{"map of structs", `{"name":"a","by_name":{"x.y":{"name":true}}}`, `by_name["x.y"].name`, 37, codec.CodeType, new(sample.Node)},
		{"missing in a nested struct", `{"name":"a","next":{"next":null}}`, "next.name", 32, codec.CodeMissing, new(sample.Node)},
		{"in a union", `{"number":1,"null":null,"null_raw":1,"null_map":null,"null_pay":{"kind":"card"}}`, "null_pay.number", 79, codec.CodeMissing, new(sample.Optionals)},
		{"union without its tag", `{"pay":{"number":"1"}}`, "pay.kind", 21, codec.CodeMissing, new(sample.Optionals)},
		{"tag twice", `{"pay":{"kind":"card","number":"1","kind":"cash"}}`, "pay", 42, codec.CodeDuplicate, new(sample.Optionals)},
		{"nullable that is absent", `{"number":1}`, "null", 12, codec.CodeMissing, new(sample.Optionals)},
		{"kept member twice", `{"name":"a","z":1,"z":2}`, "", 22, codec.CodeDuplicate, new(sample.Node)},
		{"map key twice", `{"name":"a","by_name":{"x":{"name":"b"},"x":{"name":"b"}}}`, "by_name", 44, codec.CodeDuplicate, new(sample.Node)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := c.doc.UnmarshalJSON([]byte(c.in))
			assertCode(t, err, c.code)
			var e *codec.Error
			errors.As(err, &e)
			if e.Path != c.path || e.Offset != c.offset {
				t.Errorf("path %q at %d, want %q at %d: %v", e.Path, e.Offset, c.path, c.offset, err)
			}
		})
	}
}

func TestRejectedMembersOfAnImportedStruct(t *testing.T) {
	in := `{"money":[{"amount":"1","currency":"EUR","tip":1}]` + strings.Replace(restOfCollections, `"money":[],`, "", 1) + `,"floats":[],"doubles":[]}`
	var c sample.Collections
	err := c.UnmarshalJSON([]byte(in))
	assertCode(t, err, codec.CodeUnknownField)
	if want := "money[0]"; !strings.Contains(err.Error(), want) {
		t.Errorf("%v does not name %s", err, want)
	}
}

func TestErrorsOfSensitiveFieldsQuoteNothing(t *testing.T) {
	for _, in := range []string{`{"secret":4711}`, `{"secret":"47\q11"}`, `{"secret":"4711`} {
		var o sample.Optionals
		err := o.UnmarshalJSON([]byte(in))
		var e *codec.Error
		if !errors.As(err, &e) || e.Path != "secret" || strings.Contains(err.Error(), "47") || e.Excerpt != "" {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func TestExcerptsAreShort(t *testing.T) {
	var n sample.Scalars
	err := n.UnmarshalJSON([]byte(`{"b":"` + strings.Repeat("x", 1000) + `"}`))
	var e *codec.Error
	if !errors.As(err, &e) || len(e.Excerpt) > 24 || e.Excerpt == "" {
		t.Errorf("%v", err)
	}
}

func TestErrorsMatchByCode(t *testing.T) {
	err := new(sample.Node).UnmarshalJSON([]byte(`{}`))
	if !errors.Is(err, &codec.Error{Code: codec.CodeMissing}) || errors.Is(err, &codec.Error{Code: codec.CodeNull}) {
		t.Errorf("%v", err)
	}
}

func TestWhatCannotBeWrittenIsAnError(t *testing.T) {
	wrong := "a\xff"
	cases := map[string]struct {
		doc  document
		path string
		code codec.Code
	}{
		"nil union in a list":       {&sample.Collections{Pays: []sample.Payment{nil}}, "pays[0]", codec.CodeUnencodable},
		"branch held by pointer":    {&sample.Collections{Pays: []sample.Payment{&sample.Card{}}}, "pays[0]", codec.CodeUnencodable},
		"bad JSON":                  {&sample.Collections{Anys: []codec.JSON{codec.JSON("{}"), codec.JSON("{")}}, "anys[1]", codec.CodeTruncated},
		"empty sum":                 {&sample.Collections{Sums: make([]sample.StringOrInt64, 1)}, "sums[0]", codec.CodeUnencodable},
		"invalid map key":           {&sample.Collections{Strs: map[string]string{wrong: ""}}, `strs["a\xff"]`, codec.CodeUTF8},
		"kept member of a field":    {&sample.Node{Unknown: codec.Unknown{{Name: "name", Value: codec.JSON("1")}}}, `["name"]`, codec.CodeUnencodable},
		"kept member twice":         {&sample.Node{Unknown: codec.Unknown{{Name: "a"}, {Name: "a"}}}, `["a"]`, codec.CodeUnencodable},
		"invalid text in a pointer": {&sample.Node{Next: &sample.Node{Name: wrong}}, "next.name", codec.CodeUTF8},
		"zero date":                 {new(sample.Scalars), "day", codec.CodeUnencodable},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			before := []byte("before")
			out, err := c.doc.AppendJSON(before)
			assertCode(t, err, c.code)
			var e *codec.Error
			errors.As(err, &e)
			if e.Path != c.path || e.Op != codec.OpEncode || string(out) != "before" {
				t.Errorf("path %q, want %q; returned %q: %v", e.Path, c.path, out, err)
			}
		})
	}
}

func TestLimitsAreTheTables(t *testing.T) {
	small := codec.Table{Package: "small", Limits: codec.Limits{MaxSize: 10, MaxDepth: 2}, Types: make([]codec.Type, codec.First+1)}
	small.Types[codec.First] = &codec.Struct{Name: "Any"}
	var any struct{}
	assertCode(t, small.Decode([]byte(`{"a":12345}`), codec.First, codec.Pointer(&any)), codec.CodeTooLarge)
	assertCode(t, small.Decode([]byte(`{"a":[[]]}`), codec.First, codec.Pointer(&any)), codec.CodeTooDeep)
	if n, err := small.DecodeCounting([]byte(`{"a":[]}`), codec.First, codec.Pointer(&any)); n != 1 || err != nil {
		t.Errorf("%d skipped, %v", n, err)
	}
}

func TestBadTablesAreReported(t *testing.T) {
	list := func(typ codec.Type) *codec.Table {
		t := codec.Table{Package: "bad", Types: make([]codec.Type, codec.First+2)}
		t.Types[codec.First], t.Types[codec.First+1] = typ, &codec.Struct{Name: "NoMemory"}
		return &t
	}
	field := func(f codec.Field) codec.Type { return &codec.Struct{Name: "S", Size: 64, Fields: []codec.Field{f}} }
	cases := map[string]*codec.Table{
		"type that does not exist": list(field(codec.Field{Name: "a", Type: 99})),
		"zero type":                list(field(codec.Field{Name: "a"})),
		"beyond the struct":        list(field(codec.Field{Name: "a", Type: codec.String, Offset: 56})),
		"pointer without memory":   list(field(codec.Field{Name: "a", Type: codec.First + 1, Presence: codec.Optional})),
		"list without memory":      list(&codec.List{Elem: codec.Elem{Type: codec.First + 1}}),
		"name twice":               list(&codec.Struct{Name: "S", Size: 64, Fields: []codec.Field{{Name: "a", Type: codec.Bool}, {Name: "a", Type: codec.Bool}}}),
		"constraint on a bool":     list(field(codec.Field{Name: "a", Type: codec.Bool, Checks: []codec.Check{{Constraint: codec.Pattern}}})),
		"pattern":                  list(field(codec.Field{Name: "a", Type: codec.String, Checks: []codec.Check{{Constraint: codec.Pattern, Text: "("}}})),
		"memory of another size":   list(&codec.Struct{Name: "S", Size: 64, Memory: codec.Of[int32]{}}),
		"import of nothing":        list(&codec.Import{Table: &billing.Codec, Name: "Nothing"}),
		"union of too few":         list(&codec.Union{Name: "U", Branches: []codec.Branch{{Tag: "a", Type: codec.First + 1}}}),
		"optional element":         list(&codec.List{Elem: codec.Elem{Type: codec.Bool, Presence: codec.Optional}}),
	}
	for name, table := range cases {
		if err := table.Check(); err == nil {
			t.Errorf("%s is not reported", name)
		}
	}
}

func TestUnsafeIsUsedInOneFile(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") || f.Name() == "memory.go" {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range parsed.Imports {
			if i.Path.Value == `"unsafe"` || i.Path.Value == `"reflect"` {
				t.Errorf("%s imports %s", f.Name(), i.Path.Value)
			}
		}
	}
}

// valid meets every constraint of Constrained.
func valid(t *testing.T) sample.Constrained {
	t.Helper()
	amount := decimal.Must("1.50")
	return sample.Constrained{
		Age: 20, Name: "ada", Tags: []string{"a"}, Fixed: "x", Level: sample.LevelLow, Link: "https://example.com/a", Mail: "ada@example.com",
		Money: billing.Money{Amount: amount, Currency: billing.CurrencyEUR}, Pay: sample.Empty{}, Secret: map[string]string{"k": "v"},
	}
}

func TestValidateNamesEveryViolation(t *testing.T) {
	if err := valid(t).Validate(); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		path       string
		constraint codec.Constraint
		change     func(*sample.Constrained)
	}{
		{"age", codec.Min, func(c *sample.Constrained) { c.Age = 17 }},
		{"age", codec.Max, func(c *sample.Constrained) { c.Age = 100 }},
		{"count", codec.Max, func(c *sample.Constrained) { c.Count = 1<<64 - 1 }},
		{"ratio", codec.Max, func(c *sample.Constrained) { c.Ratio = 1.5 }},
		{"name", codec.MinLength, func(c *sample.Constrained) { c.Name = "é" }},
		{"name", codec.MaxLength, func(c *sample.Constrained) { c.Name = "éééééé" }},
		{"code", codec.Pattern, func(c *sample.Constrained) { c.Code = codec.Ptr("a") }},
		{"tags", codec.MinItems, func(c *sample.Constrained) { c.Tags = nil }},
		{"tags", codec.MaxItems, func(c *sample.Constrained) { c.Tags = []string{"a", "b", "c", "d"} }},
		{"tags", codec.UniqueItems, func(c *sample.Constrained) { c.Tags = []string{"a", "a"} }},
		{"tags[1]", codec.MaxLength, func(c *sample.Constrained) { c.Tags = []string{"a", "abcde"} }},
		{"fixed", codec.Const, func(c *sample.Constrained) { c.Fixed = "y" }},
		{"level", codec.ClosedEnum, func(c *sample.Constrained) { c.Level = 3 }},
		{"link", codec.Format, func(c *sample.Constrained) { c.Link = "a b" }},
		{"mail", codec.Format, func(c *sample.Constrained) { c.Mail = "Ada <ada@example.com>" }},
		{"money.amount", codec.Min, func(c *sample.Constrained) { c.Money.Amount = decimal.Must("0") }},
		{"money.amount", codec.Scale, func(c *sample.Constrained) { c.Money.Amount = decimal.Must("1.005") }},
		{"money.currency", codec.ClosedEnum, func(c *sample.Constrained) { c.Money.Currency = "GBP" }},
		{"pay", codec.NonNil, func(c *sample.Constrained) { c.Pay = nil }},
		{"scores", codec.MaxItems, func(c *sample.Constrained) { c.Scores = map[string]float64{"a": 1, "b": 1, "c": 1} }},
		{`scores["b"]`, codec.Min, func(c *sample.Constrained) { c.Scores = map[string]float64{"a": 1, "b": -1} }},
		{"blob", codec.MaxLength, func(c *sample.Constrained) { c.Blob = []byte("four") }},
		{"secret", codec.MinLength, func(c *sample.Constrained) { c.Secret = map[string]string{"4711": ""} }},
	}
	all := valid(t)
	for _, c := range cases {
		one := valid(t)
		c.change(&one)
		c.change(&all)
		err := one.Validate()
		var e *codec.ValidationError
		if !errors.As(err, &e) || len(e.Violations) != 1 || e.Violations[0].Path != c.path || e.Violations[0].Constraint != c.constraint {
			t.Errorf("want %s of %s, got %v", c.constraint, c.path, err)
		}
	}
	var e *codec.ValidationError
	if err := all.Validate(); !errors.As(err, &e) || len(e.Violations) < 14 {
		t.Errorf("not all at once: %v", err)
	}
}

func TestUnionsAndPresenceKeepTheirStates(t *testing.T) {
	for _, in := range []string{
		`{"pay":{"kind":"cash"},"null":null,"null_raw":null,"null_map":null,"null_pay":null}`,
		`{"pay":{"kind":"cash","note":"x"},"null":"v","null_raw":{ "a": 1 },"null_map":{},"null_pay":{"kind":"empty"},"maybe":null}`,
		`{"any":null,"null":null,"null_raw":1,"null_map":null,"null_pay":{"kind":"later","x":[1, 2]},"maybe":"v","maybe_n":null}`,
		`{"list":[],"map":{},"raw":"","or":"a","null":null,"null_raw":1,"null_map":null,"null_pay":null,"maybe_l":[],"sum":"s"}`,
	} {
		var o sample.Optionals
		if err := o.UnmarshalJSON([]byte(in)); err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if out, err := o.AppendJSON(nil); err != nil || string(out) != in {
			t.Errorf("read  %s\nwrote %s, %v", in, out, err)
		}
	}
}

func TestUnionReadsItsTagAnywhere(t *testing.T) {
	var c struct{ sample.Optionals }
	in := `{"pay":{"number":"1", "holder" : {"deep":[1]} ,"kind":"cash"},"null":null,"null_raw":1,"null_map":null,"null_pay":null}`
	if err := c.UnmarshalJSON([]byte(in)); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Pay.(sample.Cash); !ok {
		t.Errorf("got %T", c.Pay)
	}
}
