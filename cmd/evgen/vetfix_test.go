package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestVetMendsAFileOfWindows(t *testing.T) {
	event := "event runtime.Envelope[memory.MemoryReworded]) error {\n"
	dir := exampleCopy(t, []seed{
		{sqliteFile, event, "\tcopied := func(event string) error {\n\t\t_ = time.Now()\n\t\treturn execFor(ctx, tx, runtime.Meta{}, seededCopy)\n\t}\n" +
			"\t_ = time.Now()\n\tif err := copied(\"another event\"); err != nil {\n\t\treturn err\n\t}\n"},
		{sqliteFile, "import (\n", "\t\"time\"\n"},
		{sqliteFile, "const (\n\tsearchTable = \"memory_search\"\n", "\tseededCopy = `\nINSERT INTO {words} (rowid, memory_id)\nSELECT doc, memory_id FROM {search}`\n"},
	})
	name := filepath.Join(dir, sqliteFile)
	writeText(t, name, edited(t, name, "\n", "\r\n"))
	found := vetFound(t, dir, "--fix", "./events/...")
	if !slices.Equal(found, []string{"clock " + sqliteFile}) {
		t.Errorf("left are %v", found)
	}
	text := edited(t, name, "_ = event.OccurredAt\r\n", "")
	edited(t, name, "SELECT doc, memory_id FROM {search} WHERE true ON CONFLICT DO NOTHING`\r\n", "")
	if n := strings.Count(text, "\n"); n != strings.Count(text, "\r\n") {
		t.Errorf("of %d lines not all end as before", n)
	}
	if !strings.Contains(text, "func(event string) error {\r\n\t\t_ = time.Now()") {
		t.Error("in the closure, event is another one")
	}
}
