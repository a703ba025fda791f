package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestEveryDefinitionIsWrittenOnce(t *testing.T) {
	for _, files := range []int{1, 3, 7} {
		schemas := evgenSchemas(7, files)
		if len(schemas) != files {
			t.Errorf("%d files were wanted, %d were written", files, len(schemas))
		}
		var all strings.Builder
		for _, text := range schemas {
			all.WriteString(text)
		}
		for i := range 7 {
			if n := strings.Count(all.String(), "  "+eventName(i)+":\n"); n != 1 {
				t.Errorf("%s was declared %d times in %d files", eventName(i), n, files)
			}
		}
	}
}

func TestMedianIsNotMovedByAnOutlier(t *testing.T) {
	s := series{{wall: 3}, {wall: 1}, {wall: time.Hour}, {wall: 2}, {wall: 4}}
	if s.wall() != 3 || s.fastest() != 1 {
		t.Errorf("median %d and minimum %d, not 3 and 1", s.wall(), s.fastest())
	}
}

func TestPeerThatSkipsDefinitionsIsNotTakenForFast(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte("type "+eventName(0)+" struct{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := mentions(dir, eventName(0)); err != nil {
		t.Error(err)
	}
	if err := mentions(dir, eventName(0), eventName(9)); err == nil || !strings.Contains(err.Error(), eventName(9)) {
		t.Errorf("%s is missing, and the error is %v", eventName(9), err)
	}
}

func TestFailingCommandSaysWhatItSaid(t *testing.T) {
	c := command{argv: []string{"go", "no-such-command"}}
	if _, err := c.run(context.Background()); err == nil || !strings.Contains(err.Error(), "help") {
		t.Errorf("the error is %v", err)
	}
}

func TestRunIsMeasured(t *testing.T) {
	s, err := command{argv: []string{"go", "version"}}.run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if s.wall <= 0 || s.cpu <= 0 || s.rss < 1<<20 {
		t.Errorf("measured %+v", s)
	}
}
