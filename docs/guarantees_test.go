package docs

import (
	"path"
	"regexp"
	"strings"
	"testing"
)

// proof is a link to a test: [TestName](file) or [a scenario of a suite](file).
var proof = regexp.MustCompile("\\[`?([^\\]`]+)`?\\]\\(([^)#]+_test\\.go|[^)#]*(?:storetest|projectiontest|sagatest)/[a-z]+\\.go|[^)#]+\\.txtar)\\)")

func TestEveryGuaranteeHasATestThatExists(t *testing.T) {
	guarantees := 0
	for _, page := range []string{"docs/guarantees.md", "README.md"} {
		for line := range strings.Lines(read(t, page)) {
			for _, m := range proof.FindAllStringSubmatch(line, -1) {
				checkProof(t, page, m[1], path.Join(path.Dir(page), m[2]))
				guarantees++
			}
		}
	}
	if guarantees < 30 {
		t.Errorf("only %d proofs were found", guarantees)
	}
}

func checkProof(t *testing.T, page, name, file string) {
	t.Helper()
	text := read(t, file)
	isFunc := strings.Contains(text, "\nfunc "+name+"(")
	isScenario := strings.Contains(text, `{"`+name+`", `)
	isScript := strings.HasSuffix(file, name)
	if !isFunc && !isScenario && !isScript {
		t.Errorf("%s: %s has no test %q", page, file, name)
	}
}

func TestEveryRowOfTheGuaranteesHasAProof(t *testing.T) {
	for line := range strings.Lines(read(t, "docs/guarantees.md")) {
		isRow := strings.HasPrefix(line, "|") && !strings.HasPrefix(line, "|-") && !strings.HasPrefix(line, "| guarantee")
		if isRow && !proof.MatchString(line) {
			t.Errorf("no test proves: %s", line)
		}
	}
}
