package syntax_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

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
