package lint_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint"
	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/source"
)

func TestSaneSchemasHaveNoErrors(t *testing.T) {
	for _, name := range []string{"../../golden/memory/schema/memory.yaml", "../../examples/memory/schema/memory.yaml", "../../golden/language/schema/billing.yaml"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range judge(t, string(text), lint.All()) {
			if f.Severity == diag.Error {
				t.Errorf("%s: %s: %s", name, f.Rule, f.Message)
			}
		}
	}
}

func TestRulesAreDescribed(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range lint.All() {
		if seen[r.ID] {
			t.Errorf("%s is listed twice", r.ID)
		}
		seen[r.ID] = true
		for what, text := range map[string]string{"title": r.Title, "meaning": r.Meaning, "why": r.Why, "bad": r.Bad, "good": r.Good, "off": r.Off} {
			if text == "" {
				t.Errorf("%s has no %s", r.ID, what)
			}
		}
		for _, o := range r.Options {
			if o.Name == "" || o.Doc == "" || !o.IsList() && o.Number == 0 {
				t.Errorf("option %q of %s is not described", o.Name, r.ID)
			}
		}
	}
}

func TestFindingsNameTheirElements(t *testing.T) {
	text := `package: shop
doc: Shop.
owner: shop
types:
  Line: {versions: {1: {fields: {price: float64}}, 2: {fields: {price: float64, cost: float64}, upcast: {cost: {default: 0}}}}}
aggregates:
  Order: {doc: An order., id: string}
events:
  ShipOrder:
    doc: It left.
    aggregate: Order
    versions:
      1: {fields: {lines: list<Line@1>}}
      2: {fields: {lines: list<Line@2>, total_eur: float64}, upcast: {total_eur: {default: 0}}}
`
	var got []string
	for _, f := range judge(t, text, lint.All()) {
		got = append(got, f.Rule+" "+f.Element)
	}
	want := []string{
		"float-for-money shop.Line@2.price", "float-for-money shop.Line@2.cost",
		"id-not-uuid shop.Order", "event-past-tense shop.ShipOrder",
		"float-for-money shop.ShipOrder@2.total_eur", "unit-missing shop.ShipOrder@2.total_eur",
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

const command = "package: shop\nevents:\n  PayOrder: {versions: {1: {fields: {price: float64}}}}\n"

func configured(t *testing.T, entries ...lint.Entry) lint.Settings {
	t.Helper()
	s, faults := lint.Configure(lint.All(), entries)
	if len(faults) > 0 {
		t.Fatalf("settings: %v", faults)
	}
	return s
}

func option(name string, values ...string) []lint.OptionEntry {
	return []lint.OptionEntry{{Name: name, Values: values}}
}

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		name  string
		text  string
		entry lint.Entry
		want  string // severity, or "" for no finding
	}{
		{"default", command, lint.Entry{Rule: "event-past-tense"}, "error"},
		{"level", command, lint.Entry{Rule: "event-past-tense", Level: "warn"}, "warning"},
		{"off", command, lint.Entry{Rule: "event-past-tense", Level: "off"}, ""},
		{"error", command, lint.Entry{Rule: "key-missing", Level: "error"}, "error"},
		{"allow", command, lint.Entry{Rule: "event-past-tense", Options: option("allow", "PayOrder")}, ""},
		{"allow a prefix", command, lint.Entry{Rule: "event-past-tense", Options: option("allow", "Other", "Pay*")}, ""},
		{"allow another", command, lint.Entry{Rule: "event-past-tense", Options: option("allow", "Order*")}, "error"},
		{"allow a field", command, lint.Entry{Rule: "float-for-money", Options: option("allow", "price")}, ""},
		{"limit", "package: a\nevents:\n  AaSeen: {versions: {1: {fields: {a: int64, b: int64}}}}\n", lint.Entry{Rule: "event-too-fat", Options: option("max_fields", "1")}, "warning"},
		{"limit as it is", "package: a\nevents:\n  AaSeen: {versions: {1: {fields: {a: int64, b: int64}}}}\n", lint.Entry{Rule: "event-too-fat"}, ""},
		{"defaults of lists stay", "package: a\nevents:\n  AaSeen: {versions: {1: {fields: {trace_id: string}}}}\n", lint.Entry{Rule: "id-not-uuid", Options: option("allow", "x")}, ""},
		{"docs of types", "package: a\ndoc: A.\ntypes:\n  T: {fields: {}}\n", lint.Entry{Rule: "missing-doc", Options: option("also", "type")}, "warning"},
		{"docs of fields", "package: a\ndoc: A.\ntypes:\n  T: {fields: {b: int64}}\n", lint.Entry{Rule: "missing-doc", Options: option("also", "field")}, "warning"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			for _, f := range lint.Run(mustModel(t, c.text), lint.All(), configured(t, c.entry)).Findings {
				if f.Rule == c.entry.Rule {
					got = f.Severity.String()
				}
			}
			if got != c.want {
				t.Errorf("severity %q, want %q", got, c.want)
			}
		})
	}
}

