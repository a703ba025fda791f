package corpus_test

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/evgen/evgen/analysis"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, analysis.Analyzers()...) }

// example is a handler of the corpus: what stands between two comments that begin with "case". A bad one may have more
// faults than one: case clock random: why.
type example struct {
	rules, what string
	file        string
	first, last int // lines
}

func (e example) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", filepath.Base(e.file), e.first, e.rules, e.what)
}

func read(t *testing.T, dir string) []example {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var out []example
	for _, name := range files {
		out = append(out, readFile(t, name)...)
	}
	return out
}

func readFile(t *testing.T, name string) []example {
	t.Helper()
	abs, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []example
	lines := bufio.NewScanner(f)
	n := 0
	for lines.Scan() {
		n++
		if title, ok := strings.CutPrefix(lines.Text(), "// case "); ok {
			rules, what, _ := strings.Cut(title, ": ")
			out = append(out, example{rules: rules, what: what, file: abs, first: n})
		}
		if len(out) > 0 {
			out[len(out)-1].last = n
		}
	}
	return out
}

// within returns the findings in an example.
func within(e example, found []vettest.Finding) []vettest.Finding {
	var out []vettest.Finding
	for _, f := range found {
		if f.File == e.file && e.first <= f.Line && f.Line <= e.last {
			out = append(out, f)
		}
	}
	return out
}

func isOf(e example, f vettest.Finding) bool {
	return slices.Contains(strings.Fields(e.rules), strings.ReplaceAll(f.Analyzer, "_", "-"))
}

func TestEveryBadHandlerIsCaught(t *testing.T) {
	found := vettest.Vet(t, "./testdata/bad")
	all := read(t, "bad")
	caught := 0
	for _, e := range all {
		in := within(e, found)
		if !slices.ContainsFunc(in, func(f vettest.Finding) bool { return isOf(e, f) }) {
			t.Errorf("missed: %s (%v)", e, in)
			continue
		}
		caught++
		for _, f := range in {
			if !isOf(e, f) {
				t.Errorf("falsely blamed: %s: %s: %s", e, f.Analyzer, f.Message)
			}
		}
	}
	t.Logf("caught %d of %d bad handlers", caught, len(all))
}

func TestNoGoodHandlerIsBlamed(t *testing.T) {
	found := vettest.Vet(t, "./testdata/good")
	all := read(t, "good")
	blamed := 0
	for _, e := range all {
		if in := within(e, found); len(in) > 0 {
			blamed++
			t.Errorf("falsely blamed: %s: %v", e, in)
		}
	}
	t.Logf("falsely blamed %d of %d good handlers", blamed, len(all))
}

func TestTheCorpusCoversEveryRule(t *testing.T) {
	for _, dir := range []string{"bad", "good"} {
		covered := map[string]int{}
		for _, e := range read(t, dir) {
			for _, rule := range strings.Fields(e.rules) {
				covered[rule]++
			}
		}
		for _, page := range analysis.Pages() {
			if covered[page.ID] == 0 {
				t.Errorf("%s: no example is about %s", dir, page.ID)
			}
			delete(covered, page.ID)
		}
		for _, unknown := range slices.Sorted(maps.Keys(covered)) {
			t.Errorf("%s: %s is no rule", dir, unknown)
		}
	}
}
