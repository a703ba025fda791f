// Package docs keeps the documentation true: code blocks are excerpts of real
// files or are run, tables are compared with the code, links lead somewhere.
//
// A code block says how it is checked by a comment in front of it:
//
//	<!-- from PATH -->   it stands in that file, but for indentation; a line "…" leaves something out
//	<!-- schema -->      it is a schema file that evgen accepts
//	<!-- fields -->      it is the fields of an event
//	<!-- versions -->    it is the versions of an event
//	<!-- file PATH -->   the walk-through writes it
//	<!-- edit PATH: LINE --> the walk-through puts it in place of that line
//	<!-- run -->         the walk-through runs it
//	<!-- prints -->      the command before it has printed this
//	<!-- operate -->     it is run beside a service, in the order of the page
package docs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// root is where the module begins.
const root = ".."

// block is one fenced block of code.
type block struct {
	page string // relative to root
	line int
	lang string
	// check and arg are the comment in front of the block.
	check, arg string
	text       string
}

// pages returns the names of all pages, relative to root.
func pages(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("*.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for i, name := range names {
		names[i] = "docs/" + name
	}
	return append(names, "README.md", "examples/memory/README.md")
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// blocks returns the fenced blocks of a page.
func blocks(t *testing.T, page string) []block {
	t.Helper()
	var found []block
	var current *block
	before := ""
	for i, line := range strings.Split(read(t, page), "\n") {
		lang, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && current == nil:
			current = &block{page: page, line: i + 1, lang: lang}
			current.check, current.arg = directive(before)
		case fence:
			found = append(found, *current)
			current = nil
		case current != nil:
			current.text += line + "\n"
		}
		before = line
	}
	return found
}

func directive(line string) (check, arg string) {
	inner, ok := strings.CutPrefix(line, "<!-- ")
	if !ok {
		return "", ""
	}
	check, arg, _ = strings.Cut(strings.TrimSuffix(inner, " -->"), " ")
	return check, arg
}

// rows returns the cells of the first table below a heading.
func rows(t *testing.T, page, heading string) [][]string {
	t.Helper()
	_, section, found := strings.Cut(read(t, page), "\n"+heading+"\n")
	if !found {
		t.Fatalf("%s has no heading %q", page, heading)
	}
	var table [][]string
	for line := range strings.Lines(section) {
		if !strings.HasPrefix(line, "|") {
			if len(table) > 0 {
				break
			}
			continue
		}
		table = append(table, cells(line))
	}
	if len(table) < 3 {
		t.Fatalf("%s has no table below %q", page, heading)
	}
	return table[2:]
}

// cells splits a row of a table; \| is no border.
func cells(line string) []string {
	line = strings.ReplaceAll(strings.TrimSpace(line), `\|`, "\x00")
	var out []string
	for cell := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
		out = append(out, strings.ReplaceAll(strings.TrimSpace(cell), "\x00", "|"))
	}
	return out
}
