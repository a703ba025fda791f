package lint_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint"
	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
)

// language is every feature of the language, in three packages.
func language(t *testing.T) *model.Model {
	t.Helper()
	rep := &diag.Report{}
	docs, err := load.Load(os.DirFS("../../golden/language"), []string{"schema"}, rep)
	if err != nil {
		t.Fatal(err)
	}
	m := resolve.Resolve(docs, rep)
	if m == nil {
		t.Fatal(rep.Sorted())
	}
	return m
}

func TestFindingsAreWhole(t *testing.T) {
	m := language(t)
	found := lint.Run(m, lint.All(), lint.Settings{}).Findings
	if len(found) < 50 {
		t.Errorf("only %d findings", len(found))
	}
	for _, f := range found {
		switch {
		case f.Span.IsZero() || f.Element == "":
			t.Errorf("%s: %s has no place", f.Rule, f.Message)
		case f.Message == "" || strings.HasSuffix(f.Message, ".") || f.Message[0] >= 'A' && f.Message[0] <= 'Z':
			t.Errorf("%s: style of message: %s", f.Rule, f.Message)
		case strings.Contains(f.Message+f.Help, "%!"):
			t.Errorf("%s: bad format: %s", f.Rule, f.Message)
		}
	}
}

func TestRunIsDeterministicAndChangesNothing(t *testing.T) {
	m := language(t)
	first := messages(lint.Run(m, lint.All(), lint.Settings{}).Findings)
	for range 3 {
		if diff := cmp.Diff(first, messages(lint.Run(m, lint.All(), lint.Settings{}).Findings)); diff != "" {
			t.Fatal(diff)
		}
	}
	if diff := cmp.Diff(first, messages(lint.Run(language(t), lint.All(), lint.Settings{}).Findings)); diff != "" {
		t.Error(diff)
	}
}

func messages(fs []finding.Finding) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Rule+" "+f.Element+": "+f.Message)
	}
	return out
}

// What lint says of an element and what the locator makes of its place is the same, but that findings about the newest
// version of an event or type stand at its name.
func TestElementsAgreeWithPlaces(t *testing.T) {
	m := language(t)
	found := lint.Run(m, lint.All(), lint.Settings{}).Findings
	located := finding.NewLocator(m).Locate(finding.Diagnostics(found))
	for i, f := range found {
		element, _, atVersion := strings.Cut(f.Element, "@")
		if got := located[i].Element; got != f.Element && !(atVersion && got == element) {
			t.Errorf("%s: element %s, but %s by its place", f.Rule, f.Element, got)
		}
	}
}
