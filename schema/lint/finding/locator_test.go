package finding_test

import (
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

const located = `package: shop
types:
  Speed: {enum: [slow, fast]}
  Line:
    versions:
      1: {fields: {price: decimal}}
      2: {fields: {price: decimal, count: int64?}}
aggregates:
  Order: {id: uuid}
events:
  OrderPaid:
    doc: Paid.
    aggregate: Order
    versions:
      1: {fields: {line: Line@1, how: Speed}}
      2: {fields: {line: Line@2, how: {type: Speed, doc: here}}}
consumers:
  mailer: {reads: [OrderPaid]}
projections:
  Orders: {key: {order: $stream_id}, on: {OrderPaid: {set: {how: how}}}}
`

func TestLocatorFindsElements(t *testing.T) {
	f, rep := source.NewFile("a.yaml", []byte(located)), &diag.Report{}
	m := resolve.Resolve([]*syntax.Document{syntax.Parse(f, rep)}, rep)
	if m == nil {
		t.Fatal(rep.Sorted())
	}
	l := finding.NewLocator(m)
	for text, want := range map[string]string{
		"package": "", "shop": "shop", "Speed:": "shop.Speed", "fast": "shop.Speed.fast", "1: {fields: {price": "shop.Line@1",
		"price: decimal, count": "shop.Line@2.price", "decimal, count": "shop.Line@2.price", "count": "shop.Line@2.count",
		"Order:": "shop.Order", "OrderPaid:\n": "shop.OrderPaid", "Paid.": "shop.OrderPaid", "2: {fields: {line": "shop.OrderPaid@2",
		"here": "shop.OrderPaid@2.how", "mailer": "shop.mailer", "Orders": "shop.Orders", "set": "shop.Orders",
	} {
		at := strings.Index(located, text)
		got := l.Locate([]diag.Diagnostic{{Span: source.Span{File: f, Start: at, End: at + 1}}})[0].Element
		if got != want {
			t.Errorf("%q belongs to %q, want %q", text, got, want)
		}
	}
	if got := l.Locate([]diag.Diagnostic{{}})[0].Element; got != "" {
		t.Errorf("nowhere belongs to %q", got)
	}
}
