package clock_test

import (
	"os"
	"strings"
	"testing"

	"github.com/evgen/evgen/analysis/clock"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, clock.Rule.Analyzer) }

func TestFindings(t *testing.T) { vettest.Run(t, "testdata/bad", "testdata/good") }

func TestTheFixMeansTheEvent(t *testing.T) {
	src, err := os.ReadFile("testdata/bad/bad.go")
	if err != nil {
		t.Fatal(err)
	}
	fixed := 0
	for _, f := range vettest.Run(t, "testdata/bad") {
		for _, fix := range f.Fixes {
			fixed++
			if got := fix.Edits[0].New; got != "e.OccurredAt" {
				t.Errorf("%d: the fix writes %s", f.Line, got)
			}
			before := string(src[:fix.Edits[0].Start])
			if strings.HasSuffix(before, "func(e string) {\n\t\t_ = ") {
				t.Errorf("%d: the fix takes another e for the event", f.Line)
			}
			if strings.HasSuffix(before, "\t") {
				t.Errorf("%d: the fix makes a statement of a field", f.Line)
			}
		}
	}
	if fixed < 4 {
		t.Errorf("%d findings have fixes, want 4 at least", fixed)
	}
}
