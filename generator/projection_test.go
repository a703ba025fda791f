package generator_test

import (
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/evgen/evgen/generator"
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

const shop = `package: shop
doc: A shop.
aggregates: {Order: {id: uuid}}
types: {Size: {fields: {width: int32}}}
events:
  Placed:
    aggregate: Order
    versions:
      1: {fields: {name: string, amount: int64, note: string?}}
      2:
        fields: {name: string, amount: int64, note: string?, size: Size?}
        upcast: {name: {template: "{name}!"}}
  Cancelled: {aggregate: Order, versions: {1: {fields: {reason: string}}}}
projections:
  Orders:
    doc: All orders.
    key: {id: $stream_id}
    on:
      Placed: {set: {name: name, size: size}}
      Cancelled: delete
`

var digestText = regexp.MustCompile(`Digest: +"([0-9a-f]{32})"`)

// digestIn returns the digest of the only projection of a schema.
func digestIn(t *testing.T, text string) string {
	t.Helper()
	rep := &diag.Report{}
	files, err := generator.Generate(generator.Input{
		Files:    []*source.File{source.NewFile("schema/shop.yaml", []byte(text))},
		Layout:   plan.Layout{Locate: func(p string) (string, string) { return path.Join("events", p), "example.com/events/" + p }},
		Declared: generator.ReadDeclared("does-not-exist"),
	}, rep)
	if err != nil || rep.HasErrors() {
		t.Fatalf("%v %v\n%s", err, rep.Sorted(), text)
	}
	for _, f := range files {
		if f.Path == "events/shop/shopread/orders.gen.go" {
			return digestText.FindStringSubmatch(string(f.Bytes))[1]
		}
	}
	t.Fatal("no read model was generated")
	return ""
}

func TestADigestChangesExactlyWithWhatRowsFollowFrom(t *testing.T) {
	before := digestIn(t, shop)
	for _, c := range []struct {
		what, old, new string
		changes        bool
	}{
		{"the doc of the projection", "doc: All orders.", "doc: Every order.", false},
		{"a field that is not used", "note: string?, size", "note: string? | null, size", false},
		{"a version that carries all", "  Cancelled:", "      3: {fields: {name: string, amount: int64, note: string?, size: Size?, more: string?}}\n  Cancelled:", false},
		{"the upcast of a field that is used", `"{name}!"`, `"{name}?"`, true},
		{"the upcast of another field", "upcast: {name:", `upcast: {note: {from: note, default: x}, name:`, false},
		{"a column", "size: size}", "size: size, note: note}", true},
		{"the type of a column", "{width: int32}", "{width: int32, height: int32?}", true},
		{"what an event does", "Cancelled: delete", "Cancelled: {set: {name: reason}}", true},
		{"which events begin rows", "Cancelled: delete", "Cancelled: {creates: true, set: {name: reason}}", true},
		{"an index", "    on:", "    indexes: [[name]]\n    on:", true},
		{"the order", "    on:", "    partition_by: $tenant\n    on:", true},
	} {
		text := strings.Replace(shop, c.old, c.new, 1)
		if text == shop {
			t.Fatalf("%s: nothing was replaced", c.what)
		}
		if changed := digestIn(t, text) != before; changed != c.changes {
			t.Errorf("%s: the digest changed: %v, want %v", c.what, changed, c.changes)
		}
	}
}

func TestNamesThatGoCannotTellApartAreReported(t *testing.T) {
	for what, projections := range map[string]string{
		"columns": "  List: {key: {id: $stream_id}, on: {Placed: {set: {a_b: name, a__b: name}}}}\n",
		"lists":   "  List: {key: {id: $stream_id}, indexes: [[name], [name]], on: {Placed: {set: {name: name}}}}\n",
		"types":   "  List: {key: {id: $stream_id}, on: {Placed: {set: {name: name}}}}\n  ListRow: {handler: go, on: [Placed]}\n",
		"codec":   "  Codec: {handler: go, on: [Placed]}\n",
	} {
		rep := &diag.Report{}
		text := shop[:strings.Index(shop, "projections:")] + "projections:\n" + projections
		_, err := generator.Generate(generator.Input{
			Files:    []*source.File{source.NewFile("schema/shop.yaml", []byte(text))},
			Layout:   plan.Layout{Locate: func(p string) (string, string) { return "events/" + p, "example.com/events/" + p }},
			Declared: generator.ReadDeclared("does-not-exist"),
		}, rep)
		found := rep.Sorted()
		if err != nil || len(found) != 1 || found[0].Rule != "go-name-collision" || found[0].Span.Position().Line < strings.Count(shop, "\n")-6 {
			t.Errorf("%s: %v %v", what, err, found)
		}
	}
}
