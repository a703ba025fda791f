package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/cmd/evgen/internal/operate/audit"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/schema/compat/unmended"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

const shop = `package: shop
events:
  Placed:
    was: [Ordered]
    versions:
      1: {fields: {id: string, by: {type: string, sensitive: true}}}
      2: {fields: {id: string}, upcast: {drop: [by]}}
      3: {fields: {id: string, note: string}}
`

func schema(t *testing.T) *audit.Schema {
	t.Helper()
	var rep diag.Report
	m, steps := unmended.Resolve([]*syntax.Document{syntax.Parse(source.NewFile("shop.yaml", []byte(shop)), &rep)}, &rep)
	if m == nil {
		t.Fatal(rep.Sorted())
	}
	return audit.NewSchema(m, steps.Missing)
}

// log is five events of two streams without a fault.
func log() []runtime.Record {
	var out []runtime.Record
	for i, version := range []runtime.StreamVersion{1, 1, 2, 2, 3} {
		stream := runtime.StreamOf("Order", []string{"a", "b", "a", "b", "a"}[i])
		out = append(out, runtime.Record{
			Meta: runtime.Meta{ID: uuid.New(), Type: "shop.Placed", Version: 3, Stream: stream, StreamVersion: version, Position: runtime.Position(10 * (i + 1))},
			Data: []byte(`{"id":"1","note":"n"}`),
		})
	}
	return out
}

func rules(a *audit.Auditor, records []runtime.Record) []audit.Rule {
	for i := range records {
		a.Add(&records[i])
	}
	var out []audit.Rule
	for _, p := range a.Finish().Problems {
		out = append(out, p.Rule)
	}
	return out
}

func TestEachFaultIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func([]runtime.Record)
		want  []audit.Rule
	}{
		"nothing":                {func([]runtime.Record) {}, nil},
		"a hole":                 {func(r []runtime.Record) { r[4].StreamVersion = 4 }, []audit.Rule{audit.VersionHole}},
		"a late beginning":       {func(r []runtime.Record) { r[0].StreamVersion, r[2].StreamVersion, r[4].StreamVersion = 2, 3, 4 }, []audit.Rule{audit.VersionHole}},
		"positions":              {func(r []runtime.Record) { r[3].Position = 30 }, []audit.Rule{audit.PositionOrder}},
		"an id twice":            {func(r []runtime.Record) { r[3].ID = r[1].ID }, []audit.Rule{audit.DuplicateID}},
		"another tenant":         {func(r []runtime.Record) { r[4].Tenant = "eve" }, []audit.Rule{audit.OtherTenant}},
		"no JSON":                {func(r []runtime.Record) { r[0].Data = []byte(`{"id"`) }, []audit.Rule{audit.NotJSON}},
		"a type":                 {func(r []runtime.Record) { r[0].Type = "shop.Lost" }, []audit.Rule{audit.UnknownType}},
		"a former type":          {func(r []runtime.Record) { r[0].Type = "shop.Ordered" }, nil},
		"a version":              {func(r []runtime.Record) { r[0].Version = 4 }, []audit.Rule{audit.UnknownVersion}},
		"a payload":              {func(r []runtime.Record) { r[0].Data = []byte(`{"id":1,"note":"n"}`) }, []audit.Rule{audit.Undecodable}},
		"a step without upcast":  {func(r []runtime.Record) { r[0].Version = 2 }, []audit.Rule{audit.NoUpcast}},
		"steps that are missing": {func(r []runtime.Record) { r[0].Version, r[0].Data = 1, []byte(`{"id":"1","by":"ada"}`) }, []audit.Rule{audit.NoUpcast}},
	} {
		records := log()
		c.spoil(records)
		if got := rules(audit.New(schema(t)), records); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestWithoutASchemaPayloadsAreOnlyJSON(t *testing.T) {
	records := log()
	records[0].Type, records[1].Data = "other", []byte(`17`)
	if got := rules(audit.New(nil), records); len(got) > 0 {
		t.Error(got)
	}
}

func TestAStoreThatForgotItsBeginningHasNoHole(t *testing.T) {
	if got := rules(audit.NewOfRest(nil), log()[2:]); len(got) > 0 {
		t.Error(got)
	}
	records := log()[2:]
	records[2].StreamVersion = 5
	if got := rules(audit.NewOfRest(nil), records); !slices.Equal(got, []audit.Rule{audit.VersionHole}) {
		t.Error(got)
	}
}

func TestManyFaultsOfOneKindAreCounted(t *testing.T) {
	a := audit.New(schema(t))
	for i := range 1000 {
		rec := log()[0]
		rec.Type, rec.Position, rec.StreamVersion = "shop.Lost", runtime.Position(i+1), runtime.StreamVersion(i+1)
		a.Add(&rec)
	}
	result := a.Finish()
	if n := len(result.Problems); n != 20 || result.Counts[audit.UnknownType] != 1000 {
		t.Errorf("%d shown, %v counted", n, result.Counts)
	}
}

func TestNoPayloadIsShown(t *testing.T) {
	records := log()
	records[0].Data, records[1].Data = []byte(`{"id":{"secret":1},"note":"n"}`), []byte(`{"id":false,"note":"secret"}`)
	a := audit.New(schema(t))
	rules(a, records)
	for _, p := range a.Finish().Problems {
		if strings.Contains(p.Message, "secret") || strings.Contains(p.Message, "false") {
			t.Error(p.Message)
		}
	}
}
