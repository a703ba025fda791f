package insertwithoutconflict_test

import (
	"os"
	"strings"
	"testing"

	"github.com/evgen/evgen/analysis/vettest"
)

func TestConstantsAreFixedWhereTheyStand(t *testing.T) {
	src, err := os.ReadFile("testdata/bad/bad.go")
	if err != nil {
		t.Fatal(err)
	}
	fixed := map[string]bool{}
	for _, f := range vettest.Run(t, "testdata/bad") {
		for _, fix := range f.Fixes {
			e := fix.Edits[0]
			line := string(src[:e.Start]) + e.New + string(src[e.End:])
			line = line[strings.LastIndex(line[:e.Start], "\n")+1:]
			line, _, _ = strings.Cut(line, "\n")
			fixed[strings.TrimSpace(line)] = true
		}
	}
	for line := range fixed {
		if strings.Contains(line, "RETURNING") || strings.Contains(line, "DEFAULT VALUES") {
			t.Errorf("there is a fix for %s", line)
		}
	}
	for _, want := range []string{
		"insertOrder = `INSERT INTO {orders} (id, customer) VALUES ($1, $2) ON CONFLICT DO NOTHING`",
		"INSERT INTO copies (id) SELECT id FROM parcels WHERE true ON CONFLICT DO NOTHING",
	} {
		found := false
		for line := range fixed {
			found = found || strings.Contains(line, want)
		}
		if !found {
			t.Errorf("no fix gives %s; there are %v", want, fixed)
		}
	}
}

func TestStatementsOfOtherPackagesAreNamedWhereTheyStand(t *testing.T) {
	at := map[string]bool{}
	for _, f := range vettest.Run(t, "testdata/elsewhere") {
		for _, r := range f.Related {
			at[r] = true
		}
	}
	for _, want := range []string{"kept.go:19: the statement", "kept.go:47: the statement", "elsewhere.go:18: the statement"} {
		if !at[want] {
			t.Errorf("nothing points at %s; there are %v", want, at)
		}
	}
}
