package compat_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/evgen/evgen/generator/sample"
	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/compat/reading"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

var fieldTypes = []string{
	"string", "bool", "int32", "int64", "uint32", "uint64", "float32", "float64", "decimal", "bytes", "uuid", "uri", "email",
	"timestamp", "date", "time", "duration", "json", "list<string>", "list<Item>", "map<int32>", "map<int64>", "one_or_many<string>",
	"string | int64", "string | bool", "Item", "Level", "Number", "Payment", "Node", "list<string | null>", "list<list<int32>>",
	"{type: int64, encoding: string}", "{type: timestamp, encoding: unix_s}", "{type: timestamp, encoding: unix_ms}",
	"{type: string, max_length: 8}", "{type: int64, min: 1, max: 90}", "{type: string, default: x}", "map<Item>", "list<float64>",
}

var variants = []string{
	"Item: {fields: {sku: string, count: int32}}", "Item: {fields: {sku: string?, count: int64}}", "Item: {unknown: reject, fields: {sku: string}}",
	"Item: {unknown: keep, fields: {sku: string, note: string?}}",
}
var levels = []string{"Level: {enum: [low, high]}", "Level: {enum: [low, high, middle], closed: true}", "Level: {enum: [high, low]}", "Level: {enum: [low]}"}
var numbers = []string{"Number: {enum: [1, 2]}", "Number: {enum: [one, two]}"}
var payments = []string{
	"Payment: {tag: kind, union: {card: Card, cash: Cash}}", "Payment: {tag: kind, union: {card: Card}}", "Payment: {tag: type, union: {card: Card, cash: Cash}}",
	"Payment: {tag: kind, closed: true, union: {cash: Cash, card: Card}}",
}
var nodes = []string{"Node: {fields: {name: string, next: Node?}}", "Node: {fields: {name: string, next: list<Node>}}"}

// anySchema draws a file with one event of a few fields, whose names are shared between draws.
func anySchema(t *rapid.T, label string) string {
	pick := func(name string, from []string) string { return rapid.SampledFrom(from).Draw(t, label+name) }
	var b strings.Builder
	b.WriteString("package: shop\ntypes:\n  Card: {fields: {number: string}}\n  Cash: {fields: {amount: int64}}\n")
	for i, group := range [][]string{variants, levels, numbers, payments, nodes} {
		fmt.Fprintf(&b, "  %s\n", pick(fmt.Sprint("type", i), group))
	}
	b.WriteString("events:\n  Placed:\n    versions:\n      1:\n        fields:\n          id: uuid\n")
	for _, name := range []string{"a", "b", "c"} {
		typ := pick(name, fieldTypes)
		switch rapid.IntRange(0, 5).Draw(t, label+name+"?") {
		case 0:
			continue
		case 1:
			typ = present(typ, "?")
		case 2:
			typ = present(typ, " | null")
		}
		fmt.Fprintf(&b, "          %s: %s\n", name, typ)
	}
	return b.String()
}

// present adds a presence to a type, in short or long form.
func present(typ, how string) string {
	if rest, ok := strings.CutPrefix(typ, "{type: "); ok {
		name, after, _ := strings.Cut(rest, ",")
		return "{type: " + join(name, how) + "," + after
	}
	return join(typ, how)
}

func join(name, how string) string {
	if strings.Contains(name, "|") {
		return "(" + name + ")" + how
	}
	return name + how
}

func modelOf(t fataler, text string) *model.Model {
	rep := &diag.Report{}
	m := resolve.Resolve([]*syntax.Document{syntax.Parse(source.NewFile("shop.yaml", []byte(text)), rep)}, rep)
	if m == nil {
		for _, d := range rep.Sorted() {
			t.Logf("%v: %s: %s", d.Span.Position(), d.Rule, d.Message)
		}
		t.Fatalf("does not resolve:\n%s", text)
	}
	return m
}

type fataler interface {
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
}

func TestDiffOfAModelWithItselfIsEmpty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anySchema(t, "x")
		if changes := compat.Diff(modelOf(t, text), modelOf(t, text)); len(changes) > 0 {
			t.Fatalf("%s: %s", changes[0].Path, changes[0].Kind)
		}
	})
}

// TestDiffIsSymmetric: what is found one way round is found the other way round as its inverse, at the same path.
func TestDiffIsSymmetric(t *testing.T) {
	inverse := map[compat.Kind]compat.Kind{}
	for _, r := range compat.Table() {
		inverse[r.Kind()] = r.Inverse
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := modelOf(t, anySchema(t, "a")), modelOf(t, anySchema(t, "b"))
		count := map[string]int{}
		for _, c := range compat.Diff(a, b) {
			count[string(c.Kind)+" "+c.Path]++
		}
		for _, c := range compat.Diff(b, a) {
			count[string(inverse[c.Kind])+" "+c.Path]--
		}
		for what, n := range count {
			if n != 0 {
				t.Fatalf("%s: %+d", what, n)
			}
		}
	})
}

// TestVerdictsHoldForSamples: where nothing breaks, samples of the writer decode as the reader; where something does,
// its witness does not.
func TestVerdictsHoldForSamples(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := modelOf(t, anySchema(t, "a")), modelOf(t, anySchema(t, "b"))
		e := compat.Compare(a, b, compat.Options{}).Events[0]
		old, new := a.Packages[0].Events[0].Versions[0], b.Packages[0].Events[0].Versions[0]
		if e.Pairwise.Decoding.Backward {
			decodes(t, old, new)
		}
		if e.Pairwise.Decoding.Forward {
			decodes(t, new, old)
		}
		if e.Pairwise.Validating.Backward {
			validates(t, old, new)
		}
		for _, s := range e.Steps {
			for _, j := range s.Changes {
				if j.Replay() == compat.Breaks && j.Backward == nil || j.Decoding.Forward == compat.Breaks && j.Forward == nil {
					t.Fatalf("%s at %s (%s to %s) is not proved", j.Rule.ID, j.Path, j.Old.Text, j.New.Text)
				}
			}
		}
	})
}

func decodes(t *rapid.T, writer, reader *model.EventVersion) {
	for _, mode := range []sample.Mode{sample.Smallest, sample.Fullest} {
		payload := sample.Payload(writer, mode)
		if _, err := reading.NewDecoder(reader.Struct).Decode(payload); err != nil {
			t.Fatalf("%s does not decode: %v", payload, err)
		}
	}
}

func validates(t *rapid.T, writer, reader *model.EventVersion) {
	for _, mode := range []sample.Mode{sample.Smallest, sample.Fullest} {
		payload := sample.Payload(writer, mode)
		if reading.Check(writer.Struct, payload, reading.Strictness{Validate: true}) != nil {
			continue
		}
		if err := reading.Check(reader.Struct, payload, reading.Strictness{Validate: true}); err != nil {
			t.Fatalf("%s is not valid: %v", payload, err)
		}
	}
}
