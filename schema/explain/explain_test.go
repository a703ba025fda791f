package explain_test

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/analysis"
	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/explain"
)

var update = flag.Bool("update", false, "rewrite docs/rules.md and the examples; the run that rewrites fails")

const (
	root     = "../.."
	document = root + "/docs/rules.md"
	examples = "examples"
	fixtures = root + "/golden/diag"
)

// same compares a file with what it should hold, and rewrites it on demand.
func same(t *testing.T, name string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(name)
	if err == nil && bytes.Equal(got, want) {
		return
	}
	t.Errorf("%s is out of date: run `go test ./schema/explain -update` twice\n%s", name, cmp.Diff(string(got), string(want)))
	if *update {
		if err := os.WriteFile(name, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// chapters are all pages, as the command line has them.
func chapters() []explain.Chapter {
	return explain.Chapters(
		explain.NewChapter("Evolution", "Who breaks by what changed, and what was released.", compat.Rules()),
		explain.NewGoChapter(analysis.Pages()),
	)
}

func TestDocumentIsUpToDate(t *testing.T) {
	same(t, document, []byte(explain.Markdown(chapters())))
}

var wantComment = regexp.MustCompile(`(?m)[ \t]*# want ".*$`)

// maxExample is the size up to which a fixture can be shown.
const maxExample = 1000

// Examples of diagnostics are copies of the fixtures in golden/diag, which show what they say.
func TestExamplesAreTheFixtures(t *testing.T) {
	shown := map[string]bool{}
	for _, id := range explain.IDs(chapters()) {
		text, err := os.ReadFile(filepath.Join(fixtures, id, "schema.yaml"))
		if err != nil || len(text) == 0 || len(text) > maxExample || !utf8.Valid(text) || bytes.ContainsAny(text, "\x00\t\r\u2028\u0085") {
			continue
		}
		shown[id+".yaml"] = true
		same(t, filepath.Join(examples, id+".yaml"), wantComment.ReplaceAll(text, nil))
	}
	present, err := filepath.Glob(examples + "/*.yaml")
	if err != nil || len(present) < 90 {
		t.Errorf("only %d examples: %v", len(present), err)
	}
	for _, name := range present {
		if !shown[filepath.Base(name)] {
			t.Errorf("%s has no fixture any more", name)
		}
	}
}

// constructed are the ids in constructors of diagnostics: the first argument of a function, or a field.
var constructed = []*regexp.Regexp{
	regexp.MustCompile(`\b(?:fault|failure|warning|note)\(\s*"([a-z0-9]+(?:-[a-z0-9]+)*)"`),
	regexp.MustCompile(`\bRule:\s*"([a-z0-9]+(?:-[a-z0-9]+)*)"`),
}

// noConstructors are directories that hold descriptions and data only.
var noConstructors = []string{"schema/explain", "testdata"}

func TestEveryRuleInTheCodeHasAPage(t *testing.T) {
	ids := explain.IDs(chapters())
	found := 0
	for _, dir := range []string{"schema", "generator", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && slices.ContainsFunc(noConstructors, func(dir string) bool { return strings.HasSuffix(filepath.ToSlash(name), dir) }) {
				return fs.SkipDir
			}
			if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return nil
			}
			for _, id := range rulesIn(t, name) {
				found++
				if !slices.Contains(ids, id) {
					t.Errorf("%s reports %s, which has no page", name, id)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 120 {
		t.Errorf("only %d rules found: the test reads nothing", found)
	}
}

func rulesIn(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, re := range constructed {
		for _, m := range re.FindAllSubmatch(text, -1) {
			ids = append(ids, string(m[1]))
		}
	}
	return ids
}

// TestNoIDBelongsToTwoRules holds for the pages of all rules, whichever package judges them.
func TestNoIDBelongsToTwoRules(t *testing.T) {
	seen := map[string]string{}
	for _, c := range chapters() {
		for _, p := range c.Pages {
			if where, twice := seen[p.ID]; twice {
				t.Errorf("%s belongs to two rules, one in %q, one in %q: a page, a suppression and a baseline would mean both", p.ID, where, c.Title)
			}
			seen[p.ID] = c.Title
		}
	}
}

func TestPagesAreWhole(t *testing.T) {
	for _, c := range chapters() {
		for _, p := range c.Pages {
			if p.Title == "" || p.Meaning == "" || strings.HasSuffix(p.Title, ".") {
				t.Errorf("%s: title %q, meaning %q", p.ID, p.Title, p.Meaning)
			}
		}
	}
}

func TestMoreChaptersJoin(t *testing.T) {
	more := explain.NewChapter("Compatibility", "Who breaks.", []diag.Rule{{ID: "field-vanished", Title: "fields stay", Meaning: "Looks at fields."}})
	joined := explain.Chapters(more)
	if p, ok := explain.Find(joined, "field-vanished"); !ok || p.Title != "fields stay" {
		t.Errorf("page %v", p)
	}
	if _, ok := explain.Find(explain.Chapters(), "field-vanished"); ok {
		t.Error("a chapter stays")
	}
	if !strings.Contains(explain.Markdown(joined), "### field-vanished\n") {
		t.Error("no section for the rule")
	}
}

func TestTextOfARule(t *testing.T) {
	p, ok := explain.Find(explain.Chapters(), "event-too-fat")
	if !ok {
		t.Fatal("no page")
	}
	same(t, "testdata/event-too-fat.txt", []byte(explain.Text(p, 80)))
	p, _ = explain.Find(explain.Chapters(), "duplicate-name")
	same(t, "testdata/duplicate-name.txt", []byte(explain.Text(p, 80)))
}

func TestTextKeepsToItsWidth(t *testing.T) {
	for _, c := range chapters() {
		for _, p := range c.Pages {
			for _, width := range []int{0, 60, 100} {
				for _, line := range strings.Split(explain.Text(p, width), "\n") {
					isExample := strings.HasPrefix(line, "    ")
					if n := utf8.RuneCountInString(line); n > max(width, 40) && !isExample && strings.Contains(strings.TrimSpace(line), " ") {
						t.Errorf("%s: %d characters in a width of %d: %s", p.ID, n, width, line)
					}
				}
			}
		}
	}
}

func TestPagesOfRulesThatMaySilenceSayHow(t *testing.T) {
	p, _ := explain.Find(explain.Chapters(), "float-for-money")
	if text := explain.Text(p, 80); !strings.Contains(text, "# evgen:ignore float-for-money ") {
		t.Errorf("no suppression in\n%s", text)
	}
	p, _ = explain.Find(explain.Chapters(), "duplicate-key")
	if text := explain.Text(p, 80); strings.Contains(text, "evgen:ignore") {
		t.Errorf("a suppression in\n%s", text)
	}
}
