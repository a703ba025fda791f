package main

import (
	"slices"
	"time"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/config"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint"
	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/model"
)

// verdict is what a check found.
type verdict struct {
	sides
	result   *compat.Result // nil where today's schemas do not resolve
	findings []finding.Finding
	ran      []string // ids of the rules that took part
}

// judge compares, lints, and takes out what was suppressed.
func judge(s *sides) (*verdict, error) {
	v := &verdict{sides: *s}
	settings := v.settle()
	if s.now.model == nil {
		return v, nil
	}
	if err := v.compare(); err != nil {
		return nil, err
	}
	v.nameWhatIsLeft()
	v.lint(settings)
	v.suppress()
	return v, nil
}

// settle takes over the faults of today's schemas and settings.
func (v *verdict) settle() lint.Settings {
	settings, faults := lint.Configure(lint.All(), lintEntries(v.now.settings))
	v.now.report.Add(faults...)
	for _, d := range v.now.report.Sorted() {
		v.findings = append(v.findings, finding.Finding{Diagnostic: d})
	}
	return settings
}

// compare judges what differs, and whether released versions are as they were.
func (v *verdict) compare() error {
	old := &model.Model{}
	switch {
	case v.then != nil:
		old = v.then.model
	default:
		old = v.now.model // nothing differs, and the history inside the files is judged
	}
	v.result = compat.Compare(old, v.now.model, compatOptions(v.now))
	v.takeOver(v.result.Findings())
	for _, r := range compat.Rules() {
		v.ran = append(v.ran, r.ID)
	}
	if v.then != nil && v.then.kept {
		return nil
	}
	released, err := lock.Check(v.now.lock, v.now.model)
	if err != nil {
		return err
	}
	for _, d := range released {
		v.findings = append(v.findings, finding.Finding{Diagnostic: d, Element: elementAt(v.now.model, d.Span)})
	}
	return nil
}

// compatOptions are the settings of a comparison.
func compatOptions(s *side) compat.Options {
	set := s.settings.Compatibility
	options := compat.Options{Missing: s.steps.Missing}
	if set.Reader == "strict" {
		options.Readers.Unknown = compat.Strict
	}
	if set.Enums == "closed" {
		options.Readers.Enums = compat.Closed
	}
	if set.Mode == "full" {
		options.Level = func(*model.Event) compat.Level { return compat.LevelFull }
	}
	return options
}

// takeOver adds the findings of a comparison. That a step has no upcast was reported with the faults of the schemas:
// what breaks for want of it joins them.
func (v *verdict) takeOver(found []compat.Finding) {
	for _, f := range found {
		at := v.faultOf(f)
		if at < 0 {
			v.findings = append(v.findings, finding.Finding{Diagnostic: f.Diagnostic, Element: f.Element})
			continue
		}
		fault := &v.findings[at]
		fault.Element = f.Element
		fault.Related = append(append(fault.Related, diag.Related{Span: f.Span, Message: f.Message}), f.Related...)
	}
}

// faultOf finds the fault of the schemas that a finding is a consequence of; -1 if it is none.
func (v *verdict) faultOf(f compat.Finding) int {
	if f.Lacking == nil {
		return -1
	}
	fault, _ := v.now.steps.Fault(f.Lacking.Event.Wire, f.Lacking.Number)
	return slices.IndexFunc(v.findings, func(have finding.Finding) bool {
		return have.Rule == fault.Rule && have.Span == fault.Span && have.Message == fault.Message
	})
}

// suppress takes out what comments and settings let pass. What has no finding of its own, such as a step that both sides
// have, makes use of its suppression all the same.
func (v *verdict) suppress() {
	settled := settledFindings(v.result)
	all := append(slices.Clone(v.findings), settled...)
	kept := finding.Filter(all, suppressions(v.now), finding.Scope{Known: suppressible(), Ran: v.ran, Today: time.Now()})
	v.findings = finding.Sort(slices.DeleteFunc(kept, func(f finding.Finding) bool { return f.Message == "" }))
}

// settledFindings stand for all that is wrong with steps, be it reported, a note of another finding, or nothing new. They
// have no message.
func settledFindings(r *compat.Result) []finding.Finding {
	var out []finding.Finding
	for _, e := range r.Events {
		for _, s := range e.Steps {
			for _, j := range s.Changes {
				out = append(out, finding.Finding{Diagnostic: diag.Diagnostic{Rule: j.Rule.ID, Span: j.Site()}, Element: e.Element(j)})
			}
		}
	}
	return out
}

func suppressions(s *side) []finding.Suppression {
	out := finding.Comments(s.files)
	for _, given := range s.settings.Compatibility.Suppress {
		out = append(out, finding.Suppression{
			Rule: given.Rule.Value, Reason: given.Reason.Value, Until: given.Until.Value, Element: given.Element.Value, Span: given.Span,
		})
	}
	return out
}

// suppressible are the ids of the rules that have an excuse. Faults have none, nor has the edit of a released version.
func suppressible() []string {
	var ids []string
	for _, r := range checkRules() {
		if r.Off != "" {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// checkRules are all rules that judge a schema that can be read.
func checkRules() []diag.Rule { return append(lint.Rules(lint.All()), compat.Rules()...) }

func lintEntries(c *config.Config) []lint.Entry {
	var out []lint.Entry
	for _, r := range c.Lint {
		out = append(out, lint.Entry{Rule: r.ID.Value, Level: string(r.Level), Span: r.ID.Span, Options: lintOptions(r.Options)})
	}
	return out
}

func lintOptions(options []config.Option) []lint.OptionEntry {
	var out []lint.OptionEntry
	for _, o := range options {
		entry := lint.OptionEntry{Name: o.Name.Value, Span: o.Name.Span}
		for _, v := range o.Values {
			entry.Values = append(entry.Values, v.Value)
		}
		out = append(out, entry)
	}
	return out
}
