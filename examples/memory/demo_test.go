package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/internal/pgtest"
)

// invoke runs the program in this process, in a home of its own.
func invoke(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	home := t.TempDir()
	env := func(name string) string { return map[string]string{"HOME": home, "TMPDIR": home}[name] }
	code = run(t.Context(), args, surroundings{out: &out, err: &errs, env: env, now: time.Now, zone: time.UTC})
	return code, out.String(), errs.String()
}

func TestDemoPrintsTheSameOnEachRun(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	checkDemo(t, "demo")
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("the demo left %v behind, %v", left, err)
	}
}

func TestDemoPrintsTheSameOnPostgreSQL(t *testing.T) {
	checkDemo(t, "demo", "--store", pgtest.Database(t))
}

func checkDemo(t *testing.T, args ...string) {
	t.Helper()
	code, got, stderr := invoke(t, args...)
	if code != 0 || stderr != "" {
		t.Fatalf("exit status %d: %s", code, stderr)
	}
	golden := filepath.Join("testdata", "demo.txt")
	want, err := os.ReadFile(golden)
	if err != nil && !*update {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("demo (-want +got, rewrite with: go test ./examples/memory -update):\n%s", diff)
	}
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTimesAreReadAsPeopleWriteThem(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	berlin := time.FixedZone("CET", 3600)
	a := &app{surroundings: surroundings{now: func() time.Time { return now }, zone: berlin}}
	for text, want := range map[string]string{
		"2026-01-31T12:00:00Z": "2026-01-31T12:00:00Z", "2026-01-31": "2026-01-30T23:00:00Z",
		"2026-01-31 09:30": "2026-01-31T08:30:00Z", "90m": "2026-03-02T10:30:00Z",
	} {
		if got, err := a.parseTime(text); err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%q is %v, %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"yesterday", "-5m", "31.1.2026"} {
		if got, err := a.parseTime(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func TestTheDefaultFileIsWhereDataBelongs(t *testing.T) {
	for want, env := range map[string]map[string]string{
		"/data/memory/memory.db":                  {"XDG_DATA_HOME": "/data", "HOME": "/home/ada"},
		"/home/ada/.local/share/memory/memory.db": {"XDG_DATA_HOME": "relative", "HOME": "/home/ada"},
		"memory.db": {},
	} {
		s := surroundings{env: func(name string) string { return env[name] }}
		if got := filepath.ToSlash(s.defaultFile()); got != want {
			t.Errorf("with %v: %s, want %s", env, got, want)
		}
	}
}
