package main

import (
	"fmt"
	"os"

	"github.com/evgen/evgen/analysis"
	"github.com/evgen/evgen/schema/lint/finding"
)

// accepted takes out what the team accepted, by rule and function, and adds what it need not accept any more.
func (v *vetting) accepted(dir string, findings []finding.Finding) ([]finding.Finding, error) {
	if v.baseline == "" {
		return findings, nil
	}
	text, err := os.ReadFile(v.resolve(dir, v.baseline))
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
	return finding.Sort(accepted.Apply(findings, ran)), nil
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
