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

func evolve(text, name string) (string, *diag.Report) {
	rep := &diag.Report{}
	return string(syntax.Evolve(source.NewFile("test.yaml", []byte(text)), name, rep)), rep
}

// TestEvolve evolves what the archive's comment names in its first file and wants the second.
func TestEvolve(t *testing.T) {
	names, err := filepath.Glob("testdata/evolve/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			a := txtar.Parse(b)
			got, rep := evolve(string(a.Files[0].Data), strings.TrimSpace(string(a.Comment)))
			if diff := cmp.Diff(string(a.Files[1].Data), got); diff != "" {
				t.Errorf("(-want +got):\n%s%v", diff, rep.Sorted())
			}
			mustParse(t, got)
		})
	}
}

func TestEvolveOfAnUnknownNameIsReported(t *testing.T) {
	got, rep := evolve("package: a\nevents:\n  OrderPlaced: {versions: {1: {fields: {a: string}}}}\n", "OrderPlacd")
	if got != "" || rep.Len() != 1 || rep.Sorted()[0].Rule != "not-declared-here" || !strings.Contains(rep.Sorted()[0].Message, `"OrderPlaced"?`) {
		t.Errorf("got %q, %v", got, rep.Sorted())
	}
}

func TestEvolveWithoutALineBreakAtTheEnd(t *testing.T) {
	got, _ := evolve("package: a\nevents:\n  E:\n    versions:\n      9: {fields: {a: string}}\n      10: {fields: {a: string, b: int64}}", "E")
	if !strings.HasSuffix(got, "\n      10: {fields: {a: string, b: int64}}\n      11: {fields: {a: string, b: int64}}") {
		t.Errorf("got %q", got)
	}
}
