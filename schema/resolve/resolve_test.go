package resolve_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

func TestLiteralsAreCanonical(t *testing.T) {
	for _, c := range []struct{ field, want string }{
		{"{type: int32, default: 1e3}", "1000"},
		{"{type: uint64, default: 18446744073709551615}", "18446744073709551615"},
		{`{type: int64, encoding: string, default: "12"}`, "12"},
		{"{type: float64, default: 1.50}", "1.5"},
		{"{type: decimal, default: 12.50}", `"12.50"`},
		{"{type: uuid, default: 018F4E3A-7B7C-7C3E-9A43-6A8D5B2F9C10}", `"018f4e3a-7b7c-7c3e-9a43-6a8d5b2f9c10"`},
		{"{type: timestamp, encoding: unix_ms, default: 1700000000123}", `"2023-11-14T22:13:20.123Z"`},
		{`{type: timestamp, default: "2026-01-31T12:00:00Z"}`, `"2026-01-31T12:00:00Z"`},
		{"{type: date, default: 2026-01-31}", `"2026-01-31"`},
		{"{type: duration, default: PT1H}", `"PT1H"`},
		{"{type: one_or_many<string>, default: x}", `["x"]`},
		{"{type: map<int64>, default: {b: 1, a: 2}}", `{"a":2,"b":1}`},
		{"{type: string | int64 | null, default: null}", "null"},
		{"{type: string | int64, default: 3}", "3"},
		{"{type: json, default: {b: [1.50], a: ~}}", `{"a":null,"b":[1.50]}`},
		{"{type: Point, default: {y: 1, label: a, x: 2}}", `{"lab":"a","x":2,"y":1}`},
		{"{type: Shape, default: {r: 1, kind: circle}}", `{"kind":"circle","r":1}`},
		{"{type: string, default: \"<a> & b\"}", `"<a> & b"`},
	} {
		m := resolveText(t, "a.yaml", `package: a
types:
  Point: {fields: {x: int64, y: float64, label: {type: string?, json: lab}}}
  Circle: {fields: {r: int64}}
  Shape: {tag: kind, union: {circle: Circle}}
  T: {fields: {f: `+c.field+"}}\n")
		types := m.Packages[0].Types
		if got := string(types[3].Versions[0].Shape.(*model.Struct).Fields[0].Default.JSON); got != c.want {
			t.Errorf("%s is %s, want %s", c.field, got, c.want)
		}
	}
}

func TestWireTypes(t *testing.T) {
	m := resolveText(t, "a.yaml", `package: a
events:
  Plain: {was: Simple, versions: {1: {fields: {x: string}}}}
  Foreign: {type: com.example.foreign, was: [Old, com.example.old], versions: {1: {fields: {x: string}}}}
`)
	for i, want := range [][]string{{"a.Plain", "a.Simple"}, {"com.example.foreign", "Old", "com.example.old"}} {
		e := m.Packages[0].Events[i]
		if diff := cmp.Diff(want, append([]string{e.Wire}, e.Was...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", e.Name, diff)
		}
	}
}

func TestLatestPassesOverDrafts(t *testing.T) {
	m := resolveText(t, "a.yaml", `package: a
events:
  E: {versions: {1: {fields: {x: string}}, 2: {draft: true, fields: {x: string, y: bool?}}}}
  New: {versions: {1: {draft: true, fields: {x: string}}}}
`)
	if got := m.Packages[0].Events[0].Latest().Number; got != 1 {
		t.Errorf("latest of E is %d", got)
	}
	if got := m.Packages[0].Events[1].Latest().Number; got != 1 {
		t.Errorf("latest of New is %d", got)
	}
}

func TestRecursionWithAWayOut(t *testing.T) {
	resolveText(t, "a.yaml", `package: a
types:
  Node: {fields: {next: Node?, before: Node | null, all: list<Node>, named: map<Node>}}
  Leaf: {fields: {v: string}}
  Pair: {fields: {left: Tree, right: Tree}}
  Tree: {tag: kind, union: [Leaf, Pair]}
`)
}

// TestTheOrderOfFilesHasNoMeaning resolves a package of several files in every rotation.
func TestTheOrderOfFilesHasNoMeaning(t *testing.T) {
	texts := []string{
		"package: b\nowner: me\ntypes:\n  Money: {fields: {amount: decimal}}\n",
		"package: a\nevents:\n  One: {versions: {1: {fields: {m: b.Money, x: X}}}}\n",
		"package: a\ntypes:\n  X: {enum: [u, v]}\nevents:\n  Two: {versions: {1: {fields: {x: X}}}}\n",
	}
	var docs []*syntax.Document
	rep := &diag.Report{}
	for i, text := range texts {
		docs = append(docs, syntax.Parse(source.NewFile(string(rune('z'-i))+".yaml", []byte(text)), rep))
	}
	var first []string
	for range docs {
		docs = append(docs[1:], docs[0])
		m := resolve.Resolve(docs, rep)
		if m == nil {
			t.Fatal(rep.Sorted())
		}
		var names []string
		for _, p := range m.Packages {
			names = append(names, p.Name)
			for _, f := range p.Files {
				names = append(names, f.Name)
			}
			for _, e := range p.Events {
				names = append(names, e.Name)
			}
		}
		if first == nil {
			first = names
		}
		if !slices.Equal(first, names) {
			t.Errorf("%v, then %v", first, names)
		}
	}
	if want := []string{"a", "x.yaml", "y.yaml", "Two", "One", "b", "z.yaml"}; !slices.Equal(first, want) {
		t.Errorf("got %v, want %v", first, want)
	}
}

func TestFaultsOfSeveralPhasesAreReportedTogether(t *testing.T) {
	rep := &diag.Report{}
	doc := syntax.Parse(source.NewFile("a.yaml", []byte(`package: a
nope: 1
types:
  T: {fields: {a: Missing, b: {type: int64, default: x}}}
events:
  E: {aggregate: Gone, versions: {1: {fields: {a: string}}, 2: {fields: {b: string}}}}
`)), rep)
	if resolve.Resolve([]*syntax.Document{nil, doc}, rep) != nil {
		t.Error("a model in spite of faults")
	}
	var got []string
	for _, d := range rep.Sorted() {
		got = append(got, d.Rule)
	}
	want := []string{"unknown-key", "unknown-type", "bad-value", "unknown-aggregate", "field-lost", "new-required"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
