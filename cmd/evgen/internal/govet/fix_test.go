package govet_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/cmd/evgen/internal/govet"
)

const (
	formatted = "package p\n\nimport (\n\t\"fmt\"\n\t\"time\" // the clock\n)\n\nfunc f(at fmt.Stringer) any {\n\treturn time.Now()\n}\n"
	mended    = "package p\n\nimport (\n\t\"fmt\"\n)\n\nfunc f(at fmt.Stringer) any {\n\treturn at\n}\n"
)

func TestAFixChangesNothingElse(t *testing.T) {
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	loose := func(s string) string { return strings.ReplaceAll(s, "fmt.Stringer)", "fmt.Stringer )") }
	for name, c := range map[string]struct{ old, want string }{
		"a file that is formatted":            {formatted, mended},
		"one whose lines end as Windows has":  {crlf(formatted), crlf(mended)},
		"one that is not formatted":           {loose(formatted), loose(mended)},
		"one with ends of lines of two kinds": {crlf(formatted) + "\n", crlf(mended) + "\n"},
		"a lone import":                       {strings.ReplaceAll(formatted, "(\n\t\"fmt\"\n\t\"time\" // the clock\n)", "\"time\""), "package p\n\nfunc f(at fmt.Stringer) any {\n\treturn at\n}\n"},
		"an import beside others on its line": {strings.ReplaceAll(loose(formatted), "\n\t\"fmt\"\n\t\"time\" // the clock\n", "\"fmt\"; \"time\""), strings.ReplaceAll(loose(mended), "\n\t\"fmt\"\n", "\"fmt\"; ")},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, mend(t, c.old, "time.Now()", "at")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// mend puts one text in the place of another in a file.
func mend(t *testing.T, text, old, replacement string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "p.go")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	files := &govet.Files{Dir: filepath.Dir(file)}
	at := strings.Index(text, old)
	out, err := files.Mend([]govet.Finding{{
		At:    govet.Place{File: file, Line: 1, Column: 1},
		Fixes: []govet.Fix{{Message: "mend", Edits: []govet.Edit{{File: file, Start: at, End: at + len(old), New: replacement}}}},
	}})
	if err != nil || len(out) != 1 || string(out[0].Old) != text {
		t.Fatalf("%v: %v", err, out)
	}
	return string(out[0].Text)
}
