package page

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTablesAreAlignedByCharactersAndLeaveEmptyColumnsOut(t *testing.T) {
	var out strings.Builder
	p := New(&out, Palette{}, time.UTC)
	p.Table([]string{"ID", "STATUS", "TEXT"}, [][]string{{"é", "", "one"}, {"long", "", "two"}})
	want := "  ID    TEXT\n  é     one\n  long  two\n"
	if diff := cmp.Diff(want, out.String()); diff != "" || p.Err() != nil {
		t.Errorf("table, error %v (-want +got):\n%s", p.Err(), diff)
	}
}

func TestAnUpcastIsMarkedInColour(t *testing.T) {
	var out strings.Builder
	New(&out, Colour(), time.UTC).Table([]string{"STORED"}, [][]string{{"v1 → v2"}, {"v2"}})
	want := "\x1b[2m  STORED\x1b[0m\n  v1 \x1b[33m→\x1b[0m v2\n  v2\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestClipKeepsOneLine(t *testing.T) {
	for text, want := range map[string]string{"äöü": "äöü", "one\n two": "one two", "123456789": "1234567…", "": ""} {
		if got := Clip(text, 8); got != want {
			t.Errorf("clip %q is %q, want %q", text, got, want)
		}
	}
}

func TestTextsDoNotCommandTheTerminal(t *testing.T) {
	if got := Plain("red \x1b[31m\r\x07 alert\n\ttea"); got != "red �[31m�� alert\n\ttea" {
		t.Errorf("plain text is %q", got)
	}
	if got := Clip("\x1b]0;title\x07", 20); got != "�]0;title�" {
		t.Errorf("clipped text is %q", got)
	}
}

type fullDisk struct{ writes int }

var errFull = errors.New("disk is full")

func (d *fullDisk) Write([]byte) (int, error) { d.writes++; return 0, errFull }

func TestTheFirstErrorIsKeptAndNothingMoreIsWritten(t *testing.T) {
	disk := &fullDisk{}
	p := New(disk, Palette{}, time.UTC)
	p.Line("one")
	p.Heading("two")
	if !errors.Is(p.Err(), errFull) || disk.writes != 1 {
		t.Errorf("error %v after %d writes, want the first of one", p.Err(), disk.writes)
	}
}
