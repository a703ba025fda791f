package compat_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/diag"
)

const sharing = `package: shop
types:
  Money: {fields: {amount: int64}}
  Line: {fields: {price: Money}}
events:
  Paid:
    versions:
      1: {fields: {price: Money, tax: Money}}
      2: {fields: {cost: Money}, upcast: {cost: {from: price}, drop: [tax]}}
  Refunded: {versions: {1: {fields: {lines: list<Line>}}}}
  Closed: {versions: {1: {fields: {id: uuid}}}}
`

// lines are findings in short: rule, element, line and column, and the lines of related places.
func lines(found []compat.Finding) []string {
	var out []string
	for _, f := range found {
		text := fmt.Sprintf("%s %s %s", f.Rule, f.Element, place(f.Span))
		for _, r := range f.Related {
			text += fmt.Sprintf(" %d", r.Span.Position().Line)
		}
		out = append(out, text)
	}
	return out
}

// TestEditsOfSharedTypesAreReportedAtEachEventOnce: neither at the type, nor for each field or version that uses it.
func TestEditsOfSharedTypesAreReportedAtEachEventOnce(t *testing.T) {
	edited := strings.Replace(sharing, "amount: int64", "amount: int64, currency: string", 1)
	want := []string{
		"required-field-added shop.Paid@1.price.currency 8:20 3 3 8",
		"required-field-added shop.Refunded@1.lines[].price.currency 10:38 3 3 10",
	}
	found := e2(t, sharing, edited).Findings()
	if diff := cmp.Diff(want, lines(found)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, f := range found {
		if !strings.Contains(f.Message, "through shop.Money") || !strings.Contains(f.Help, "evgen evolve Money") {
			t.Errorf("message %q, help %q", f.Message, f.Help)
		}
	}
}

// TestRepeatedEditsStayInTheResult: a finding less is no change less.
func TestRepeatedEditsStayInTheResult(t *testing.T) {
	paid := e2(t, sharing, strings.Replace(sharing, "amount: int64", "amount: int32", 1)).Events[0]
	var narrowed []*compat.Judgement
	for _, s := range paid.Steps {
		for _, j := range s.Changes {
			if j.Kind == "integer-narrowed" {
				narrowed = append(narrowed, j)
			}
		}
	}
	if len(narrowed) != 2 || narrowed[0].Repeats != nil || narrowed[1].Repeats != narrowed[0] {
		t.Errorf("%d changes", len(narrowed))
	}
}

func TestAStepWithoutAnUpcastIsOneFinding(t *testing.T) {
	added := versions + "      2: {fields: {content: string, lang: int64, note: string, more: string?}}\n"
	byHand := strings.Replace(added, "more: string?}", "more: string?}, upcast: {go: true}", 1)
	missing := func(string, int) bool { return true }
	r := compat.Compare(modelOf(t, versions), modelOf(t, byHand), compat.Options{Missing: missing})
	want := []string{
		"version-added shop.Placed 8:7 5",
		"upcaster-missing shop.Placed@2 8:7 7 8 8 8 7 8",
		"optional-field-added shop.Placed@2.more 8:64 7",
	}
	found := r.Findings()
	if diff := cmp.Diff(want, lines(found)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if lacking := found[1].Lacking; lacking == nil || lacking.Number != 2 {
		t.Errorf("lacking %v", lacking)
	}
	if n := len(r.Events[0].Steps[0].Changes); n != 5 {
		t.Errorf("%d changes in the result", n)
	}
}

func TestProjectionFindingsNameWhatIsBuiltAnewAndHow(t *testing.T) {
	for _, rule := range []string{"projection-changed", "projection-column-added", "projection-creates-changed", "projection-order-changed", "projection-indexes-changed"} {
		found := compareFixture(t, rule).Findings()
		i := slices.IndexFunc(found, func(f compat.Finding) bool { return string(f.Diagnostic.Rule) == rule })
		if i < 0 {
			t.Errorf("%s is not found", rule)
			continue
		}
		if d := found[i].Diagnostic; d.Severity != diag.Warning || !strings.Contains(d.Help, "evgen projections swap orders") {
			t.Errorf("%s: %s, help %q", rule, d.Severity, d.Help)
		}
	}
}

func TestSagaFindingsSayWhatStopsThoseUnderWay(t *testing.T) {
	for rule, want := range map[string]struct {
		severity diag.Severity
		element  string
	}{
		"saga-steps-changed":  {diag.Error, "shop.Fulfil"},
		"saga-start-changed":  {diag.Error, "shop.Fulfil"},
		"saga-key-changed":    {diag.Error, "shop.Fulfil"},
		"saga-await-removed":  {diag.Error, "shop.Fulfil.settle"},
		"saga-await-added":    {diag.Warning, "shop.Fulfil.settle"},
		"saga-removed":        {diag.Warning, "shop.Fulfil"},
		"saga-steps-appended": {diag.Info, "shop.Fulfil"},
	} {
		f := compareFixture(t, rule).Findings()[0]
		help := strings.Contains(f.Help, "evgen sagas list --saga shop.Fulfil")
		if string(f.Rule) != rule || f.Severity != want.severity || f.Element != want.element || help != (want.severity > diag.Info) || f.Span.IsZero() {
			t.Errorf("%s: %s %s at %s (%s), help %q", rule, f.Severity, f.Rule, f.Element, place(f.Span), f.Help)
		}
	}
}
