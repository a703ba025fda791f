package compat_test

import (
	"testing"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

const between = `package: shop
events:
  Placed:
    key: id
    versions:
      1: {fields: {id: uuid, note: string}}
      2: {fields: {id: uuid, note: string?}}
      3: {fields: {id: uuid}, upcast: {drop: [note]}}
`

func TestBetweenJudgesVersionsThatAreNoNeighbours(t *testing.T) {
	rep := &diag.Report{}
	m := resolve.Resolve([]*syntax.Document{syntax.Parse(source.NewFile("a.yaml", []byte(between)), rep)}, rep)
	if m == nil {
		t.Fatalf("%v", rep.Sorted())
	}
	e := m.Packages[0].Events[0]
	s := compat.Between(e.Version(1), e.Version(3), compat.Readers{})
	if s.Kind != compat.Distant || !s.Verdicts.Decoding.Backward || s.Verdicts.Decoding.Forward {
		t.Errorf("%v, %v: version 1 is upcast to 3, and cannot read what 3 writes", s.Kind, s.Verdicts.Decoding)
	}
	if s := compat.Between(e.Version(2), e.Version(3), compat.Readers{}); s.Kind != compat.Next || !s.Verdicts.Decoding.Forward {
		t.Errorf("%v, %v: version 2 does without the note", s.Kind, s.Verdicts.Decoding)
	}
	if s := compat.Between(e.Version(2), e.Version(2), compat.Readers{}); len(s.Changes) != 0 {
		t.Errorf("a version differs from itself: %v", s.Changes[0].Kind)
	}
}

func TestEveryFindingHasItsElement(t *testing.T) {
	rep := &diag.Report{}
	m := resolve.Resolve([]*syntax.Document{syntax.Parse(source.NewFile("a.yaml", []byte(between)), rep)}, rep)
	old := resolve.Resolve([]*syntax.Document{syntax.Parse(source.NewFile("a.yaml", []byte(
		"package: shop\nevents:\n  Placed: {key: id, versions: {1: {fields: {id: uuid, note: int32}}}}\n  Gone: {key: id, versions: {1: {fields: {id: uuid}}}}\n")), rep)}, rep)
	r := compat.Compare(old, m, compat.Options{})
	want := map[string]string{"event-removed": "shop.Gone", "scalar-changed": "shop.Placed@1.note"}
	for _, f := range r.Findings() {
		if w := want[f.Rule]; w != "" && f.Element == w {
			delete(want, f.Rule)
		}
	}
	if len(want) > 0 {
		t.Errorf("missing %v in %v", want, r.Findings())
	}
}