func TestRulesThatAreOffDidNotRun(t *testing.T) {
	r := lint.Run(mustModel(t, command), lint.All(), configured(t, lint.Entry{Rule: "event-past-tense", Level: "off"}))
	if slices.Contains(r.Ran, "event-past-tense") || !slices.Contains(r.Ran, "key-missing") || len(r.Ran) != len(lint.All())-1 {
		t.Errorf("ran %v", r.Ran)
	}
}

func TestSettingsThatSetNothingAreFaults(t *testing.T) {
	f := source.NewFile("evgen.yaml", []byte("lint:\n"))
	span := source.Span{File: f, Start: 0, End: 4}
	for _, c := range []struct {
		entry lint.Entry
		rule  string
	}{
		{lint.Entry{Rule: "event-past-tens", Span: span}, "unknown-rule"},
		{lint.Entry{Rule: "event-too-fat", Options: []lint.OptionEntry{{Name: "max_field", Values: []string{"1"}, Span: span}}}, "unknown-option"},
		{lint.Entry{Rule: "missing-owner", Options: []lint.OptionEntry{{Name: "allow", Span: span}}}, "unknown-option"},
		{lint.Entry{Rule: "event-too-fat", Options: []lint.OptionEntry{{Name: "max_fields", Values: []string{"many"}, Span: span}}}, "bad-option"},
		{lint.Entry{Rule: "event-too-fat", Options: []lint.OptionEntry{{Name: "max_fields", Values: []string{"-1"}, Span: span}}}, "bad-option"},
		{lint.Entry{Rule: "event-too-fat", Options: []lint.OptionEntry{{Name: "max_fields", Values: []string{"1", "2"}, Span: span}}}, "bad-option"},
		{lint.Entry{Rule: "event-past-tense", Options: []lint.OptionEntry{{Name: "allow", Values: []string{"a[b"}, Span: span}}}, "bad-option"},
	} {
		_, faults := lint.Configure(lint.All(), []lint.Entry{c.entry})
		if len(faults) != 1 || faults[0].Rule != c.rule || faults[0].Span != span {
			t.Errorf("%v: %v", c.entry, faults)
		}
	}
}

func TestSuppressionsCoverFindingsOfSchemas(t *testing.T) {
	text := `package: shop
events:
  # evgen:ignore event-past-tense the billing team has chosen it
  PayOrder:
    versions:
      1: {fields: {price: float64}} # evgen:ignore float-for-money an estimate until 2026-01-01
`
	m := mustModel(t, text)
	result := lint.Run(m, lint.All(), lint.Settings{})
	kept := finding.Filter(result.Findings, finding.Comments(m.Packages[0].Files), finding.Scope{
		Known: result.Ran, Ran: result.Ran, Today: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
	})
	var got []string
	for _, f := range finding.Sort(kept) {
		if f.Severity == diag.Error {
			got = append(got, fmt.Sprintf("%d %s", f.Span.Position().Line, f.Rule))
		}
	}
	if diff := cmp.Diff([]string{"6 float-for-money", "6 suppression-expired"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDuplicatedTypesDoNotCountForever(t *testing.T) {
	var b strings.Builder
	b.WriteString("package: deep\ntypes:\n  T0: {fields: {x: int64}}\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&b, "  T%d: {fields: {a: T%d, b: T%d}}\n", i, i-1, i-1)
	}
	b.WriteString("events:\n  DeepSeen: {versions: {1: {fields: {t: T59}}}}\n")
	found := judge(t, b.String(), rulesFor(t, "event-too-fat"))
	if len(found) == 0 {
		t.Error("nothing found")
	}
}
