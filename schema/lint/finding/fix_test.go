package finding_test

import (
	"testing"

	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/source"
)

func TestUselessCommentsCanBeRemoved(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1 # evgen:ignore missing-doc why\nb: 2\n":       "a: 1\nb: 2\n",
		"a: 1\n  # evgen:ignore missing-doc why\nb: 2\n":    "a: 1\nb: 2\n",
		"# evgen:ignore missing-doc why\r\nb: 2\r\n":        "b: 2\r\n",
		"a: 1\n# evgen:ignore missing-doc why":              "a: 1\n",
		"a: 1 # evgen:ignore missing-doc why  \n":           "a: 1  \n",
		"a: 1 # evgen:ignore missing-dock why\n":            "",
		"a: 1 # evgen:ignore not-run why is not run here\n": "",
	} {
		f := source.NewFile("a.yaml", []byte(text))
		got := ""
		for _, d := range finding.Diagnostics(finding.Filter(nil, finding.Comments([]*source.File{f}), scope())) {
			for _, fix := range finding.Fixes(d) {
				e := fix.Edits[0]
				got = text[:e.Span.Start] + e.Text + text[e.Span.End:]
			}
		}
		if got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestSuppressionsOfSettingsHaveNoFix(t *testing.T) {
	f := source.NewFile("evgen.yaml", []byte("rule: missing-doc\n"))
	s := []finding.Suppression{{Rule: "missing-doc", Reason: "why", Element: "a", Span: source.Span{File: f, Start: 0, End: 17}}}
	for _, found := range finding.Filter(nil, s, scope()) {
		if finding.Fixes(found.Diagnostic) != nil {
			t.Errorf("a fix for %v", found)
		}
	}
}
