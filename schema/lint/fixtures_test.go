package lint_test

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint"
	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
)

const fixtures = "../../golden/lint"

var want = regexp.MustCompile(`# want "([a-z0-9-]+)"`)

// judgedByResolve are rules of event design without which no model can be built.
var judgedByResolve = []string{"version-gap"}

// TestFixtures lints each file of golden/lint/<rule> with that rule alone, and compares the lines of its findings
// with the comments in the file. The files of golden/lint/sane are linted with all rules and have no findings.
func TestFixtures(t *testing.T) {
	files, err := filepath.Glob(fixtures + "/*/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, name := range files {
		rule := filepath.Base(filepath.Dir(name))
		t.Run(rule+"/"+filepath.Base(name), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(wanted(string(text)), linesOf(judge(t, string(text), rulesFor(t, rule)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func rulesFor(t *testing.T, id string) []lint.Rule {
	t.Helper()
	if id == "sane" {
		return lint.All()
	}
	i := slices.IndexFunc(lint.All(), func(r lint.Rule) bool { return r.ID == id })
	if i < 0 {
		if !slices.Contains(judgedByResolve, id) {
			t.Fatalf("there is no rule %q", id)
		}
		return nil
	}
	return lint.All()[i : i+1]
}

func wanted(text string) []string {
	var out []string
	for i, line := range strings.Split(text, "\n") {
		for _, m := range want.FindAllStringSubmatch(line, -1) {
			out = append(out, fmt.Sprintf("%d %s", i+1, m[1]))
		}
	}
	return out
}

func linesOf(fs []finding.Finding) []string {
	var out []string
	for _, f := range fs {
		if line := fmt.Sprintf("%d %s", f.Span.Position().Line, f.Rule); !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

// judge returns what rules find in a schema, or what stands against its model.
func judge(t *testing.T, text string, rules []lint.Rule) []finding.Finding {
	t.Helper()
	m, faults := modelOf(t, text)
	if m == nil {
		var out []finding.Finding
		for _, d := range faults {
			out = append(out, finding.Finding{Diagnostic: d})
		}
		return out
	}
	return lint.Run(m, rules, lint.Settings{}).Findings
}

func modelOf(t *testing.T, text string) (*model.Model, []diag.Diagnostic) {
	t.Helper()
	return resolved(t, map[string]string{"schema.yaml": text})
}

func resolved(t *testing.T, files map[string]string) (*model.Model, []diag.Diagnostic) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[path.Join("s", name)] = &fstest.MapFile{Data: []byte(text)}
	}
	rep := &diag.Report{}
	docs, err := load.Load(fsys, []string{"s"}, rep)
	if err != nil {
		t.Fatal(err)
	}
	return resolve.Resolve(docs, rep), rep.Sorted()
}

func mustModel(t *testing.T, text string) *model.Model {
	t.Helper()
	m, faults := modelOf(t, text)
	if m == nil {
		t.Fatalf("no model: %v", faults)
	}
	return m
}

func TestEveryRuleHasBadAndGoodFixtures(t *testing.T) {
	ids := slices.Clone(judgedByResolve)
	for _, r := range lint.All() {
		ids = append(ids, r.ID)
	}
	for _, id := range ids {
		bad, err := os.ReadFile(filepath.Join(fixtures, id, "bad.yaml"))
		if err != nil || !slices.ContainsFunc(wanted(string(bad)), func(w string) bool { return strings.HasSuffix(w, " "+id) }) {
			t.Errorf("%s has no bad fixture: %v", id, err)
		}
		good, err := os.ReadFile(filepath.Join(fixtures, id, "good.yaml"))
		if err != nil || len(wanted(string(good))) > 0 {
			t.Errorf("%s has no good fixture: %v", id, err)
		}
	}
}

// The examples that `explain` shows are found, or not, by the rule itself.
func TestExamplesOfRulesAreTrue(t *testing.T) {
	for _, r := range lint.All() {
		for text, bad := range map[string]bool{r.Bad: true, r.Good: false} {
			if !strings.Contains(text, "package:") {
				text = "package: shop\n" + text
			}
			found := judge(t, text, rulesFor(t, r.ID))
			if bad != (len(found) > 0) || len(found) > 0 && found[0].Rule != r.ID {
				t.Errorf("%s: bad %t, but found %v in\n%s", r.ID, bad, linesOf(found), text)
			}
		}
	}
}
