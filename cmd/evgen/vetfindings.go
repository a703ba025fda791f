package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/evgen/evgen/analysis"
	"github.com/evgen/evgen/cmd/evgen/internal/govet"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/source"
)

// vetted is what go vet has found in packages, in both forms: findings[i] is raw[i].
type vetted struct {
	by       govet.Command
	patterns []string
	files    *govet.Files
	raw      []govet.Finding
	findings []finding.Finding
	omitted  []govet.NotJudged
}

// newVetted names files as they are seen from base.
func newVetted(by govet.Command, patterns []string, base string, result *govet.Result) *vetted {
	raw := result.Findings
	out := &vetted{by: by, patterns: patterns, files: &govet.Files{Dir: base}, raw: raw, omitted: result.NotJudged}
	severities := map[string]diag.Severity{}
	for _, r := range analysis.Pages() {
		severities[r.ID] = r.Severity
	}
	for _, f := range raw {
		d := diag.Diagnostic{Rule: f.Rule, Severity: severities[f.Rule], Span: out.files.Span(f.At), Message: f.Message}
		for _, n := range f.Related {
			d.Related = append(d.Related, diag.Related{Span: out.files.Span(n.At), Message: n.Message})
		}
		if len(f.Fixes) > 0 {
			d.Help = f.Fixes[0].Message
		}
		out.findings = append(out.findings, finding.Finding{Diagnostic: d, Element: out.files.Function(f.Package, f.At)})
	}
	return out
}

// isWhole reports whether all packages were judged.
func (v *vetted) isWhole() bool { return len(v.omitted) == 0 }

// unjudged says how many packages were not.
func (v *vetted) unjudged() error {
	if len(v.omitted) == 1 {
		return fmt.Errorf("%s was not judged", v.omitted[0].Package)
	}
	return fmt.Errorf("%d packages were not judged", len(v.omitted))
}

// notJudged are the packages that were not, for programs.
func (v *vetted) notJudged() []diag.NotJudged {
	var out []diag.NotJudged
	for _, n := range v.omitted {
		out = append(out, diag.NotJudged{Subject: n.Package, Reason: n.Reason})
	}
	return out
}

// judged are the import paths of the packages that were.
func (v *vetted) judged(ctx context.Context) ([]string, error) {
	all, err := v.by.Packages(ctx, v.patterns)
	return slices.DeleteFunc(all, func(p string) bool {
		return slices.ContainsFunc(v.omitted, func(n govet.NotJudged) bool { return n.Package == p })
	}), err
}

// rawOf is the finding that became a diagnostic, nil if it is of another origin.
func (v *vetted) rawOf(d diag.Diagnostic) *govet.Finding {
	i := slices.IndexFunc(v.findings, func(f finding.Finding) bool {
		return f.Rule == d.Rule && f.Span == d.Span && f.Message == d.Message
	})
	if i < 0 {
		return nil
	}
	return &v.raw[i]
}

// offers are the edits that mend a finding.
func (v *vetted) offers(d diag.Diagnostic) []diag.Fix {
	raw := v.rawOf(d)
	if raw == nil {
		return nil
	}
	var out []diag.Fix
	for _, f := range raw.Fixes {
		fix := diag.Fix{Message: f.Message}
		for _, e := range f.Edits {
			file := v.files.Span(govet.Place{File: e.File, Line: 1, Column: 1}).File
			fix.Edits = append(fix.Edits, diag.Edit{Span: source.Span{File: file, Start: e.Start, End: e.End}, Text: e.New})
		}
		out = append(out, fix)
	}
	return out
}

// mendable counts the findings that --fix can mend.
func (v *vetted) mendable(findings []finding.Finding) int {
	n := 0
	for _, f := range findings {
		if raw := v.rawOf(f.Diagnostic); raw != nil && len(raw.Fixes) > 0 {
			n++
		}
	}
	return n
}
