package resolve_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/resolve"
)

const fixtures = "../../golden/diag"

// want is an expectation on the line where it stands: the rule and the column.
var want = regexp.MustCompile(`# want "([a-z0-9-]+)" (\d+)`)

// TestFixtures resolves each directory of golden/diag and compares the rules and places of the diagnostics with
// the `# want` comments in its files, or with its file want.txt where a comment would change what is tested.
func TestFixtures(t *testing.T) {
	dirs, err := filepath.Glob(fixtures + "/*/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, dir := range fixtureDirs(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			got, expected := diagnose(t, dir), expectations(t, dir)
			if diff := cmp.Diff(expected, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !slices.ContainsFunc(got, func(s string) bool { return strings.HasSuffix(s, " "+filepath.Base(dir)) }) {
				t.Errorf("the fixture does not show %s", filepath.Base(dir))
			}
		})
	}
}

func fixtureDirs(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob(fixtures + "/*")
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

func diagnose(t *testing.T, dir string) []string {
	t.Helper()
	rep := &diag.Report{}
	docs, err := load.Load(os.DirFS(dir), []string{"."}, rep)
	if err != nil {
		t.Fatal(err)
	}
	if m := resolve.Resolve(docs, rep); m != nil {
		t.Error("a model in spite of errors")
	}
	var got []string
	for _, d := range rep.Sorted() {
		p := d.Span.Position()
		got = append(got, fmt.Sprintf("%s:%d:%d %s", p.File, p.Line, p.Column, d.Rule))
		if d.Message == "" || strings.HasSuffix(d.Message, ".") || d.Message[0] >= 'A' && d.Message[0] <= 'Z' && !strings.HasPrefix(d.Message, "YAML") {
			t.Logf("style of message: %s", d.Message)
		}
	}
	return got
}

func expectations(t *testing.T, dir string) []string {
	t.Helper()
	if b, err := os.ReadFile(filepath.Join(dir, "want.txt")); err == nil {
		return strings.Split(strings.TrimSpace(string(b)), "\n")
	}
	names, err := filepath.Glob(dir + "/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(b), "\n") {
			for _, m := range want.FindAllStringSubmatch(line, -1) {
				out = append(out, fmt.Sprintf("%s:%d:%s %s", filepath.Base(name), i+1, m[2], m[1]))
			}
		}
	}
	return out
}

var constructed = regexp.MustCompile(`fault\("([a-z0-9-]+)"`)

// needNoFixture are rules that no schema tree shows: they need 16 MiB, a fault in evgen, or another command.
var needNoFixture = map[string]bool{"file-too-large": true, "not-declared-here": true, "too-many-findings": true}

// TestEveryRuleHasAFixture reads the rule ids out of the constructors.
func TestEveryRuleHasAFixture(t *testing.T) {
	for _, pattern := range []string{"*.go", "../syntax/*.go", "../syntax/tree/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range constructed.FindAllStringSubmatch(string(b), -1) {
				if _, err := os.Stat(filepath.Join(fixtures, m[1])); err != nil && !needNoFixture[m[1]] {
					t.Errorf("rule %s of %s has no fixture", m[1], name)
				}
			}
		}
	}
}
