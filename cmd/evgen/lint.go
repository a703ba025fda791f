package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/lint"
)

func lintCommand(inv *invocation) *cobra.Command {
	c := newChecking(inv)
	cmd := &cobra.Command{
		Use:   "lint",
		Short: "Look for anti-patterns of event design",
		Long: `Lint judges the newest version of each event and type: names, size, ids, money,
personal data, readers. What was released before cannot be changed, so it is
left alone. evgen check does the same and also compares.

Rules are set in evgen.yaml under lint; a finding is suppressed by a comment,
# evgen:ignore RULE reason until DATE. evgen explain RULE says why a rule exists.

Exit status: 1 when there are findings at or above --fail-on; 2 when evgen could
not do its job.`,
		Example: `  evgen lint
  evgen lint --fail-on warning
  evgen lint --write-baseline evgen.baseline.json
  evgen explain event-past-tense`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.runLint(cmd.Context()) },
	}
	c.addToday(cmd)
	c.addFlags(cmd)
	return cmd
}

func (c *checking) runLint(ctx context.Context) error {
	if err := c.coherent(); err != nil {
		return err
	}
	now, err := c.readToday(ctx)
	if err != nil {
		return err
	}
	found := lintOnly(now)
	if err := c.applyBaseline(found); err != nil {
		return err
	}
	if c.writeBaseline != "" {
		return c.accept(found)
	}
	if err := c.printFindings(found); err != nil {
		return err
	}
	return c.conclude(found)
}

// readToday reads today's schemas alone.
func (c *comparison) readToday(ctx context.Context) (*side, error) {
	dir, err := c.workDir()
	if err != nil {
		return nil, err
	}
	root, today, err := c.today(dir)
	if err != nil {
		return nil, err
	}
	now, err := readSide(ctx, today, "")
	if err == nil && now.isEmpty() {
		return nil, &noSchemasError{root, now.dirs}
	}
	return now, err
}

// lintOnly judges today's schemas without comparing them with others.
func lintOnly(now *side) *verdict {
	v := &verdict{sides: sides{now: now}, result: &compat.Result{}}
	settings := v.settle()
	if now.model == nil {
		v.result = nil
		return v
	}
	v.lint(settings)
	v.suppress()
	return v
}

// lint looks for anti-patterns.
func (v *verdict) lint(settings lint.Settings) {
	linted := lint.Run(v.now.model, lint.All(), settings)
	v.findings = append(v.findings, linted.Findings...)
	v.ran = append(v.ran, linted.Ran...)
}

// printFindings shows findings alone; programs get them in the form of all other commands.
func (c *checking) printFindings(found *verdict) error {
	printer, w := c.printer()
	if err := printer.Print(w, c.shown(found)); err != nil {
		return err
	}
	if found.result == nil && c.report.isText() {
		fmt.Fprintf(c.stderr, "evgen: the schemas have errors; their design was not judged\n")
	}
	return nil
}
