package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/evgen/evgen/generator/output"
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

// showStale prints what a run would change and returns errFindings if there is anything.
func (g *generation) showStale(changes []output.Change) error {
	if len(changes) == 0 {
		return nil
	}
	if g.report.isText() {
		for _, c := range changes {
			if _, err := g.stdout.Write(changeDiff(c)); err != nil {
				return fmt.Errorf("print the diff of %s: %w", c.Path, err)
			}
		}
		fmt.Fprintf(g.stderr, "evgen: generated code is stale (%s); run `evgen generate`\n", tally(changes))
	}
	return errFindings
}

// changeDiff is a change as a unified diff, in the form that `patch` and `git apply` read.
func changeDiff(c output.Change) []byte {
	before, after := "a/"+c.Path, "b/"+c.Path
	switch c.Op {
	case output.Create:
		before = "/dev/null"
	case output.Remove:
		after = "/dev/null"
	case output.Update:
	}
	return diff.Diff(before, c.Old, after, c.New)
}

// staleFiles are the changes as findings.
func staleFiles(changes []output.Change) []diag.Diagnostic {
	said := map[output.Op]string{output.Create: "is missing", output.Update: "is not what the schemas say", output.Remove: "is no longer needed"}
	findings := make([]diag.Diagnostic, len(changes))
	for i, c := range changes {
		findings[i] = diag.Diagnostic{
			Rule: "stale-file", Severity: diag.Error,
			Span:    source.Span{File: source.NewFile(c.Path, c.Old)},
			Message: "generated file " + said[c.Op],
			Help:    "run `evgen generate`",
		}
	}
	return findings
}

// summarize says in a line what was written; with --verbose also which files.
func (g *generation) summarize(root string, changes []output.Change) error {
	if len(changes) == 0 || !g.report.isText() {
		return nil
	}
	if g.verbose {
		for _, c := range changes {
			fmt.Fprintf(g.stdout, "%s %s\n", c.Op, c.Path)
		}
	}
	fmt.Fprintf(g.stdout, "evgen: %s\n", tally(changes))
	for _, name := range g.stubs {
		fmt.Fprintf(g.stdout, "evgen: %s is yours to complete; its test fails until then\n", name)
	}
	if lacksDecimals(root, changes) {
		fmt.Fprintln(g.stdout, "evgen: the schemas use decimals now; run `go mod tidy` once, for the module that they need")
	}
	return nil
}

// lacksDecimals reports whether what was written needs the decimal library, and the module does not require it yet.
func lacksDecimals(root string, changes []output.Change) bool {
	uses := slices.ContainsFunc(changes, func(c output.Change) bool { return bytes.Contains(c.New, []byte(`"`+plan.DecimalPath+`"`)) })
	if !uses {
		return false
	}
	required, err := os.ReadFile(filepath.Join(root, "go.mod"))
	return err == nil && !bytes.Contains(required, []byte("github.com/shopspring/decimal"))
}

// newStubs are the files among the changes that are written only once.
func newStubs(files []output.File, changes []output.Change) []string {
	created := map[string]bool{}
	for _, c := range changes {
		created[c.Path] = c.Op == output.Create
	}
	var names []string
	for _, f := range files {
		if f.Stub && created[f.Path] {
			names = append(names, f.Path)
		}
	}
	return names
}

// tally counts changes: "12 files created, 3 updated".
func tally(changes []output.Change) string {
	counts := map[output.Op]int{}
	for _, c := range changes {
		counts[c.Op]++
	}
	var parts []string
	for _, op := range []output.Op{output.Create, output.Update, output.Remove} {
		if counts[op] == 0 {
			continue
		}
		unit := ""
		if len(parts) == 0 {
			unit = " " + plural(counts[op], "file")
		}
		parts = append(parts, fmt.Sprintf("%d%s %s", counts[op], unit, pastTense(op)))
	}
	return strings.Join(parts, ", ")
}

func pastTense(op output.Op) string {
	return map[output.Op]string{output.Create: "created", output.Update: "updated", output.Remove: "removed"}[op]
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}
