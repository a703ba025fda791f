package docs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGettingStartedWorksAsWritten does what the page says, in an empty directory.
func TestGettingStartedWorksAsWritten(t *testing.T) {
	dir := t.TempDir()
	w := &walk{dir: dir}
	for _, b := range blocks(t, "docs/getting-started.md") {
		w.add(t, b)
	}
	if w.runs < 5 {
		t.Fatalf("only %d blocks are run", w.runs)
	}
	w.run(t)
	for _, want := range w.prints {
		got, err := os.ReadFile(filepath.Join(dir, want.file))
		if err != nil {
			t.Errorf("line %d: %v", want.block.line, err)
			continue
		}
		if !isExcerpt(want.block.text, string(got)) {
			t.Errorf("line %d: printed\n%swant\n%s", want.block.line, got, want.block.text)
		}
	}
}

func TestTheReadmeStartsAsGettingStartedDoes(t *testing.T) {
	first := func(page string) string {
		for _, b := range blocks(t, page) {
			if b.check == "run" {
				return b.text
			}
		}
		return ""
	}
	if readme, page := first("README.md"), first("docs/getting-started.md"); readme == "" || readme != page {
		t.Errorf("the README runs\n%sand getting started\n%s", readme, page)
	}
}

// walk gathers a shell script from the blocks of a page. What the run number n
// prints goes to the file out.n.
type walk struct {
	dir    string
	script strings.Builder
	runs   int
	prints []printed
}

type printed struct {
	block block
	file  string
}

func (w *walk) add(t *testing.T, b block) {
	t.Helper()
	switch b.check {
	case "run":
		w.runs++
		fmt.Fprintf(&w.script, "{\n%s} >$OUT/out.%d 2>&1\n", b.text, w.runs)
	case "file":
		fmt.Fprintf(&w.script, "mkdir -p %q\ncat > %q <<'END-OF-FILE'\n%sEND-OF-FILE\n", filepath.Dir(b.arg), b.arg, b.text)
	case "edit":
		w.edit(t, b)
	case "prints":
		w.prints = append(w.prints, printed{b, fmt.Sprintf("out.%d", w.runs)})
	}
}

// edit replaces one line of a file, given as FILE: LINE, by the block.
func (w *walk) edit(t *testing.T, b block) {
	t.Helper()
	file, line, ok := strings.Cut(b.arg, ": ")
	if !ok {
		t.Fatalf("%s:%d: an edit names a file and a line, FILE: LINE", b.page, b.line)
	}
	fmt.Fprintf(&w.script, "cat > $OUT/new <<'END-OF-FILE'\n%sEND-OF-FILE\n", b.text)
	fmt.Fprintf(&w.script, "grep -qF %q %q\n", line, file)
	fmt.Fprintf(&w.script, "awk -v line=%q 'index($0, line) {while ((getline new < (ENVIRON[\"OUT\"] \"/new\")) > 0) print new; next} {print}' %q >$OUT/edited\ncp $OUT/edited %q\n", line, file, file)
}

func (w *walk) run(t *testing.T) {
	t.Helper()
	repo, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-e", "-c", w.script.String())
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "EVGEN="+repo, "OUT="+w.dir, "GOFLAGS=-buildvcs=false", "GOTOOLCHAIN=local", "GOWORK=off", "NO_COLOR=1")
	output, err := cmd.CombinedOutput()
	if err != nil {
		last, _ := os.ReadFile(w.lastOutput())
		t.Fatalf("%v: %s\n%s", err, output, last)
	}
}

// lastOutput is the file of the block that broke off.
func (w *walk) lastOutput() string {
	for n := w.runs; n > 0; n-- {
		name := filepath.Join(w.dir, fmt.Sprintf("out.%d", n))
		if _, err := os.Stat(name); err == nil {
			return name
		}
	}
	return ""
}
