package lostcause_test

import (
	"strings"
	"testing"

	"github.com/evgen/evgen/analysis/vettest"
)

func TestTheFixPassesTheCauseOn(t *testing.T) {
	fixed := 0
	for _, f := range vettest.Run(t, "testdata/bad") {
		for _, fix := range f.Fixes {
			fixed++
			if got := fix.Edits[0].New; got != "runtime.CausedBy(event)" {
				t.Errorf("%d: the fix writes %s", f.Line, got)
			}
		}
		if strings.Contains(f.Message, "mails.byHelper") && len(f.Fixes) > 0 {
			t.Errorf("%d: the helper has no event, and a fix", f.Line)
		}
	}
	if fixed < 4 {
		t.Errorf("%d findings have fixes, want 4 at least", fixed)
	}
}
