package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/evgen/evgen/schema/lint/finding"
)

// applyBaseline takes out what the team accepted, and adds what it need not accept any more.
func (c *checking) applyBaseline(found *verdict) error {
	if c.baseline == "" {
		return nil
	}
	dir, err := c.workDir()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(c.resolve(dir, c.baseline))
	if err != nil {
		return fmt.Errorf("read --baseline: %w", err)
	}
	accepted, err := finding.ReadBaseline(text)
	if err != nil {
		return fmt.Errorf("read --baseline %s: %w", c.baseline, err)
	}
	found.findings = finding.Sort(accepted.Apply(found.findings, found.ran))
	return nil
}

// accept writes a baseline of all findings. Schemas that cannot be read are not to be accepted.
func (c *checking) accept(found *verdict) error {
	if found.result == nil {
		if err := c.print(found); err != nil {
			return err
		}
		return errFindings
	}
	dir, err := c.workDir()
	if err != nil {
		return err
	}
	accepted := finding.NewBaseline(excusable(found.findings))
	if err := replaceFile(c.resolve(dir, c.writeBaseline), accepted.Text()); err != nil {
		return err
	}
	if !c.report.isText() {
		return nil
	}
	total := 0
	for _, e := range accepted.Accepted {
		total += e.Count
	}
	_, err = fmt.Fprintf(c.stdout, "%s accepts %d %s; from now on run: evgen check --baseline %s\n",
		c.writeBaseline, total, plural(total, "finding"), c.writeBaseline)
	return err
}

// excusable leaves out what no team can accept.
func excusable(findings []finding.Finding) []finding.Finding {
	rules := suppressible()
	return slices.DeleteFunc(slices.Clone(findings), func(f finding.Finding) bool { return !slices.Contains(rules, f.Rule) })
}
