package lostcause_test

import (
	"os"
	"strings"
	"testing"

	"github.com/evgen/evgen/analysis/vettest"
)

func TestTheFixPassesTheCauseOn(t *testing.T) {
	src, err := os.ReadFile("testdata/bad/bad.go")
	if err != nil {
		t.Fatal(err)
	}
	fixed := 0
	for _, f := range vettest.Run(t, "testdata/bad") {
		for _, fix := range f.Fixes {
			fixed++
			if got := fix.Edits[0].New; got != "runtime.CausedBy(event)" {
				t.Errorf("%d: the fix writes %s", f.Line, got)
			}
		}
		if len(f.Fixes) > 0 && strings.HasSuffix(string(src[:f.Fixes[0].Edits[0].Start]), "func(event string) error {\n\t\treturn m.close(ctx, ") {
			t.Errorf("%d: the fix takes another variable for the event", f.Line)
		}
		if strings.Contains(f.Message, "mails.byHelper") && len(f.Fixes) > 0 {
			t.Errorf("%d: the helper has no event, and a fix", f.Line)
		}
	}
	if fixed < 4 {
		t.Errorf("%d findings have fixes, want 4 at least", fixed)
	}
}
