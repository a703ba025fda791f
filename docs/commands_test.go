package docs

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var flag = regexp.MustCompile(`(?:^|\s)--([a-z-]+)`)

func TestCommandsInThePagesExist(t *testing.T) {
	evgen := build(t)
	checked := 0
	for _, page := range pages(t) {
		for _, line := range commandLines(t, page) {
			checkCommand(t, evgen, page, line)
			checked++
		}
	}
	if checked < 10 {
		t.Errorf("only %d commands were found", checked)
	}
}

func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "evgen")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", binary, "./cmd/evgen")
	cmd.Dir = root
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build evgen: %v\n%s", err, output)
	}
	return binary
}

// code is what stands between backquotes.
var code = regexp.MustCompile("`([^`\n]+)`")

// commandLines returns the lines of shell blocks and the code in sentences that begin with evgen.
func commandLines(t *testing.T, page string) []string {
	t.Helper()
	var candidates []string
	for _, b := range blocks(t, page) {
		if b.lang == "sh" {
			candidates = append(candidates, strings.Split(strings.ReplaceAll(b.text, " | ", "\n"), "\n")...)
		}
	}
	for _, m := range code.FindAllStringSubmatch(read(t, page), -1) {
		candidates = append(candidates, m[1])
	}
	var found []string
	for _, line := range candidates {
		line = strings.TrimPrefix(strings.TrimSpace(line), "go tool ")
		if rest, ok := strings.CutPrefix(line, "evgen "); ok {
			found = append(found, rest)
		}
	}
	return found
}

// checkCommand asks the help of a command for the flags that a page uses.
func checkCommand(t *testing.T, evgen, page, line string) {
	t.Helper()
	words := strings.Fields(line)
	end := slices.IndexFunc(words, func(w string) bool { return !regexp.MustCompile(`^[a-z]+$`).MatchString(w) })
	if end < 0 {
		end = len(words)
	}
	args := append([]string{"help"}, words[:end]...)
	help, err := exec.Command(evgen, args...).CombinedOutput()
	if err != nil {
		t.Errorf("%s: evgen %s: %s", page, line, help)
		return
	}
	for _, m := range flag.FindAllStringSubmatch(line, -1) {
		if !strings.Contains(string(help), "--"+m[1]+" ") {
			t.Errorf("%s: evgen %s: no flag --%s", page, line, m[1])
		}
	}
}
