package main

import (
	"context"
	"slices"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/origin"
)

// onlyStaged leaves out what is less than an error in files that the commit does not touch: a hook speaks of what is
// about to change, and of whatever must not be committed. Where the settings change, every file is touched.
func (c *checking) onlyStaged(ctx context.Context, found *verdict) error {
	changes, err := origin.Changed(ctx, c.git(found.root))
	if err != nil {
		return err
	}
	touched := map[string]bool{}
	for _, change := range changes {
		touched[change.Name] = true
	}
	if touched["evgen.yaml"] {
		return nil
	}
	found.findings = slices.DeleteFunc(found.findings, func(f finding.Finding) bool {
		return f.Severity < diag.Error && !f.Span.IsZero() && !touched[f.Span.File.Name]
	})
	return nil
}
