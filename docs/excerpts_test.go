package docs

import (
	"slices"
	"strings"
	"testing"
)

func TestExcerptsStandInTheirFiles(t *testing.T) {
	for _, page := range pages(t) {
		for _, b := range blocks(t, page) {
			if b.check == "from" && !isExcerpt(b.text, read(t, b.arg)) {
				t.Errorf("%s:%d: this is not in %s:\n%s", b.page, b.line, b.arg, b.text)
			}
		}
	}
}

func TestEveryBlockOfCodeIsChecked(t *testing.T) {
	for _, page := range pages(t) {
		for _, b := range blocks(t, page) {
			if slices.Contains([]string{"go", "yaml", "json"}, b.lang) && b.check == "" {
				t.Errorf("%s:%d: no comment says how this block is checked", b.page, b.line)
			}
		}
	}
}

// isExcerpt reports whether the parts of text, between lines that are "…",
// stand in content one after the other. Indentation of a part as a whole, and
// space at the ends of lines, do not count.
func isExcerpt(text, content string) bool {
	rest := lines(content)
	for _, part := range parts(text) {
		at := find(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return true
}

func parts(text string) [][]string {
	var out [][]string
	var part []string
	for _, line := range append(lines(text), "…") {
		if strings.TrimSpace(line) != "…" {
			part = append(part, line)
			continue
		}
		if len(part) > 0 {
			out = append(out, part)
		}
		part = nil
	}
	return out
}

func find(in, part []string) int {
	for at := range in {
		if at+len(part) <= len(in) && slices.Equal(dedent(in[at:at+len(part)]), dedent(part)) {
			return at
		}
	}
	return -1
}

func lines(text string) []string {
	out := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i := range out {
		out[i] = strings.TrimRight(strings.ReplaceAll(out[i], "\t", "    "), " ")
	}
	return out
}

func dedent(part []string) []string {
	least := -1
	for _, line := range part {
		if indent := len(line) - len(strings.TrimLeft(line, " ")); line != "" && (least < 0 || indent < least) {
			least = indent
		}
	}
	out := make([]string, len(part))
	for i, line := range part {
		if line != "" {
			out[i] = line[least:]
		}
	}
	return out
}

func TestAnExcerptMustBeContiguous(t *testing.T) {
	content := "a:\n  b: 1\n\n  c: 2\n  d: 3\n"
	for text, want := range map[string]bool{
		"b: 1\n": true, "c: 2\nd: 3\n": true, "a:\n  b: 1\n…\nd: 3\n": true,
		"a:\nb: 1\n": false, "b: 1\nc: 2\n": false, "d: 3\n…\nb: 1\n": false, "b: 2\n": false,
	} {
		if got := isExcerpt(text, content); got != want {
			t.Errorf("excerpt %q: %t, want %t", text, got, want)
		}
	}
}
