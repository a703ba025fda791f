package syntax_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

func format(text string) (string, *diag.Report) {
	rep := &diag.Report{}
	return string(syntax.Format(source.NewFile("test.yaml", []byte(text)), rep)), rep
}

// TestFormat formats the first file of each archive and wants the second.
func TestFormat(t *testing.T) {
	names, err := filepath.Glob("testdata/format/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := txtar.Parse(b).Files
			got, rep := format(string(files[0].Data))
			if diff := cmp.Diff(string(files[1].Data), got); diff != "" {
				t.Errorf("(-want +got):\n%s%v", diff, rep.Sorted())
			}
			if again, _ := format(got); again != got {
				t.Errorf("formatted again (-first +second):\n%s", cmp.Diff(got, again))
			}
		})
	}
}

func TestFormatOfPrintedDocumentsChangesNothing(t *testing.T) {
	want, err := os.ReadFile("testdata/memory.printed.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := format(string(want)); got != string(want) {
		t.Errorf("(-want +got):\n%s", cmp.Diff(string(want), got))
	}
}

func TestFormatNormalisesLineEndsAndByteOrderMark(t *testing.T) {
	if got, _ := format("\ufeffpackage: a\r\ndoc: b  \r\n\r\n\r\n"); got != "package: a\ndoc: b\n" {
		t.Errorf("got %q", got)
	}
}

func TestFormatRefusesFaults(t *testing.T) {
	if got, rep := format("package: a\npakage: b\n"); got != "" || !rep.HasErrors() {
		t.Errorf("got %q with %d diagnostics", got, rep.Len())
	}
}

// TestFormatOfAnyLayout formats printed documents whose lines were moved apart by comments and empty lines.
func TestFormatOfAnyLayout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var messy strings.Builder
		for _, line := range strings.SplitAfter(string(syntax.Print(document(t))), "\n") {
			switch rapid.IntRange(0, 9).Draw(t, "before the line") {
			case 0:
				messy.WriteString("\n\n")
			case 1:
				messy.WriteString(strings.Repeat(" ", rapid.IntRange(0, 12).Draw(t, "indent")) + "# a comment\n")
			}
			indent := len(line) - len(strings.TrimLeft(line, " ")) // doubled
			messy.WriteString(strings.Repeat(" ", indent) + line)
		}
		text := messy.String()
		once, rep := format(text)
		if rep.Len() > 0 {
			return // a comment went into the middle of a scalar
		}
		if !bytes.Equal(squeeze([]byte(text)), squeeze([]byte(once))) {
			t.Fatalf("more than white space changed:\n%s", cmp.Diff(text, once))
		}
		if twice, _ := format(once); twice != once {
			t.Fatalf("formatted again:\n%s", cmp.Diff(once, twice))
		}
		if strings.Contains(once, "\n\n\n") && !strings.Contains(once, "|") && !strings.Contains(once, ">") {
			t.Fatalf("two empty lines in a row:\n%s", once)
		}
	})
}
