package diag

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/evgen/evgen/schema/source"
)

// SARIF prints SARIF 2.1.0 for code scanning: one run with the rules, their help, the findings, and fixes.
//
// Rules describe what was checked, with or without findings; a finding of a rule that is not among them is printed all
// the same. Version is the tool's, empty if not known. Fixes returns the edits that mend a finding; nil has none. With
// anything in NotJudged the run says of itself that it has failed, and why.
type SARIF struct {
	Version   string
	Rules     []Rule
	Fixes     func(Diagnostic) []Fix
	NotJudged []NotJudged
}

// Fix mends a finding: all its edits, or none.
type Fix struct {
	Message string // what it does, lower case: "number the version 3"
	Edits   []Edit // in one or several files, not overlapping
}

// Edit replaces the bytes of a span. An empty span inserts.
type Edit struct {
	Span source.Span
	Text string
}

var _ Printer = SARIF{}

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sarifHome   = "https://github.com/evgen/evgen"
	sarifRoot   = "%SRCROOT%" // by convention the root of the repository
)

// Print implements Printer.
func (p SARIF) Print(w io.Writer, ds []Diagnostic) error {
	rules, index := p.rules(ds)
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "evgen", Version: p.Version, Home: sarifHome, Rules: rules}},
		ColumnKind:  "unicodeCodePoints",
		Invocations: newSarifInvocations(p.NotJudged),
		Results:     make([]sarifResult, 0, len(ds)),
	}
	prints := fingerprints{}
	for _, d := range ds {
		result := newSarifResult(d, index[d.Rule], prints.of(d))
		if p.Fixes != nil {
			result.Fixes = newSarifFixes(p.Fixes(d))
		}
		run.Results = append(run.Results, result)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}}); err != nil {
		return fmt.Errorf("print %d diagnostics as SARIF: %w", len(ds), err)
	}
	return nil
}

// newSarifInvocations tells of a run that has failed; of others there is nothing to say.
func newSarifInvocations(omitted []NotJudged) []sarifInvocation {
	if len(omitted) == 0 {
		return nil
	}
	var out sarifInvocation
	for _, n := range omitted {
		text := sarifText{sarifMessage(n.Subject + " was not judged: " + n.Reason)}
		out.Notifications = append(out.Notifications, sarifNotification{Level: "error", Message: text})
	}
	return []sarifInvocation{out}
}

// rules lists the rules of the run, those that only findings name at the end, and where each stands.
func (p SARIF) rules(ds []Diagnostic) ([]sarifRule, map[string]int) {
	rules, index := []sarifRule{}, map[string]int{}
	add := func(r Rule) {
		if _, known := index[r.ID]; !known {
			index[r.ID] = len(rules)
			rules = append(rules, newSarifRule(r))
		}
	}
	for _, r := range p.Rules {
		add(r)
	}
	for _, d := range ds {
		add(Rule{ID: d.Rule, Title: d.Rule, Severity: d.Severity})
	}
	return rules, index
}

func newSarifRule(r Rule) sarifRule {
	out := sarifRule{ID: r.ID, Short: sarifText{r.Title}, Default: sarifConfiguration{sarifLevel(r.Severity)}}
	if r.Meaning != "" {
		out.Full = &sarifText{r.Meaning}
		out.Help = &sarifHelp{Text: joinParagraphs(r.Meaning, r.Why, r.Off), Markdown: ruleMarkdown(r)}
	}
	return out
}

func joinParagraphs(paragraphs ...string) string {
	var out []string
	for _, p := range paragraphs {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n\n")
}

// ruleMarkdown is the help page of a rule; its texts are ours and hold Markdown already.
func ruleMarkdown(r Rule) string {
	page := joinParagraphs(r.Meaning, r.Why)
	if r.Bad != "" {
		page += "\n\nInstead of\n\n" + fenced(r.Bad, cmp.Or(r.Code, "yaml"))
	}
	if r.Good != "" {
		page += "\n\nwrite\n\n" + fenced(r.Good, cmp.Or(r.Code, "yaml"))
	}
	return joinParagraphs(page, r.Off)
}

func sarifLevel(s Severity) string { return [...]string{"note", "warning", "error"}[s] }

func newSarifResult(d Diagnostic, rule int, fingerprint string) sarifResult {
	out := sarifResult{
		Rule: d.Rule, Index: rule, Level: sarifLevel(d.Severity), Message: sarifText{sarifMessage(resultText(d))},
		Fingerprints: map[string]string{"evgenFinding/v1": fingerprint, "primaryLocationLineHash": fingerprint},
	}
	if !d.Span.IsZero() {
		out.Locations = []sarifLocation{{Physical: newSarifPhysical(d.Span)}}
	}
	for i, r := range d.Related {
		if !r.Span.IsZero() {
			out.Related = append(out.Related, sarifLocation{ID: i + 1, Message: &sarifText{sarifMessage(r.Message)}, Physical: newSarifPhysical(r.Span)})
		}
	}
	return out
}

// resultText is what SARIF has no other place for: notes without a file, and the help.
func resultText(d Diagnostic) string {
	text := d.Message
	for _, r := range d.Related {
		if r.Span.IsZero() {
			text += "\n" + r.Message
		}
	}
	if d.Help != "" {
		text += "\nhelp: " + d.Help
	}
	return text
}

// sarifMessage keeps brackets of the text from being read as a link.
func sarifMessage(text string) string {
	if !strings.Contains(text, "](") {
		return text
	}
	return strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`).Replace(text)
}

func newSarifPhysical(s source.Span) sarifPhysical {
	return sarifPhysical{Artifact: newSarifArtifact(s.File.Name), Region: newSarifRegion(s)}
}

func newSarifRegion(s source.Span) sarifRegion {
	start, end := s.Position(), s.EndPosition()
	return sarifRegion{StartLine: start.Line, StartColumn: start.Column, EndLine: end.Line, EndColumn: end.Column}
}

// newSarifArtifact names a file: relative to the root, or, outside of it, by its absolute path.
func newSarifArtifact(name string) sarifArtifact {
	switch {
	case strings.HasPrefix(name, "/"):
		return sarifArtifact{URI: (&url.URL{Scheme: "file", Path: name}).String()}
	case len(name) > 2 && name[1:3] == ":/": // of Windows
		return sarifArtifact{URI: (&url.URL{Scheme: "file", Path: "/" + name}).String()}
	}
	return sarifArtifact{URI: relativeURI(name), Base: sarifRoot}
}

// relativeURI encodes a slash-separated path; a colon in its first part does not make a scheme of it.
func relativeURI(name string) string { return (&url.URL{Path: name}).String() }

func newSarifFixes(fixes []Fix) []sarifFix {
	var out []sarifFix
	for _, f := range fixes {
		fix := sarifFix{Description: sarifText{sarifMessage(f.Message)}}
		for _, e := range f.Edits {
			fix.add(e)
		}
		out = append(out, fix)
	}
	return out
}

func (f *sarifFix) add(e Edit) {
	file := newSarifArtifact(e.Span.File.Name)
	replacement := sarifReplacement{Deleted: newSarifRegion(e.Span)}
	if e.Text != "" {
		replacement.Inserted = &sarifText{e.Text}
	}
	for i := range f.Changes {
		if f.Changes[i].Artifact == file {
			f.Changes[i].Replacements = append(f.Changes[i].Replacements, replacement)
			return
		}
	}
	f.Changes = append(f.Changes, sarifChange{Artifact: file, Replacements: []sarifReplacement{replacement}})
}
