package compat_test

import (
	"strings"
	"testing"
)

// TestUncheckedKeywordsAreComparedOneByOne: what can be shown to be included breaks one way only.
func TestUncheckedKeywordsAreComparedOneByOne(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`{minProperties: 1}`, `{minProperties: 2}`, "unchecked-tightened"},
		{`{dependentRequired: {a: [b]}}`, `{dependentRequired: {a: [b, c]}}`, "unchecked-tightened"},
		{`{additionalProperties: false}`, `{additionalProperties: {type: string}}`, "unchecked-loosened"},
		{`{additionalProperties: {type: string}}`, `{additionalProperties: {type: integer}}`, "unchecked-changed"},
		{`{properties: {a: true}, additionalProperties: false}`, `{properties: {b: true}, additionalProperties: false}`, "unchecked-changed"},
		{`{items: [{type: integer}], additionalItems: false}`, `{items: [{type: number}], additionalItems: false}`, "unchecked-loosened"},
		{`{items: [{type: integer}]}`, `{items: [{type: integer}, {type: string}]}`, "unchecked-tightened"},
		{`{if: {required: [a]}, then: {required: [b]}}`, `{if: {required: [c]}, then: {required: [b]}}`, "unchecked-changed"},
		{`{oneOf: [{type: string}]}`, `{oneOf: [{type: string}, {type: "null"}]}`, "unchecked-loosened"},
		{`{oneOf: [{minimum: 3}]}`, `{oneOf: [{minimum: 3}, {maximum: 9}]}`, "unchecked-changed"},
		{`{not: {required: [a, b]}}`, `{not: {required: [a]}}`, "unchecked-tightened"},
		{`{required: [a, b]}`, `{required: [b, a]}`, "unchecked-respelled"},
		{`{required: [a]}`, `{allOf: [{required: [a]}, {minProperties: 3}]}`, "unchecked-tightened"},
	} {
		text := func(keywords string) string {
			return "package: shop\nevents:\n  Placed: {versions: {1: {fields: {v: {type: json, unchecked: " + keywords + "}}}}}\n"
		}
		var got []string
		for _, j := range judgements(e2(t, text(c.old), text(c.new))) {
			got = append(got, j.Rule.ID)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s to %s: %v, want %s", c.old, c.new, got, c.want)
		}
	}
}
