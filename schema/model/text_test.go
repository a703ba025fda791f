package model_test

import (
	"testing"

	"github.com/evgen/evgen/schema/model"
)

func TestTypesAreWrittenAsInSchemas(t *testing.T) {
	source := &model.Type{Name: "Source", Versioned: true}
	plain := &model.Type{Name: "Plain"}
	for want, ref := range map[string]*model.TypeRef{
		"string":              {Kind: model.String},
		"one_or_many<uuid>":   {Kind: model.OneOrMany, Elem: &model.TypeRef{Kind: model.UUID}},
		"Source@2 | null":     {Kind: model.Named, Nullable: true, Named: &model.TypeVersion{Type: source, Number: 2}},
		"Plain":               {Kind: model.Named, Named: &model.TypeVersion{Type: plain, Number: 1}},
		"map<list<json>>":     {Kind: model.Map, Elem: &model.TypeRef{Kind: model.List, Elem: &model.TypeRef{Kind: model.JSON}}},
		"string | int64":      {Kind: model.Scalars, Alts: []*model.TypeRef{{Kind: model.String}, {Kind: model.Int64}}},
		"list<string | null>": {Kind: model.List, Elem: &model.TypeRef{Kind: model.String, Nullable: true}},
		"invalid":             nil,
	} {
		if got := ref.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestEqualSeesNullabilityAndEncoding(t *testing.T) {
	list := func(e *model.TypeRef) *model.TypeRef { return &model.TypeRef{Kind: model.List, Elem: e} }
	a := list(&model.TypeRef{Kind: model.Timestamp})
	for name, c := range map[string]struct {
		b    *model.TypeRef
		want bool
	}{
		"same":     {list(&model.TypeRef{Kind: model.Timestamp}), true},
		"nullable": {list(&model.TypeRef{Kind: model.Timestamp, Nullable: true}), false},
		"encoding": {list(&model.TypeRef{Kind: model.Timestamp, Encoding: model.EncodingUnixMS}), false},
		"kind":     {list(&model.TypeRef{Kind: model.Date}), false},
		"nil":      {nil, false},
	} {
		if got := a.Equal(c.b); got != c.want {
			t.Errorf("%s: equal %t", name, got)
		}
	}
}

func TestEnvelopeFieldsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range model.EnvelopeFields() {
		if e.String() == "" || seen[e.String()] {
			t.Errorf("member %d has the name %q", e, e)
		}
		seen[e.String()] = true
	}
}
