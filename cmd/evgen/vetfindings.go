package main

import (
	"slices"

	"github.com/evgen/evgen/analysis"
	"github.com/evgen/evgen/cmd/evgen/internal/govet"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/source"
)

// vetted is what go vet has found, in both forms: findings[i] is raw[i].
type vetted struct {
	files    *govet.Files
	raw      []govet.Finding
	findings []finding.Finding
}

func newVetted(dir string, raw []govet.Finding) *vetted {
	out := &vetted{files: &govet.Files{Dir: dir}, raw: raw}
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
