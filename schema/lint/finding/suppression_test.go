package finding_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/source"
)

var today = time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC)

func scope() finding.Scope {
	return finding.Scope{Known: []string{"float-for-money", "missing-doc", "not-run"}, Ran: []string{"float-for-money", "missing-doc"}, Today: today}
}

// found is a finding at the first place of a word in a file.
func found(f *source.File, rule, word, element string) finding.Finding {
	at := strings.Index(string(f.Bytes), word)
	return finding.Finding{Element: element, Diagnostic: diag.Diagnostic{
		Rule: rule, Severity: diag.Error, Message: word, Span: source.Span{File: f, Start: at, End: at + len(word)},
	}}
}

func rulesOf(fs []finding.Finding) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Rule)
	}
	return out
}

func TestCommentsSuppressOnTheirLineAndTheNext(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"beside", "price: x # evgen:ignore float-for-money an estimate\n", nil},
		{"above", "# evgen:ignore float-for-money an estimate\nprice: x\n", nil},
		{"two above", "# evgen:ignore float-for-money an estimate\n# evgen:ignore missing-doc clear by its name\n# and a remark\nprice: x\n", nil},
		{"CRLF", "# evgen:ignore float-for-money an estimate\r\nprice: x\r\n", nil},
		{"last day", "price: x # evgen:ignore float-for-money soon until 2026-11-22\n", nil},
		{"no line break at the end", "price: x # evgen:ignore float-for-money an estimate", nil},
		{"over", "price: x # evgen:ignore float-for-money soon until 2026-11-21\n", []string{"float-for-money", "suppression-expired"}},
		{"no reason", "price: x # evgen:ignore float-for-money\n", []string{"float-for-money", "suppression-without-reason"}},
		{"only a date", "price: x # evgen:ignore float-for-money until 2027-01-01\n", []string{"float-for-money", "suppression-without-reason"}},
		{"bad date", "price: x # evgen:ignore float-for-money soon until 2027-02-30\n", []string{"float-for-money", "suppression-bad-date"}},
		{"until in prose", "price: x # evgen:ignore float-for-money until the rewrite is done\n", nil},
		{"misspelt", "price: x # evgen:ignore float-for-mony an estimate\n", []string{"float-for-money", "suppression-unknown-rule"}},
		{"no rule", "price: x # evgen:ignore\n", []string{"float-for-money", "suppression-unknown-rule"}},
		{"line between", "# evgen:ignore float-for-money an estimate\n\nprice: x\n", []string{"float-for-money", "suppression-unused"}},
		{"below", "price: x\n# evgen:ignore float-for-money an estimate\n", []string{"float-for-money", "suppression-unused"}},
		{"another rule", "price: x # evgen:ignore missing-doc an estimate\n", []string{"float-for-money", "suppression-unused"}},
		{"not run", "price: x # evgen:ignore not-run an estimate\n", []string{"float-for-money"}},
		{"in double quotes", "a: \"see # evgen:ignore float-for-money x\"\nprice: x\n", []string{"float-for-money"}},
		{"in single quotes", "a: 'it''s # evgen:ignore float-for-money x'\nprice: x\n", []string{"float-for-money"}},
		{"in quotes over lines", "a: \"one\n  # evgen:ignore float-for-money x\"\nprice: x\n", []string{"float-for-money"}},
		{"in block text", "a: |\n  # evgen:ignore float-for-money x\n\nprice: x\n", []string{"float-for-money"}},
		{"in a block of a list", "- a: >-\n    # evgen:ignore float-for-money x\n  price: x\n", []string{"float-for-money"}},
		{"behind block text", "a: |2-\n    text\n# evgen:ignore float-for-money an estimate\nprice: x\n", nil},
		{"after an apostrophe", "a: rock 'n roll\nb: it's, 'tis\n# evgen:ignore float-for-money an estimate\nprice: x\n", nil},
		{"after quotes in a flow", "a: {b: 'x', c: [\"y # z\", 'it''s']}\nprice: x # evgen:ignore float-for-money an estimate\n", nil},
		{"after an escaped quote", "a: \"x \\\" # y\"\nprice: x # evgen:ignore float-for-money an estimate\n", nil},
		{"no comment", "a: b#c\nprice: x#evgen:ignore float-for-money\n", []string{"float-for-money"}},
		{"another word", "price: x # evgen:ignored float-for-money x\n", []string{"float-for-money"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := source.NewFile("a.yaml", []byte(c.text))
			fs := []finding.Finding{found(f, "float-for-money", "price", "shop.Paid@1.price")}
			if c.name == "two above" {
				fs = append(fs, found(f, "missing-doc", "price", "shop.Paid@1.price"))
			}
			got := rulesOf(finding.Filter(fs, finding.Comments([]*source.File{f}), scope()))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCommentsKnowTheirPlaces(t *testing.T) {
	f := source.NewFile("a.yaml", []byte("é: 1\n  # evgen:ignore missing-doc - clear enough until 2027-01-31  \nx: 2\n"))
	got := finding.Comments([]*source.File{f})
	if len(got) != 1 {
		t.Fatalf("%d suppressions", len(got))
	}
	s := got[0]
	if s.Rule != "missing-doc" || s.Reason != "clear enough" || s.Until != "2027-01-31" || s.Line != 3 {
		t.Errorf("%+v", s)
	}
	if p, e := s.Span.Position(), s.Span.EndPosition(); p.Line != 2 || p.Column != 3 || e.Column != 61 {
		t.Errorf("from %v to %v", p, e)
	}
}

func TestElementsSuppressWhatIsBelow(t *testing.T) {
	f := source.NewFile("a.yaml", []byte("price: x\n"))
	for _, c := range []struct {
		element string
		want    []string
	}{
		{"shop.Paid@2.price", nil},
		{"shop.Paid.price", nil},
		{"shop.Paid@2", nil},
		{"shop.Paid", nil},
		{"shop", nil},
		{"shop.Paid@1", []string{"float-for-money", "suppression-unused"}},
		{"shop.Pai", []string{"float-for-money", "suppression-unused"}},
		{"shop.Paid@2.price.amount", []string{"float-for-money", "suppression-unused"}},
		{"", []string{"float-for-money", "suppression-unused"}},
	} {
		s := []finding.Suppression{{Rule: "float-for-money", Element: c.element, Reason: "an estimate"}}
		got := rulesOf(finding.Filter([]finding.Finding{found(f, "float-for-money", "price", "shop.Paid@2.price")}, s, scope()))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("element %q (-want +got):\n%s", c.element, diff)
		}
	}
}

func TestAMisspeltRuleIsGuessed(t *testing.T) {
	got := finding.Filter(nil, []finding.Suppression{{Rule: "missing-dock", Reason: "x", Element: "a"}}, scope())
	if len(got) != 1 || !strings.Contains(got[0].Message, `did you mean "missing-doc"?`) {
		t.Errorf("%v", got)
	}
}

func TestEveryRuleOfThePackageIsDescribed(t *testing.T) {
	for _, r := range finding.Rules() {
		if r.Title == "" || r.Meaning == "" || r.Why == "" || r.Off != "" {
			t.Errorf("%s is not described, or can be switched off", r.ID)
		}
	}
}

// The examples that `explain` shows are found, or not.
func TestExamplesOfRulesAreTrue(t *testing.T) {
	for _, r := range finding.Rules() {
		for text, bad := range map[string]bool{r.Bad: true, r.Good: false} {
			f := source.NewFile("a.yaml", []byte(text))
			var fs []finding.Finding
			if strings.Contains(text, "float64") {
				fs = append(fs, found(f, "float-for-money", "price", "shop.Paid@1.price"))
			}
			got := rulesOf(finding.Filter(fs, finding.Comments([]*source.File{f}), scope()))
			if text != "" && bad != slices.Contains(got, r.ID) {
				t.Errorf("%s: bad %t, but found %v in %s", r.ID, bad, got, text)
			}
		}
	}
}

func FuzzComments(f *testing.F) {
	f.Add("a: |\n # evgen:ignore x y\nb: 'c' # evgen:ignore x y until 2027-01-01")
	f.Add("\"\\")
	f.Add("- - - >\n'")
	f.Fuzz(func(t *testing.T, text string) {
		file := source.NewFile("a.yaml", []byte(text))
		for _, s := range finding.Comments([]*source.File{file}) {
			if !strings.HasPrefix(text[s.Span.Start:], "#") || s.Line < s.Span.Position().Line {
				t.Errorf("%+v", s)
			}
		}
	})
}
