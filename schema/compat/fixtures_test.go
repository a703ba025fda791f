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
	"github.com/evgen/evgen/schema/compat/unmended"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/lock"
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
// what it does to readers that decode and to those that validate, backward and forward, and both places. Where a fixture
// holds a lock, what that says follows.
func TestFixtures(t *testing.T) {
	for _, name := range fixtureNames(t) {
		t.Run(name, func(t *testing.T) {
			got := describe(compareFixture(t, name)) + describeLock(t, name)
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
	old := loadModel(t, filepath.Join(fixtures, name, "previous"))
	new, missing := loadUnmended(t, filepath.Join(fixtures, name, "current"))
	options := catalogue
	options.Missing = missing.Missing
	return compat.Compare(old, new, options)
}

// describeLock is what the lock of a fixture, which holds its previous schemas, says of the current ones.
func describeLock(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(fixtures, name, "current", lock.FileName))
	if err != nil {
		return ""
	}
	released, err := lock.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	if found := checkLock(t, released, loadModel(t, filepath.Join(fixtures, name, "previous"))); found != "" {
		t.Errorf("the lock does not hold the previous schemas:\n%s", found)
	}
	return checkLock(t, released, loadModel(t, filepath.Join(fixtures, name, "current")))
}

func checkLock(t *testing.T, l *lock.Lock, m *model.Model) string {
	t.Helper()
	found, err := lock.Check(l, m)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, d := range found {
		fmt.Fprintf(&b, "%s %s lock:%s\n", d.Rule, place(d.Span), place(d.Related[0].Span))
	}
	return b.String()
}

func loadModel(t testing.TB, dir string) *model.Model {
	t.Helper()
	rep := &diag.Report{}
	m := resolve.Resolve(load.Documents(loadFiles(t, dir, rep), rep), rep)
	mustResolve(t, dir, m, rep)
	return m
}

// loadUnmended is loadModel for schemas whose steps may lack upcasts.
func loadUnmended(t testing.TB, dir string) (*model.Model, unmended.Steps) {
	t.Helper()
	rep := &diag.Report{}
	m, steps := unmended.Resolve(load.Documents(loadFiles(t, dir, rep), rep), rep)
	if m == nil {
		mustResolve(t, dir, m, rep)
	}
	return m, steps
}

func loadFiles(t testing.TB, dir string, rep *diag.Report) []*source.File {
	t.Helper()
	files, err := load.Files(os.DirFS(dir), []string{"."}, rep)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func mustResolve(t testing.TB, dir string, m *model.Model, rep *diag.Report) {
	t.Helper()
	for _, d := range rep.Sorted() {
		t.Errorf("%s: %v: %s: %s", dir, d.Span.Position(), d.Rule, d.Message)
	}
	if m == nil {
		t.FailNow()
	}
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
	for _, j := range slices.Concat(r.Projections, r.Sagas) {
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

func TestEveryRuleHasAFixture(t *testing.T) {
	names := fixtureNames(t)
	for _, r := range compat.Rules() {
		if !slices.Contains(names, r.ID) {
			t.Errorf("rule %s has no fixture", r.ID)
		}
	}
}
