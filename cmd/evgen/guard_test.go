package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestAPanicIsReportedInOneLine(t *testing.T) {
	for debug, wantStack := range map[string]bool{"": false, "1": true} {
		var stderr bytes.Buffer
		p := process{stderr: &stderr, env: func(string) string { return debug }}
		if status := guard(p, func() int { panic("a bug\nin two lines") }); status != statusFailed {
			t.Errorf("exit status %d", status)
		}
		first, rest, _ := strings.Cut(stderr.String(), "\n")
		if !strings.Contains(first, "internal error: a bug; in two lines") || !strings.Contains(first, issuesURL) || !strings.Contains(first, "evgen devel") {
			t.Errorf("first line %q", first)
		}
		if got := strings.Contains(rest, "guard_test.go"); got != wantStack {
			t.Errorf("EVGEN_DEBUG=%q: stack %v", debug, got)
		}
	}
}
