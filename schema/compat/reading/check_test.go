package reading_test

import (
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/compat/reading"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

const shop = `package: shop
types:
  Level: {enum: [low, high], closed: true}
  Free: {enum: [low]}
  Item: {unknown: reject, fields: {sku: {type: string?, pattern: "^[A-Z]+$"}}}
  Card: {fields: {number: string?}}
  Payment: {tag: kind, union: {card: Card}}
events:
  Placed:
    versions:
      1:
        fields:
          text: {type: string?, min_length: 2, max_length: 3}
          count: {type: int64?, min: 1, exclusive_max: 10, multiple_of: 2}
          price: {type: decimal?, scale: 2, max: 100}
          tags: {type: list<string>?, min_items: 1, max_items: 2, unique_items: true, each: {max_length: 2}}
          named: {type: map<int64>?, max_items: 1, each: {max: 5}}
          version: {type: string?, const: "1"}
          one: {type: string?, one_of: [a, b]}
          mail: email?
          link: uri?
          level: Level?
          free: Free?
          item: Item?
          paid: Payment?
          maybe: string? | null
          two: one_or_many<Item>?
`

// TestValidatingReaders: for each constraint, a value that it allows and one that it refuses.
func TestValidatingReaders(t *testing.T) {
	rep := &diag.Report{}
	m := resolve.Resolve([]*syntax.Document{syntax.Parse(source.NewFile("shop.yaml", []byte(shop)), rep)}, rep)
	if m == nil {
		t.Fatal(rep.Sorted())
	}
	s := m.Packages[0].Events[0].Versions[0].Struct
	cases := []struct{ good, bad, at string }{
		{`{"text":"ab"}`, `{"text":"a"}`, "text"}, {`{"text":"äöü"}`, `{"text":"abcd"}`, "text"}, {`{}`, `{"text":null}`, "text"},
		{`{"count":2}`, `{"count":0}`, "count"}, {`{"count":8.0}`, `{"count":10}`, "count"}, {`{"count":4}`, `{"count":3}`, "count"},
		{`{"price":"1.500"}`, `{"price":"1.555"}`, "price"}, {`{"price":"100"}`, `{"price":"100.01"}`, "price"},
		{`{"tags":["a"]}`, `{"tags":[]}`, "tags"}, {`{"tags":["a","b"]}`, `{"tags":["a","b","c"]}`, "tags"},
		{`{"tags":["a","b"]}`, `{"tags":["a","a"]}`, "tags"}, {`{"tags":["ab"]}`, `{"tags":["ab","abc"]}`, "tags[1]"},
		{`{"named":{"x":5}}`, `{"named":{"x":6}}`, `named{"x"}`}, {`{"named":{"x":1}}`, `{"named":{"x":1,"y":1}}`, "named"},
		{`{"version":"1"}`, `{"version":"2"}`, "version"}, {`{"one":"b"}`, `{"one":"c"}`, "one"},
		{`{"mail":"a@example.com"}`, `{"mail":"nobody"}`, "mail"}, {`{"link":"/x"}`, `{"link":"a b"}`, "link"},
		{`{"level":"low"}`, `{"level":"middle"}`, "level"}, {`{"item":{"sku":"A"}}`, `{"item":{"sku":"a"}}`, "item.sku"},
		{`{"extra":1}`, `{"item":{"extra":1}}`, "item"}, {`{"maybe":null}`, `{"level":null}`, "level"},
		{`{"two":{"sku":"A"}}`, `{"two":[{"sku":"A"},{"sku":"a"}]}`, "two[1].sku"}, {`{"free":"other"}`, `{"two":{"sku":"a"}}`, "two.sku"},
	}
	for _, c := range cases {
		if err := reading.Check(s, []byte(c.good), reading.Strictness{Validate: true}); err != nil {
			t.Errorf("%s: %v", c.good, err)
		}
		err := reading.Check(s, []byte(c.bad), reading.Strictness{Validate: true})
		if err == nil || !strings.HasPrefix(err.Error(), c.at+": ") {
			t.Errorf("%s: %v, want a fault at %s", c.bad, err, c.at)
		}
		if err := reading.Check(s, []byte(c.bad), reading.Strictness{}); err != nil {
			t.Errorf("%s: a reader that only decodes says %v", c.bad, err)
		}
	}
	strict := []struct {
		payload string
		how     reading.Strictness
	}{
		{`{"extra":1}`, reading.Strictness{Unknown: true}}, {`{"free":"other"}`, reading.Strictness{Enums: true}},
		{`{"paid":{"kind":"cash"}}`, reading.Strictness{Branches: true}},
	}
	for _, c := range strict {
		if reading.Check(s, []byte(c.payload), c.how) == nil {
			t.Errorf("%s is taken by %+v", c.payload, c.how)
		}
	}
}
