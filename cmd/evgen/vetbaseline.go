package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/evgen/evgen/analysis"
	"github.com/evgen/evgen/schema/lint/finding"
)

// accepted takes out what the team accepted, by rule and function, and adds what it need not accept any more.
func (v *vetting) accepted(ctx context.Context, found *vetted) ([]finding.Finding, error) {
	if v.baseline == "" {
		return found.findings, nil
	}
	text, err := os.ReadFile(v.resolve(found.by.Dir, v.baseline))
	if err != nil {
		return nil, fmt.Errorf("read --baseline: %w", err)
	}
	accepted, err := finding.ReadBaseline(text)
	if err != nil {
		return nil, fmt.Errorf("read --baseline %s: %w", v.baseline, err)
	}
	var ran []string
	for _, r := range analysis.Pages() {
		ran = append(ran, r.ID)
	}
	left := accepted.Apply(found.findings, ran)
	if !slices.ContainsFunc(left, func(f finding.Finding) bool { return f.Rule == baselineFixed }) {
		return finding.Sort(left), nil
	}
	judged, err := found.judged(ctx)
	if err != nil {
		return nil, err
	}
	return finding.Sort(slices.DeleteFunc(left, func(f finding.Finding) bool {
		return f.Rule == baselineFixed && !isOf(judged, f.Element)
	})), nil
}

// baselineFixed is the rule that finds what a baseline need not accept any more.
const baselineFixed = "baseline-fixed"

// isOf reports whether an element is a function of one of the packages, or one of them: what is mended elsewhere, nobody
// has looked at.
func isOf(packages []string, element string) bool {
	return slices.ContainsFunc(packages, func(p string) bool {
		name, below := strings.CutPrefix(element, p+".")
		return element == p || below && !strings.Contains(name, "/") && (!strings.Contains(name, ".") || strings.HasPrefix(name, "("))
	})
}

// accept writes a baseline of all findings. What is wrong with a suppression is to be mended.
func (v *vetting) accept(dir string, found *vetted) error {
	var excusable []finding.Finding
	for _, f := range found.findings {
		if f.Rule != "suppression" {
			excusable = append(excusable, f)
		}
	}
	if err := replaceFile(v.resolve(dir, v.writeBaseline), finding.NewBaseline(excusable).Text()); err != nil {
		return err
	}
	if !v.report.isText() {
		return nil
	}
	_, err := fmt.Fprintf(v.stdout, "%s accepts %d %s; from now on run: evgen vet --baseline %s\n",
		v.writeBaseline, len(excusable), plural(len(excusable), "finding"), v.writeBaseline)
	return err
}
