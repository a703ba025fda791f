package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// session is evgen in a module of its own, called without a process.
type session struct {
	testing.TB
	dir            string
	stdout, stderr bytes.Buffer
}

// newSession makes a module with files; names are slash-separated.
func newSession(t testing.TB, files map[string]string) *session {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	s := &session{TB: t, dir: t.TempDir()}
	s.write("go.mod", "module example.com/shop\n")
	for name, content := range files {
		s.write(name, content)
	}
	return s
}

func (s *session) path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

func (s *session) write(name, content string) {
	s.Helper()
	if err := os.MkdirAll(filepath.Dir(s.path(name)), 0o755); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(s.path(name), []byte(content), 0o644); err != nil {
		s.Fatal(err)
	}
}

// evgen runs a command line and returns the exit status.
func (s *session) evgen(args ...string) int {
	s.stdout.Reset()
	s.stderr.Reset()
	return run(process{
		args: args, dir: s.dir,
		stdin: strings.NewReader(""), stdout: &s.stdout, stderr: &s.stderr,
		env: func(string) string { return "" },
	})
}

// rules is the rule ids that the last `--format json` reported, sorted, each once.
func (s *session) rules() []string {
	s.Helper()
	var report struct {
		Diagnostics []struct{ Rule string }
	}
	if err := json.Unmarshal(s.stdout.Bytes(), &report); err != nil {
		s.Fatalf("%v in %q; stderr %q", err, s.stdout.String(), s.stderr.String())
	}
	var ids []string
	for _, d := range report.Diagnostics {
		ids = append(ids, d.Rule)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
