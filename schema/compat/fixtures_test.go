package compat_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
)

var update = flag.Bool("update", false, "rewrite the expectations; the run that rewrites fails")

const fixtures = "../../golden/compat"

// catalogue is the reader model under which the table of the documentation holds: unknown fields are skipped, enums
// are closed.
var catalogue = compat.Options{Readers: compat.Readers{Unknown: compat.Tolerant, Enums: compat.Closed}}

// TestFixtures compares each directory of golden/compat with its want.txt: one line a change with the rule, the path,
// what it does to readers that decode and to those that validate, backward and forward, and both places.
func TestFixtures(t *testing.T) {
	for _, name := range fixtureNames(t) {
		t.Run(name, func(t *testing.T) {
			got := describe(compareFixture(t, name))
			file := filepath.Join(fixtures, name, "want.txt")
			want, _ := os.ReadFile(file)
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
			if !strings.HasPrefix(name, "at-") && !strings.Contains("\n"+got, "\n"+name+" ") {
				t.Errorf("the fixture does not show %s", name)
			}
		})
	}
}

func fixtureNames(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob(fixtures + "/*/previous")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	var names []string
	for _, d := range dirs {
		names = append(names, filepath.Base(filepath.Dir(d)))
	}
	return names
}

func compareFixture(t *testing.T, name string) *compat.Result {
	t.Helper()
	old, new := loadModel(t, filepath.Join(fixtures, name, "previous")), loadModel(t, filepath.Join(fixtures, name, "current"))
	return compat.Compare(old, new, catalogue)
}

func loadModel(t testing.TB, dir string) *model.Model {
	t.Helper()
	rep := &diag.Report{}
	docs, err := load.Load(os.DirFS(dir), []string{"."}, rep)
	if err != nil {
		t.Fatal(err)
	}
	m := resolve.Resolve(docs, rep)
	for _, d := range rep.Sorted() {
		t.Errorf("%s: %v: %s: %s", dir, d.Span.Position(), d.Rule, d.Message)
	}
	if m == nil {
		t.FailNow()
	}
	return m
}

// describe is a result as want.txt holds it.
func describe(r *compat.Result) string {
	var b strings.Builder
	line := func(j *compat.Judgement) {
		path := j.Path
		if path == "" {
			path = "-"
		}
		fmt.Fprintf(&b, "%s %s %s/%s %s/%s %s %s\n", j.Rule.ID, path, j.Decoding.Backward, j.Decoding.Forward,
			j.Validating.Backward, j.Validating.Forward, place(j.Old.Span), place(j.New.Span))
	}
	for _, e := range r.Events {
		for _, j := range e.Changes {
			line(j)
		}
		for _, s := range e.Steps {
			if s.New {
				for _, j := range s.Changes {
					line(j)
				}
			}
		}
		if e.Pairwise == e.Transitive && e.Witness == nil && len(e.Changes) == 0 && len(e.Steps) == 0 {
			continue
		}
		fmt.Fprintf(&b, "= %s; validating %s; advice %s\n", e.Line(), e.Transitive.Validating, e.Advice)
	}
	for _, j := range r.Projections {
		line(j)
	}
	return b.String()
}

func place(s source.Span) string {
	if s.IsZero() {
		return "-"
	}
	p := s.Position()
	return fmt.Sprintf("%d:%d", p.Line, p.Column)
}

// needNoFixture are rules that tests of their own show.
var needNoFixture = []string{"upcaster-missing", "released-version-edited", "released-version-removed"}

func TestEveryRuleHasAFixture(t *testing.T) {
	names := fixtureNames(t)
	for _, r := range compat.Rules() {
		if !slices.Contains(names, r.ID) && !slices.Contains(needNoFixture, r.ID) {
			t.Errorf("rule %s has no fixture", r.ID)
		}
	}
}
